#include "services/scoring/codec.h"

#include <gtest/gtest.h>

namespace withdrawal::scoring {
namespace {

PatientState FullState() {
  const domain::Instant at = absl::FromUnixSeconds(1'782'864'000);
  PatientState state;
  state.seen[7] = {1, 495240};
  state.seen[UINT64_MAX] = {UINT32_MAX, 495241};
  state.histories["COWS"] = {{14, at + absl::Minutes(30)}, {8, at}};
  state.last_vitals[domain::News2Parameter::kSpo2] = {97.5, at, false};
  state.last_vitals[domain::News2Parameter::kTemperature] = {0, at + absl::Nanoseconds(5), true};
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.spo2_scale = domain::Spo2Scale::kScale2;
  plan.baseline_scores["COWS"] = 3;
  state.care_plan = plan;
  return state;
}

TEST(StateCodec, AStateReadBackIsTheStateWritten) {
  const PatientState state = FullState();
  const auto read = DecodeState(EncodeState(state));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->seen, state.seen);
  EXPECT_EQ(read->histories, state.histories);
  EXPECT_EQ(read->last_vitals, state.last_vitals);
  ASSERT_TRUE(read->care_plan.has_value());
  EXPECT_EQ(read->care_plan->spo2_scale, domain::Spo2Scale::kScale2);
  EXPECT_EQ(read->care_plan->baseline_scores.at("COWS"), 3);
  EXPECT_EQ(EncodeState(*read), EncodeState(state));
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
