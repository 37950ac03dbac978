#include "libs/kafka/producer.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/kafka/headers.h"
#include "tests/libs/kafka/broker.h"

namespace withdrawal::kafka {
namespace {

using ProducerOnBroker = BrokerTest;
using TopicsOnBroker = BrokerTest;
using ConsumerOnBroker = BrokerTest;

std::vector<absl::StatusOr<Position>> SendAll(Producer& producer, const std::string& topic,
                                              int count) {
  std::vector<absl::StatusOr<Position>> results(static_cast<size_t>(count));
  absl::BlockingCounter left(count);
  for (int i = 0; i < count; ++i) {
    producer.Send({.topic = topic,
                   .key = absl::StrCat("patient-", i % 20),
                   .value = absl::StrCat(i),
                   .headers = EventHeaders("test.Event", absl::StrCat("id-", i))},
                  [&, i](absl::StatusOr<Position> result) {
                    results[static_cast<size_t>(i)] = std::move(result);
                    left.DecrementCount();
                  });
  }
  left.Wait();
  return results;
}

TEST_F(ProducerOnBroker, EverySendIsAnsweredWithItsPlaceAndReadBackInOrderPerKey) {
  std::string topic = MakeTopic("sent", 3);
  auto producer = Producer::Create(config_);
  ASSERT_TRUE(producer.ok()) << producer.status();
  ASSERT_TRUE((*producer)->AwaitTopics({topic}, absl::Seconds(10)).ok());
  std::map<std::pair<int32_t, int64_t>, std::string> stored;
  auto results = SendAll(**producer, topic, 1000);
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_TRUE(results[i].ok()) << results[i].status();
    stored[{results[i]->partition, results[i]->offset}] = absl::StrCat(i);
  }
  EXPECT_TRUE((*producer)->Flush(absl::Seconds(5)).ok());
  EXPECT_TRUE((*producer)->healthy());

  std::map<std::string, int> last;
  auto records = ReadAll(topic);
  EXPECT_EQ(records.size(), 1000u);
  for (const OwnedRecord& record : records) {
    EXPECT_EQ((stored[{record.partition, record.offset}]), record.value);
    EXPECT_EQ(FindHeader(record.headers, kEventId), "id-" + record.value);
    int number = std::stoi(record.value);
    EXPECT_GE(number, last[record.key]);
    last[record.key] = number;
  }
}

TEST_F(ProducerOnBroker, AwaitTopicsNamesATopicThatDoesNotExist) {
  auto producer = Producer::Create(config_);
  ASSERT_TRUE(producer.ok());
  EXPECT_EQ((*producer)->AwaitTopics({Name("absent")}, absl::Seconds(5)).code(),
            absl::StatusCode::kNotFound);
}

TEST(ProducerWithoutBroker, NeverAnswersOkAndAnswersEachSendOnceAlsoAtShutdown) {
  auto producer = Producer::Create({.brokers = "127.0.0.1:1",
                                    .client_id = "test",
                                    .overrides = {{"queue.buffering.max.messages", "10"}}});
  ASSERT_TRUE(producer.ok()) << producer.status();
  absl::Mutex mutex;
  std::map<absl::StatusCode, int> answers;
  for (int i = 0; i < 50; ++i) {
    (*producer)->Send({.topic = "t", .key = "k", .value = "v", .headers = {}},
                      [&](absl::StatusOr<Position> result) {
                        absl::MutexLock lock(&mutex);
                        ++answers[result.status().code()];
                      });
  }
  EXPECT_EQ((*producer)->Flush(absl::Milliseconds(1)).code(), absl::StatusCode::kDeadlineExceeded);
  producer->reset();
  absl::MutexLock lock(&mutex);
  EXPECT_EQ(answers[absl::StatusCode::kUnavailable], 10);
  EXPECT_EQ(answers[absl::StatusCode::kResourceExhausted], 40);
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(TopicsOnBroker, ATopicWithAnotherPartitionCountIsRefusedByName) {
  std::string topic = MakeTopic("counted", 2);
  EXPECT_TRUE(EnsureTopics(config_, {{topic, 2, 1, {}}}).ok());
  absl::Status status = EnsureTopics(config_, {{topic, 3, 1, {}}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(topic));
}

TEST_F(ConsumerOnBroker, AGroupMemberStartsWhereItsCallbackSays) {
  std::string topic = MakeTopic("grouped", 1);
  auto producer = Producer::Create(config_);
  ASSERT_TRUE(producer.ok());
  SendAll(**producer, topic, 10);
  auto consumer = Consumer::Create(config_, Name("group"));
  ASSERT_TRUE(consumer.ok()) << consumer.status();
  auto from_seven = [](std::vector<Position> partitions) {
    for (Position& position : partitions) position.offset = 7;
    return absl::StatusOr<std::vector<Position>>(partitions);
  };
  ASSERT_TRUE((*consumer)->Subscribe({topic}, from_seven, nullptr).ok());
  std::vector<OwnedRecord> records;
  const absl::Time deadline = absl::Now() + absl::Seconds(15);
  while (records.size() < 3 && absl::Now() < deadline) {
    auto more = (*consumer)->Poll(absl::Milliseconds(200), 10);
    ASSERT_TRUE(more.ok()) << more.status();
    records.insert(records.end(), more->begin(), more->end());
  }
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].offset, 7);
  EXPECT_TRUE((*consumer)->Commit({{topic, 0, 10}}).ok());
}

}  // namespace
}  // namespace withdrawal::kafka
