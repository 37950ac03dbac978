#include "services/scoring/codec.h"

#include <gtest/gtest.h>

#include "withdrawal/state/v1/scoring.pb.h"

namespace withdrawal::scoring {
namespace {

PatientState FullState() {
  const domain::Instant at = absl::FromUnixSeconds(1'782'864'000);
  PatientState state;
  state.seen[7] = {1, 495240, 0, 9};
  state.seen[UINT64_MAX] = {UINT32_MAX, 495241, 3, UINT32_MAX};
  state.histories["COWS"] = {{14, at + absl::Minutes(30), 7}, {8, at, UINT64_MAX}};
  state.last_vitals[domain::News2Parameter::kSpo2] = {97.5, at, false};
  state.last_vitals[domain::News2Parameter::kTemperature] = {0, at + absl::Nanoseconds(5), true};
  state.plans = {
      {absl::InfinitePast(), "v1", domain::Spo2Scale::kScale1, {{"SAWS", 2}, {"COWS", 3}}, {}, {}},
      {at,
       "v2",
       domain::Spo2Scale::kScale2,
       {},
       {{"SDS", "cocaine"}, {"AUDIT-C", "men"}},
       {domain::Programme::kOpioid, domain::Programme::kStimulant}}};
  state.met_in_a_row = {{"attended-session", 0}, {"negative-test", 3}};
  state.reward_balance = 45;
  return state;
}

TEST(StateCodec, AStateReadBackIsTheStateWritten) {
  const PatientState state = FullState();
  const auto read = DecodeState(EncodeState(state));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->seen, state.seen);
  EXPECT_EQ(read->histories, state.histories);
  EXPECT_EQ(read->last_vitals, state.last_vitals);
  EXPECT_EQ(read->plans, state.plans);
  EXPECT_EQ(read->met_in_a_row, state.met_in_a_row);
  EXPECT_EQ(read->reward_balance, 45);
  EXPECT_EQ(EncodeState(*read), EncodeState(state));
}

TEST(StateCodec, ARowOfBeforePlanVersionsIsReadAsOnePlanInForceForEver) {
  state::v1::PatientScoringState row;
  row.add_seen_id_hash(7);
  row.add_seen_content_hash(1);
  row.add_seen_observed_hour(495240);
  auto* history = row.add_histories();
  history->set_instrument("COWS");
  history->add_totals(8);
  history->add_observed_at()->set_seconds(1'782'864'000);
  row.mutable_care_plan()->set_patient_id("p1");
  row.mutable_care_plan()->set_etag("v1");
  row.mutable_care_plan()->set_status(events::v1::MONITORING_STATUS_ACTIVE);
  row.mutable_care_plan()->set_spo2_scale(events::v1::SPO2_SCALE_2);
  const auto read = DecodeState(row.SerializeAsString());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->seen.at(7), (Seen{1, 495240, 0}));
  EXPECT_EQ(read->histories.at("COWS")[0].check_in, 0u);
  ASSERT_EQ(read->plans.size(), 1u);
  EXPECT_EQ(read->plans[0].recorded_at, absl::InfinitePast());
  EXPECT_EQ(read->plans[0].etag, "v1");
  EXPECT_EQ(read->plans[0].spo2_scale, domain::Spo2Scale::kScale2);
}

TEST(StateCodec, AnEmptyStateIsNoBytesWhichDeletesTheRow) {
  EXPECT_EQ(EncodeState({}), "");
  EXPECT_TRUE(DecodeState("")->empty());
}

TEST(StateCodec, BytesThatAreNoStateAreDataLoss) {
  EXPECT_EQ(DecodeState("\xff\xff").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace withdrawal::scoring
