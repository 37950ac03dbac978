#include "libs/kafka/changelog.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/libs/kafka/broker.h"
#include "tests/libs/kafka/transactional_writer.h"

namespace withdrawal::kafka {
namespace {

class ChangelogOnBroker : public BrokerTest {
 protected:
  bool Advance(Changelog& changelog, absl::Duration budget) {
    const absl::Time deadline = absl::Now() + budget;
    for (;;) {
      auto done = changelog.Advance(absl::Milliseconds(100),
                                    [this](int32_t, std::string_view key, std::string_view row) {
                                      rows_[std::string(key)] = row;
                                    });
      EXPECT_TRUE(done.ok()) << done.status();
      if (*done || absl::Now() >= deadline) return *done;
    }
  }

  std::map<std::string, std::string> rows_;
};

TEST_F(ChangelogOnBroker, ARowOfAnUndecidedTransactionIsWaitedFor) {
  std::string topic = MakeTopic("rows", 2, /*compacted=*/true);
  TransactionalWriter writer(config_, Name("owner"));
  writer.Begin();
  writer.Put(topic, "a", "old", 0);
  writer.Put(topic, "b", "b", 1);
  writer.Commit();
  writer.Begin();
  writer.Put(topic, "a", "new", 0);

  auto changelog = Changelog::Create(config_, topic);
  ASSERT_TRUE(changelog.ok()) << changelog.status();
  (*changelog)->Start({0, 1});
  EXPECT_FALSE(Advance(**changelog, absl::Seconds(2)));
  writer.Commit();
  EXPECT_TRUE(Advance(**changelog, absl::Seconds(10)));
  EXPECT_EQ(rows_["a"], "new");
  EXPECT_EQ(rows_["b"], "b");
}

TEST_F(ChangelogOnBroker, AnAbortedRowIsNotRestored) {
  std::string topic = MakeTopic("rows", 1, /*compacted=*/true);
  TransactionalWriter writer(config_, Name("owner"));
  writer.Begin();
  writer.Put(topic, "a", "old");
  writer.Commit();
  writer.Begin();
  writer.Put(topic, "a", "new");
  writer.Abort();

  auto changelog = Changelog::Create(config_, topic);
  ASSERT_TRUE(changelog.ok()) << changelog.status();
  (*changelog)->Start({0});
  EXPECT_TRUE(Advance(**changelog, absl::Seconds(10)));
  EXPECT_EQ(rows_["a"], "old");
}

TEST_F(ChangelogOnBroker, AnEmptyChangelogIsRestoredAtOnce) {
  std::string topic = MakeTopic("rows", 3, /*compacted=*/true);
  auto changelog = Changelog::Create(config_, topic);
  ASSERT_TRUE(changelog.ok()) << changelog.status();
  (*changelog)->Start({0, 1, 2});
  EXPECT_TRUE(Advance(**changelog, absl::Seconds(10)));
  EXPECT_TRUE(rows_.empty());
}

}  // namespace
}  // namespace withdrawal::kafka
