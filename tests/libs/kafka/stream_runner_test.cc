// The transactional loop on a real broker, in processes that are killed, frozen and restarted.
#include "libs/kafka/stream_runner.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/producer.h"
#include "tests/libs/kafka/broker.h"
#include "tests/libs/kafka/transactional_writer.h"
#include "withdrawal/events/v1/dead_letter.pb.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(40);

// A process of counting_service.
class Service {
 public:
  Service(const ClientConfig& broker, const std::string& prefix, const std::string& instance,
          int slow_ms = 0, int commit_records = 500) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<std::string> words = {
        COUNTING_SERVICE, broker.brokers,        prefix,
        instance,         absl::StrCat(slow_ms), absl::StrCat(commit_records)};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, COUNTING_SERVICE, &actions, nullptr, arguments.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~Service() {
    if (pid_ > 0) {
      Signal(SIGCONT);
      Kill();
    }
    fclose(output_);
  }
  Service(const Service&) = delete;

  // Blocks until the process says so (or ends).
  bool AwaitLine(const std::string& wanted) {
    char line[64];
    while (fgets(line, sizeof(line), output_) != nullptr) {
      if (line == wanted + "\n") return true;
    }
    return false;
  }
  bool AwaitReady() { return AwaitLine("ready"); }
  void Signal(int number) const { kill(pid_, number); }
  void Kill() {
    Signal(SIGKILL);
    Wait();
  }
  int Stop() {
    Signal(SIGTERM);
    return Wait();
  }
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

class StreamRunnerOnBroker : public BrokerTest {
 protected:
  void SetUp() override {
    BrokerTest::SetUp();
    if (HasFatalFailure()) return;
    MakeTopic("in", 3);
    MakeTopic("out", 3);
    MakeTopic("dead", 3);
    MakeTopic("state", 3, /*compacted=*/true);
    auto producer = Producer::Create(config_);
    ASSERT_TRUE(producer.ok());
    producer_ = *std::move(producer);
    ASSERT_TRUE(producer_->AwaitTopics({Name("in")}, absl::Seconds(10)).ok());
  }

  void Send(const std::string& key, const std::string& value) {
    producer_->Send({Name("in"), key, value, EventHeaders("test.Input", value)},
                    [](absl::StatusOr<Position> result) { EXPECT_TRUE(result.ok()); });
  }
  void Flush() { EXPECT_TRUE(producer_->Flush(absl::Seconds(10)).ok()); }

  // Waits until that many records are committed in the topic, then reads all.
  std::vector<OwnedRecord> Await(const std::string& topic, size_t count) {
    const absl::Time deadline = absl::Now() + kPatience;
    std::vector<OwnedRecord> records = ReadAll(Name(topic));
    while (records.size() < count && absl::Now() < deadline) records = ReadAll(Name(topic));
    return records;
  }

