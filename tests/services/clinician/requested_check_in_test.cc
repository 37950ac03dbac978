#include "services/clinician/requested_check_in.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

v1::RequestCheckInRequest Asking(const std::vector<std::string>& kinds) {
  v1::RequestCheckInRequest request;
  for (const std::string& kind : kinds) request.add_satisfied_by(kind);
  return request;
}

TEST(RequestedCheckIn, IsDueOnceWithinHalfAnHour) {
  events::v1::CarePlan plan = PlanOf("p-1", "north", "e", kNoon).care_plan();
  RequestEntry(Asking({"SAWS"}), {}, kNoon, plan);
  ASSERT_EQ(plan.schedule().entries_size(), 1);
  const auto& entry = plan.schedule().entries(0);
  EXPECT_THAT(entry.satisfied_by(), testing::ElementsAre("SAWS"));
  ASSERT_EQ(entry.at_size(), 1);
  EXPECT_EQ(codec::FromProto(entry.at(0)), kNoon + absl::Minutes(30));
  EXPECT_EQ(codec::FromProto(entry.from()), kNoon);
}

TEST(RequestedCheckIn, OnlyAnAnsweredOneIsTakenOut) {
  events::v1::CarePlan plan = PlanOf("p-1", "north", "e", kNoon).care_plan();
  plan.mutable_schedule()->add_entries()->set_entry_id("daily");
  RequestEntry(Asking({"SAWS"}), {}, kNoon, plan);
  domain::DueFacts facts;
  facts.received = {{"craving", kNoon + absl::Minutes(5)}, {"SAWS", kNoon - absl::Minutes(5)}};
  RequestEntry(Asking({}), facts, kNoon + absl::Minutes(10), plan);
  EXPECT_EQ(plan.schedule().entries_size(), 3)
      << "a craving is no SAWS, and one of before no answer";
  facts.received["SAWS"] = kNoon + absl::Hours(9);  // late, but an answer to both
  RequestEntry(Asking({}), facts, kNoon + absl::Hours(10), plan);
  ASSERT_EQ(plan.schedule().entries_size(), 2);
  EXPECT_EQ(plan.schedule().entries(0).entry_id(), "daily");
}

TEST(RequestedCheckIn, WhatIsWrongIsNamed) {
  PlanBounds bounds;
  bounds.check_ins = {"SAWS"};
  auto request = Asking({"SAWS", "unheard-of"});
  request.mutable_within()->set_seconds(86401);
  const auto wrong = CheckRequestedCheckIn(request, bounds);
  ASSERT_EQ(wrong.size(), 2u);
  EXPECT_EQ(wrong[0].field, "satisfied_by[1]");
  EXPECT_EQ(wrong[1].field, "within");
  request = Asking({"SAWS"});
  request.mutable_within()->set_seconds(86400);
  EXPECT_TRUE(CheckRequestedCheckIn(request, bounds).empty());
  request.mutable_within()->set_seconds(0);
  EXPECT_EQ(CheckRequestedCheckIn(request, bounds).size(), 1u);
}

}  // namespace
}  // namespace withdrawal::clinician
