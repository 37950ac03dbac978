#include "libs/stream/processor.h"

#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/libs/stream/memory_log.h"

namespace withdrawal::stream {
namespace {

const Instant kStart = absl::FromUnixSeconds(1'700'000'000);

// Row "SUM DEADLINE_SECONDS". "7" adds and writes the sum; "arm S" sets the deadline S seconds
// after kStart; "forget" deletes the row; "break" fails; anything else cannot be used.
class Sums : public Task {
 public:
  absl::StatusOr<Effects> OnRecord(std::string_view state, const InputRecord& record,
                                   Instant now) override {
    times.push_back(now);
    auto [sum, deadline] = Read(state);
    const std::string value(record.value);
    int number = 0;
    if (value == "forget") return Effects{.state = "", .outputs = {}};
    if (value == "nothing") return Effects{};
    if (value == "break") return absl::InternalError("broken");
    if (std::sscanf(value.c_str(), "arm %d", &number) == 1) {
      return Effects{.state = absl::StrCat(sum, " ", number), .outputs = {}};
    }
    if (!absl::SimpleAtoi(value, &number)) return absl::InvalidArgumentError("NO_NUMBER: no");
    sum += number;
    return Effects{.state = absl::StrCat(sum, " ", deadline),
                   .outputs = {{"out", std::string(record.key), absl::StrCat(sum), {}}}};
  }
  absl::StatusOr<Effects> OnDeadline(std::string_view key, std::string_view state, Instant now,
                                     bool caught_up) override {
    times.push_back(now);
    return Effects{
        .state = absl::StrCat(Read(state).first, " 0"),
        .outputs = {
            {"out", std::string(key), caught_up ? "fired" : "fired, data may be missing", {}}}};
  }
  std::optional<Instant> NextDeadline(std::string_view state) const override {
    int deadline = Read(state).second;
    if (deadline == 0) return std::nullopt;
    return kStart + absl::Seconds(deadline);
  }

  std::vector<Instant> times;

 private:
  static std::pair<int, int> Read(std::string_view state) {
    std::pair<int, int> row;
    std::sscanf(std::string(state).c_str(), "%d %d", &row.first, &row.second);
    return row;
  }
};

class ProcessorTest : public testing::Test {
 protected:
  // A process: its memory is gone when the next one starts.
  void StartProcess() {
    source_ = std::make_unique<MemorySource>(log_, std::vector<std::string>{"in", "plans"});
    sink_ = std::make_unique<MemorySink>(log_);
    processor_ = std::make_unique<Processor>(
        task_, *source_, *sink_, [this] { return now_; }, limits_);
    source_->Assign({0, 1});
  }
  void SetUp() override { StartProcess(); }

  void Run(int rounds = 4) {
    for (int i = 0; i < rounds; ++i) {
      absl::Status status = processor_->RunOnce();
      ASSERT_TRUE(status.ok()) << status;
    }
  }
  std::vector<std::string> Outputs() const {
    std::vector<std::string> values;
    for (const OutputRecord& output : log_.outputs) {
      values.push_back(absl::StrCat(output.key, "=", output.value));
    }
    return values;
  }

  MemoryLog log_;
  Sums task_;
  Limits limits_;
  Instant now_ = kStart;
  std::unique_ptr<MemorySource> source_;
  std::unique_ptr<MemorySink> sink_;
  std::unique_ptr<Processor> processor_;
};

using testing::ElementsAre;

TEST_F(ProcessorTest, RowsOutputsAndOffsetsAreCommittedTogether) {
  log_.Add("in", 0, "a", "1");
  log_.Add("in", 0, "a", "2");
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=1", "a=3"));
  EXPECT_EQ((log_.committed[{"in", 0}]), 2);
  EXPECT_EQ(log_.changelog[0].back().second, "3 0");
}

TEST_F(ProcessorTest, AnAbortedTransactionLeavesNothingAndIsDoneAgain) {
  Run();
  log_.Add("in", 0, "a", "1");
  log_.Add("in", 1, "b", "10");
  sink_->refuse_commits = 2;
  Run(8);
  EXPECT_EQ(sink_->aborts, 2);
  EXPECT_EQ(source_->rewinds, 2);
  EXPECT_THAT(Outputs(), ElementsAre("a=1", "b=10"));
}

TEST_F(ProcessorTest, AbortsInARowEndTheLoop) {
  sink_->refuse_commits = 1000;
  log_.Add("in", 0, "a", "1");
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) status = processor_->RunOnce();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(Outputs().empty());
}

TEST_F(ProcessorTest, ADeadlineFiresOnceAcrossAbortAndRestart) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  now_ = kStart + absl::Seconds(61);
  sink_->refuse_commits = 1;
  ASSERT_TRUE(processor_->RunOnce().ok());
  EXPECT_TRUE(Outputs().empty());
  StartProcess();  // killed between the abort and the next try
  Run();
  StartProcess();
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=fired"));
}

TEST_F(ProcessorTest, ADeadlineDoesNotFireBeforeItsTime) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  now_ = kStart + absl::Seconds(60) - absl::Milliseconds(1);
  Run();
  EXPECT_TRUE(Outputs().empty());
  now_ = kStart + absl::Seconds(60);
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=fired"));
}

