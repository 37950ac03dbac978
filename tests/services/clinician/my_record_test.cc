// What a person's own app is told, on the real database.
#include "services/clinician/my_record.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "services/clinician/row_batch.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using testing::HasSubstr;

absl::Time London(int day, int hour, int minute = 0) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &zone));
  return absl::FromCivil(absl::CivilMinute(2026, 10, day, hour, minute), zone);
}

class MyRecordTest : public testing::Test {
 protected:
  MyRecordTest() : connection_(database_.url()) {
    const absl::Status status = Migrate(connection_);
    EXPECT_TRUE(status.ok()) << status;
  }
  template <typename Message>
  void Add(absl::Status (RowBatch::*add)(const stream::InputRecord&), const Message& message) {
    const std::string value = message.SerializeAsString();
    stream::InputRecord record;
    record.offset = ++offset_;
    record.key = PatientOf(message);
    record.value = value;
    RowBatch batch;
    absl::Status status = (batch.*add)(record);
    EXPECT_TRUE(status.ok()) << status;
    status = connection_.Transact([&](Transaction& transaction) {
      batch.Write(transaction, kEarly);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  void Dose(const std::string& id, absl::Time at) {
    auto scored = Scored("p", id, at, "SAWS", 1);
    scored.clear_scores();
    auto& event = *scored.mutable_recorded()->mutable_check_in()->mutable_dose();
    event.set_product("methadone");
    event.set_outcome(events::v1::DOSE_OUTCOME_TAKEN);
    Add(&RowBatch::AddScore, scored);
  }
  patient_v1::MyDue Due(absl::Time now, absl::Duration ahead) {
    patient_v1::GetMyDueRequest request;
    *request.mutable_until() = At(now + ahead);
    patient_v1::MyDue due;
    status_ = ReadMyDue({connection_, absl::Seconds(5), now}, "p", request, kEarly, due);
    return due;
  }

  TestDatabase database_;
  Connection connection_;
  int64_t offset_ = 0;
  grpc::Status status_;
};

// 25 October 2026: at 02:00 the clock goes back to 01:00.
TEST_F(MyRecordTest, WhatIsDueKeepsTheHourOfTheClockThroughItsChange) {
  auto recorded = PlanOf("p", "north", "e", London(24, 8));
  auto& plan = *recorded.mutable_care_plan();
  plan.mutable_schedule()->set_time_zone("Europe/London");
  auto& entry = *plan.mutable_schedule()->add_entries();
  entry.set_entry_id("evening");
  entry.add_satisfied_by("SAWS");
  entry.add_daily_at()->set_hour(1);
  entry.mutable_daily_at(0)->set_minute(30);
  auto& order = *plan.add_medications();
  order.set_order_id("methadone");
  order.set_product("methadone");
  order.set_purpose(events::v1::MEDICATION_PURPOSE_MAINTENANCE);
  order.add_steps()->set_milligrams(30);
  *order.mutable_steps(0)->mutable_from() = At(London(24, 0));
  order.mutable_steps(0)->add_daily_at()->set_hour(9);
  Add(&RowBatch::AddCarePlan, recorded);
  const auto due = Due(London(24, 8), absl::Hours(72));
  ASSERT_TRUE(status_.ok()) << status_.error_details();
  ASSERT_EQ(due.check_ins_size(), 3);
  EXPECT_EQ(codec::FromProto(due.check_ins(0).due_at()), London(25, 1, 30)) << "once, the first";
  EXPECT_EQ(codec::FromProto(due.check_ins(1).due_at()), London(26, 1, 30));
  EXPECT_EQ(
      codec::FromProto(due.check_ins(1).due_at()) - codec::FromProto(due.check_ins(0).due_at()),
      absl::Hours(25));
  EXPECT_FALSE(due.check_ins(0).overdue());
  ASSERT_EQ(due.doses_size(), 3);
  EXPECT_EQ(codec::FromProto(due.doses(0).due_at()), London(24, 9));
  EXPECT_EQ(codec::FromProto(due.doses(1).due_at()), London(25, 9));
  EXPECT_EQ(due.doses(0).milligrams(), 30);
  // Half an hour before its time is this morning's.
  Dose("d-1", London(24, 8, 30));
  EXPECT_EQ(codec::FromProto(Due(London(24, 8, 45), absl::Hours(72)).doses(0).due_at()),
            London(25, 9));
  // One that nobody reported is due all day.
  EXPECT_EQ(codec::FromProto(Due(London(25, 20), absl::Hours(72)).doses(0).due_at()),
            London(25, 9));
}

TEST_F(MyRecordTest, WhatIsOverdueComesFirstAndIsMarked) {
  auto recorded = PlanOf("p", "north", "e", kNoon);
  auto& entry = *recorded.mutable_care_plan()->mutable_schedule()->add_entries();
  entry.set_entry_id("form");
  entry.mutable_every()->set_seconds(4 * 3600);
  Add(&RowBatch::AddCarePlan, recorded);
  const absl::Time now = kNoon + absl::Hours(5);
  const auto due = Due(now, absl::Hours(9));
  ASSERT_EQ(due.check_ins_size(), 3);
  EXPECT_EQ(codec::FromProto(due.check_ins(0).due_at()), kNoon + absl::Hours(4));
  EXPECT_TRUE(due.check_ins(0).overdue());
  EXPECT_EQ(codec::FromProto(due.check_ins(1).due_at()), now + absl::Hours(4)) << "if done now";
  EXPECT_FALSE(due.check_ins(1).overdue());
}

TEST_F(MyRecordTest, WithoutAPlanNothingIsDue) {
  EXPECT_EQ(Due(kNoon, absl::Hours(1)).check_ins_size(), 0);
  patient_v1::MyPlan plan;
  const QueryContext context{connection_, absl::Seconds(5), kNoon};
  EXPECT_THAT(ReadMyPlan(context, "p", plan).error_details(), HasSubstr("PLAN_NOT_FOUND"));
  for (const absl::Duration ahead : {absl::ZeroDuration(), absl::Hours(31 * 24 + 1)}) {
    Due(kNoon, ahead);
    EXPECT_THAT(status_.error_details(), HasSubstr("until"));
  }
}

TEST_F(MyRecordTest, TheHistoryIsThePersonsOwnNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) {
    Add(&RowBatch::AddScore,
        Scored("p", absl::StrCat("c-", i), kNoon + absl::Minutes(i), "SAWS", i));
    Add(&RowBatch::AddScore,
        Scored("q", absl::StrCat("c-", i), kNoon + absl::Minutes(i), "SAWS", 20 + i));
  }
  Add(&RowBatch::AddCarePlan, PlanOf("p", "north", "e", kNoon));
  const QueryContext context{connection_, absl::Seconds(5), kNoon};
  patient_v1::ListMyHistoryRequest request;
  request.set_page_size(2);
  std::vector<int> totals;
  std::string first_token;
  do {
    patient_v1::ListMyHistoryResponse page;
    ASSERT_TRUE(ReadMyHistory(context, "p", request, page).ok());
    for (const auto& scored : page.check_ins()) totals.push_back(scored.scores(0).total());
    if (first_token.empty()) first_token = page.next_page_token();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(totals, testing::ElementsAre(4, 3, 2, 1, 0));
  request.set_page_token(first_token);
  patient_v1::ListMyHistoryResponse page;
  EXPECT_THAT(ReadMyHistory(context, "q", request, page).error_details(), HasSubstr("page_token"))
      << "a token of somebody else's";
}

}  // namespace
}  // namespace withdrawal::clinician
