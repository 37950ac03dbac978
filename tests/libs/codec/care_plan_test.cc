#include "libs/codec/care_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace withdrawal::codec {
namespace {

using ::testing::HasSubstr;

domain::CarePlan FullPlan() {
  const domain::Instant at = absl::FromUnixSeconds(1'782'864'000);
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.etag = "3";
  plan.status = domain::MonitoringStatus::kPaused;
  plan.programmes = {domain::Programme::kAlcohol, domain::Programme::kNicotine};
  plan.substances = {{"alcohol", at}};
  plan.spo2_scale = domain::Spo2Scale::kScale2;
  plan.baseline_scores["SAWS"] = 4;
  plan.baseline_vitals[domain::Vital::kPulse] = 72;
  plan.time_zone = "Australia/Sydney";
  plan.schedule = {{"saws", {"SAWS"}, absl::Hours(8), {}}, {"daily", {}, {}, {{8, 0}, {20, 30}}}};
  plan.pregnant = false;
  plan.team = "north-ward";
  plan.monitoring_started_at = at;
  return plan;
}

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
  EXPECT_EQ(plan->pregnant, false);
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
}

}  // namespace
}  // namespace withdrawal::codec