TEST_F(ProcessorTest, ADeadlineAloneCommitsTheOffsetsAsTheyAre) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  now_ = kStart + absl::Minutes(2);
  Run();
  EXPECT_THAT(sink_->last_offsets,
              testing::UnorderedElementsAre(Position{"in", 0, 1}, Position{"in", 1, 0},
                                            Position{"plans", 0, 0}, Position{"plans", 1, 0}));
}

TEST_F(ProcessorTest, OurOwnBacklogNeverFiresADeadline) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  source_->Withhold(true);
  log_.Add("in", 0, "a", "arm 0");  // the check-in that came in time, not read yet
  now_ = kStart + absl::Seconds(70);
  Run();
  EXPECT_TRUE(Outputs().empty());
  source_->Withhold(false);
  Run();
  now_ = kStart + absl::Hours(1);
  Run();
  EXPECT_TRUE(Outputs().empty());
}

TEST_F(ProcessorTest, ADeadlineFiresMarkedWhenCatchingUpTakesTooLong) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  source_->Withhold(true);
  log_.Add("in", 0, "a", "5");
  now_ = kStart + absl::Seconds(60) + limits_.catch_up_wait_max - absl::Milliseconds(1);
  Run();
  EXPECT_TRUE(Outputs().empty());
  now_ += absl::Milliseconds(1);
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=fired, data may be missing"));
}

TEST_F(ProcessorTest, AfterALongAbsenceTheBacklogIsReadBeforeADeadlineFires) {
  log_.Add("in", 0, "a", "arm 60");
  Run();
  now_ = kStart + absl::Hours(5);
  StartProcess();
  source_->Withhold(true);
  log_.Add("in", 0, "a", "arm 0");
  Run();
  EXPECT_TRUE(Outputs().empty());
  source_->Withhold(false);
  Run();
  EXPECT_TRUE(Outputs().empty());
}

TEST_F(ProcessorTest, AnUnusableRecordIsSetAsideAndTheNextOneGoesOn) {
  log_.Add("in", 0, "a", "x");
  log_.inputs[{"in", 0}].back().headers = {{"ce_id", "17"}};
  log_.Add("in", 0, "a", "4");
  Run();
  ASSERT_EQ(log_.letters.size(), 1u);
  EXPECT_EQ(log_.letters[0].record.value, "x");
  EXPECT_EQ(log_.letters[0].record.headers[0].value, "17");
  EXPECT_THAT(Outputs(), ElementsAre("a=4"));
}

TEST_F(ProcessorTest, AnyOtherErrorOfTheTaskEndsTheLoop) {
  log_.Add("in", 0, "a", "break");
  EXPECT_EQ(processor_->RunOnce().code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(log_.committed.empty() || (log_.committed[{"in", 0}]) == 0);
}

TEST_F(ProcessorTest, ADeletedRowIsATombstoneAndIsGoneAfterARestart) {
  log_.Add("in", 0, "a", "5");
  log_.Add("in", 0, "a", "arm 60");
  log_.Add("in", 0, "a", "forget");
  Run();
  EXPECT_EQ(log_.changelog[0].back(), (std::pair<std::string, std::string>("a", "")));
  now_ = kStart + absl::Minutes(2);
  StartProcess();
  log_.Add("in", 0, "a", "1");
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=5", "a=1"));
}

TEST_F(ProcessorTest, RevokedPartitionsAreCommittedFirst) {
  limits_.commit_interval = absl::Hours(1);
  StartProcess();
  log_.Add("in", 0, "a", "1");
  ASSERT_TRUE(processor_->RunOnce().ok());
  source_->Revoke();
  ASSERT_TRUE(processor_->RunOnce().ok());
  EXPECT_THAT(Outputs(), ElementsAre("a=1"));
  EXPECT_EQ((log_.committed[{"in", 0}]), 1);
}

TEST_F(ProcessorTest, LostPartitionsAreAbortedAndRestoredWhenTheyComeBack) {
  limits_.commit_interval = absl::Hours(1);
  StartProcess();
  log_.Add("in", 0, "a", "1");
  ASSERT_TRUE(processor_->RunOnce().ok());
  source_->Lose();
  ASSERT_TRUE(processor_->RunOnce().ok());
  EXPECT_TRUE(Outputs().empty());
  source_->Assign({0});
  Run();
  EXPECT_THAT(Outputs(), ElementsAre("a=1"));
}

TEST_F(ProcessorTest, ABatchIsCommittedAtTheRecordLimitWithoutWaiting) {
  limits_.commit_interval = absl::Hours(1);
  limits_.commit_records_max = 3;
  limits_.poll_records_max = 1;
  StartProcess();
  for (int i = 0; i < 3; ++i) log_.Add("in", 0, "a", "1");
  Run(3);
  EXPECT_EQ(Outputs().size(), 3u);
}

TEST_F(ProcessorTest, RecordsWithoutEffectStillMoveTheOffsets) {
  log_.Add("in", 0, "a", "nothing");
  Run();
  EXPECT_EQ((log_.committed[{"in", 0}]), 1);
}

TEST_F(ProcessorTest, TimeOfAPartitionNeverGoesBack) {
  log_.Add("in", 0, "a", "1");
  Run();
  now_ = kStart - absl::Hours(1);
  log_.Add("in", 0, "a", "1");
  Run();
  EXPECT_THAT(task_.times, ElementsAre(kStart, kStart));
}

}  // namespace
}  // namespace withdrawal::stream