  std::unique_ptr<Producer> producer_;
};

TEST_F(StreamRunnerOnBroker, EachRecordCountsOnceHoweverOftenTheProcessIsKilled) {
  constexpr int kRecords = 8000;
  constexpr int kKeys = 50;
  std::map<std::string, long> expected;
  for (int i = 0; i < kRecords; ++i) {
    std::string key = absl::StrCat("k", i % kKeys);
    expected[key] += i;
    Send(key, absl::StrCat(i));
  }
  Flush();
  // Small transactions, so that kills fall on steps, writes and commits alike; the last one lives.
  for (int life = 0; life < 8; ++life) {
    Service service(config_, prefix_, "0", /*slow_ms=*/0, /*commit_records=*/50);
    ASSERT_TRUE(service.AwaitReady());
    absl::SleepFor(absl::Milliseconds(250 + 37 * life));
    service.Kill();
  }
  size_t before = ReadAll(Name("out")).size();
  ASSERT_GT(before, 0u) << "killed before it had done anything";
  ASSERT_LT(before, static_cast<size_t>(kRecords)) << "all done before the last kill";
  Service last(config_, prefix_, "0");
  std::vector<OwnedRecord> outputs = Await("out", kRecords);
  EXPECT_EQ(outputs.size(), static_cast<size_t>(kRecords));
  std::set<std::string> ids;
  std::map<std::string, std::string> final_value;
  for (const OwnedRecord& output : outputs) {
    ids.insert(std::string(FindHeader(output.headers, kEventId)));
    final_value[output.key] = output.value;
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(kRecords)) << "an input took effect twice";
  for (const auto& [key, sum] : expected) {
    EXPECT_EQ(final_value[key], absl::StrCat(kRecords / kKeys, " ", sum)) << key;
  }
  EXPECT_EQ(last.Stop(), 0);
}

// Frozen before its transaction begins, only the membership that goes with the offsets tells the
// brokers to refuse it; frozen within, its transaction is rolled back. Another instance takes over
// after the session, or a replacement of the same one at once. WITHDRAWAL_ZOMBIES: how many, of the
// four kinds in turn.
TEST_F(StreamRunnerOnBroker, AFrozenOwnerThatWakesAfterItsSessionIsRefusedAndLeavesNoTrace) {
  const char* wanted = std::getenv("WITHDRAWAL_ZOMBIES");
  const int zombies = wanted == nullptr ? 4 : std::atoi(wanted);
  int refused = 0;
  size_t sent = 0;
  for (int i = 0; i < zombies; ++i) {
    const bool within = i % 2 == 1;
    Service frozen(config_, prefix_, "0", /*slow_ms=*/1500, /*commit_records=*/within ? 500 : 1);
    ASSERT_TRUE(frozen.AwaitReady());
    // Both in one transaction: it is open while the second step goes on.
    for (int step = 0; step < (within ? 2 : 1); ++step, ++sent) Send("slow", "1");
    Flush();
    for (int step = 0; step < (within ? 2 : 1); ++step) ASSERT_TRUE(frozen.AwaitLine("slow"));
    absl::SleepFor(absl::Milliseconds(200));  // what it has written is on its way
    frozen.Signal(SIGSTOP);
    Service other(config_, prefix_, i % 4 < 2 ? "1" : "0");
    EXPECT_EQ(Await("out", sent).size(), sent);
    frozen.Signal(SIGCONT);
    frozen.AwaitLine("not ready");  // or its end
    Send("slow", "1");
    EXPECT_EQ(Await("out", ++sent).size(), sent);
    refused += frozen.Stop() != 0 || frozen.AwaitLine("aborted 1");
    EXPECT_EQ(other.Stop(), 0);
    std::vector<OwnedRecord> outputs = ReadAll(Name("out"));
    ASSERT_EQ(outputs.size(), sent);
    for (size_t n = 1; n <= sent; ++n) EXPECT_EQ(outputs[n - 1].value, absl::StrCat(n, " ", n));
  }
  std::cout << refused << " of " << zombies << " zombies were fenced, nothing of them is visible\n";
  EXPECT_EQ(refused, zombies);
}

TEST_F(StreamRunnerOnBroker, ADeadlineSurvivesARestartAndFiresOnce) {
  {
    Service first(config_, prefix_, "0");
    ASSERT_TRUE(first.AwaitReady());
    Send("k", absl::StrCat("arm ", absl::ToUnixMillis(absl::Now() + absl::Seconds(3))));
    Send("k", "5");
    Flush();
    EXPECT_EQ(Await("out", 1).size(), 1u);
    first.Kill();
  }
  Service second(config_, prefix_, "0");
  EXPECT_EQ(Await("out", 2).size(), 2u);
  EXPECT_EQ(second.Stop(), 0);
  Service third(config_, prefix_, "0");
  ASSERT_TRUE(third.AwaitReady());
  Send("k", "6");
  Flush();
  std::vector<OwnedRecord> outputs = Await("out", 3);
  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_EQ(outputs[0].value, "1 5");
  EXPECT_EQ(outputs[1].value, "fired 1");
  EXPECT_EQ(outputs[2].value, "2 11");
}

TEST_F(StreamRunnerOnBroker, AnUnusableRecordIsSetAsideWholeAndTheNextOneGoesOn) {
  Service service(config_, prefix_, "0");
  Send("k", "nonsense");
  Send("k", "5");
  Flush();
  EXPECT_EQ(Await("out", 1).size(), 1u);
  std::vector<OwnedRecord> letters = ReadAll(Name("dead"));
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].key, "k");
  events::v1::DeadLetter letter;
  ASSERT_TRUE(letter.ParseFromString(letters[0].value));
  EXPECT_EQ(letter.reason(), "NOT_A_NUMBER");
  EXPECT_EQ(letter.topic(), Name("in"));
  EXPECT_EQ(letter.value(), "nonsense");
  ASSERT_EQ(letter.headers_size(), 4);
  EXPECT_EQ(letter.headers(1).value(), "nonsense");
}

// case S3
TEST_F(StreamRunnerOnBroker, AnInputThatEndsInATransactionMarkerIsNoBacklog) {
  Service service(config_, prefix_, "0");
  ASSERT_TRUE(service.AwaitReady());
  TransactionalWriter writer(config_, Name("writer"));
  writer.Begin();
  writer.Put(Name("in"), "k",
             absl::StrCat("arm ", absl::ToUnixMillis(absl::Now() + absl::Seconds(1))));
  writer.Commit();
  std::vector<OwnedRecord> outputs = Await("out", 1);
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].value, "fired 1") << "the marker was taken for waiting data";

  auto consumer = Consumer::Create(config_);
  ASSERT_TRUE(consumer.ok());
  auto ends = (*consumer)->EndOffsets({Name("in")});
  ASSERT_TRUE(ends.ok()) << ends.status();
  int64_t total = 0;
  for (const Position& end : *ends) total += end.offset;
  EXPECT_EQ(total, 2) << "one record and its marker";
}

}  // namespace
}  // namespace withdrawal::kafka
