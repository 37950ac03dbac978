#include "libs/codec/care_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/libs/codec/care_plan_examples.h"

namespace withdrawal::codec {
namespace {

using ::testing::HasSubstr;

std::string ComplaintAbout(const std::function<void(events::v1::CarePlan&)>& change) {
  events::v1::CarePlan message = ToProto(FullPlan());
  change(message);
  return std::string(FromProto(message).status().message());
}

TEST(CarePlanCodec, APlanReadBackIsThePlanWritten) {
  const events::v1::CarePlan message = ToProto(FullPlan());
  const auto plan = FromProto(message);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(ToProto(*plan).SerializeAsString(), message.SerializeAsString());
  EXPECT_EQ(plan->programmes, FullPlan().programmes);
  EXPECT_EQ(plan->status, domain::MonitoringStatus::kPaused);
  EXPECT_EQ(plan->schedule[1].daily_at[1].minute, 30);
  EXPECT_EQ(plan->pregnant, true);
}

TEST(CarePlanCodec, AnUnspecifiedScaleReadsAsScaleOne) {
  events::v1::CarePlan message = ToProto(FullPlan());
  message.clear_spo2_scale();
  EXPECT_EQ(FromProto(message)->spo2_scale, domain::Spo2Scale::kScale1);
}

TEST(CarePlanCodec, WhatCannotBeAPlanIsNamed) {
  EXPECT_EQ(ComplaintAbout([](auto&) {}), "");
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.clear_patient_id(); }), HasSubstr("patient_id"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.clear_status(); }), HasSubstr("status"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.add_programmes(events::v1::PROGRAMME_UNSPECIFIED); }),
              HasSubstr("programmes[2]"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_schedule()->clear_time_zone(); }),
              HasSubstr("schedule.time_zone"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_schedule()->set_time_zone("Mars/North"); }),
              HasSubstr("schedule.time_zone"));
  EXPECT_THAT(
      ComplaintAbout([](auto& p) { p.mutable_schedule()->mutable_entries(0)->clear_every(); }),
      HasSubstr("schedule.entries[0]: set exactly one"));
  EXPECT_THAT(ComplaintAbout(
                  [](auto& p) { p.mutable_schedule()->mutable_entries(1)->set_entry_id("saws"); }),
              HasSubstr("schedule.entries[1].entry_id: not unique"));
  EXPECT_THAT(ComplaintAbout([](auto& p) {
                p.mutable_schedule()->mutable_entries(1)->mutable_daily_at(0)->set_hour(24);
              }),
              HasSubstr("schedule.entries[1].daily_at"));
  EXPECT_THAT(ComplaintAbout([](auto& p) {
                *p.mutable_schedule()->mutable_entries(2)->mutable_at(1) =
                    p.schedule().entries(2).at(0);
              }),
              HasSubstr("schedule.entries[2].at[1]: must ascend"));
}

TEST(CarePlanCodec, WhatCannotBeAMedicationOrderIsNamed) {
  const auto complaint = [](const std::function<void(events::v1::MedicationOrder&)>& change) {
    return ComplaintAbout([&](auto& p) { change(*p.mutable_medications(0)); });
  };
  EXPECT_THAT(complaint([](auto& o) { o.clear_purpose(); }), HasSubstr("medications[0].purpose"));
  EXPECT_THAT(complaint([](auto& o) { o.mutable_steps(0)->set_milligrams(0); }),
              HasSubstr("medications[0].steps[0].milligrams"));
  EXPECT_THAT(complaint([](auto& o) { o.mutable_steps(0)->clear_daily_at(); }),
              HasSubstr("medications[0].steps[0]: set exactly one"));
  EXPECT_THAT(complaint([](auto& o) {
                o.mutable_steps(0)->clear_daily_at();
                o.mutable_steps(0)->mutable_every()->set_nanos(1000);
              }),
              HasSubstr("medications[0].steps[0].every"));
  EXPECT_THAT(complaint([](auto& o) { *o.mutable_steps(1)->mutable_from() = o.steps(0).from(); }),
              HasSubstr("medications[0].steps[1].from: must ascend"));
  EXPECT_THAT(complaint([](auto& o) { o.mutable_trigger()->clear_interval_min(); }),
              HasSubstr("medications[0].trigger.interval_min"));
  EXPECT_THAT(complaint([](auto& o) { o.set_daily_milligrams_max(-1); }),
              HasSubstr("medications[0].daily_milligrams_max"));
}

TEST(CarePlanCodec, WhatCannotBeSupportOrSettingsIsNamed) {
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_sessions(0)->set_per_week(0); }),
              HasSubstr("sessions[0].per_week"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_goals(0)->clear_status(); }),
              HasSubstr("goals[0].status"));
  EXPECT_THAT(ComplaintAbout([](auto& p) {
                p.mutable_support_contacts(0)->mutable_consent_signed_at()->set_nanos(-1);
              }),
              HasSubstr("support_contacts[0].consent_signed_at"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { *p.add_thresholds() = p.thresholds(0); }),
              HasSubstr("thresholds[1].rule_id: not unique"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_quiet_hours()->mutable_to()->set_hour(24); }),
              HasSubstr("quiet_hours.to"));
  EXPECT_THAT(ComplaintAbout([](auto& p) { p.mutable_discharge()->clear_kind(); }),
              HasSubstr("discharge.kind"));
}

}  // namespace
}  // namespace withdrawal::codec
