#include "libs/codec/score.h"

#include <gtest/gtest.h>

#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

TEST(ScoreCodec, AScoreReadBackIsTheScoreWritten) {
  const domain::Instant at = absl::FromUnixSeconds(1'782'864'000) + absl::Nanoseconds(7);
  domain::Score score;
  score.instrument = "NEWS2";
  score.scheme = "rcp2017/scale1";
  score.total = 0;
  score.total_max = 20;
  score.band = "low";
  score.items = {{"pulse", 0, std::nullopt}, {"temperature", 0, absl::Minutes(90)}};
  score.change_from_previous = 0;
  score.change_from_baseline = -2;
  score.prior_totals = {{0, at}};
  score.out_of_order = true;
  EXPECT_EQ(FromProto(ToProto(score)), score);
}

TEST(ScoreCodec, AnIncompleteScoreHasNoTotal) {
  domain::Score score;
  score.partial_sum = 36;
  score.band_at_least = "severe";
  score.missing_items = {"orientation"};
  const auto message = ToProto(score);
  EXPECT_EQ(message.status(), events::v1::SCORE_STATUS_INCOMPLETE);
  EXPECT_FALSE(message.has_total());
  EXPECT_EQ(FromProto(message), score);
}

TEST(ScoreCodec, SubscalesAndCategoryComeBackAsWritten) {
  domain::Score score;
  score.instrument = "BAM";
  score.no_total = true;
  score.subscales = {{"use", 0, 0, 12, false, {}},
                     {"risk", std::nullopt, 12, 24, true, {"craving"}}};
  score.missing_items = {"craving"};
  score.category = "none";
  score.category_rank = 0;
  EXPECT_EQ(FromProto(ToProto(score)), score);
  EXPECT_EQ(ToProto(score).status(), events::v1::SCORE_STATUS_INCOMPLETE);
}

TEST(ScoreCodec, AScoreWithoutATotalIsCompleteWhenNothingIsMissing) {
  domain::Score score;
  score.instrument = "C-SSRS";
  score.no_total = true;
  score.category = "high";
  score.category_rank = 3;
  const auto message = ToProto(score);
  EXPECT_EQ(message.status(), events::v1::SCORE_STATUS_COMPLETE);
  EXPECT_FALSE(message.has_total());
  EXPECT_EQ(FromProto(message), score);
}

TEST(ScoreCodec, ProratedAndClosedGateComeBackAsWritten) {
  domain::Score score;
  score.instrument = "PHQ-9";
  score.total = 10;
  score.prorated = true;
  score.missing_items = {"sleep"};
  EXPECT_EQ(FromProto(ToProto(score)), score);
  EXPECT_EQ(ToProto(score).status(), events::v1::SCORE_STATUS_COMPLETE);
  domain::Score gate;
  gate.instrument = "PAWSS";
  gate.no_total = gate.gate_closed = true;
  EXPECT_EQ(FromProto(ToProto(gate)), gate);
}

TEST(ScoreCodec, ADispositionThatIsNotSaidIsRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(FromProto(events::v1::CheckInScored()).status()));
}

TEST(TimeCodec, InstantsKeepTheirNanosecondsBeforeTheEpochToo) {
  for (const int64_t nanos : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{-1'500'000'000}}) {
    const domain::Instant at = absl::FromUnixNanos(nanos);
    EXPECT_EQ(FromProto(ToProto(at)), at);
    EXPECT_TRUE(IsValid(ToProto(at)));
  }
}

TEST(TimeCodec, ATimestampOutOfItsRangeIsInvalid) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_nanos(1'000'000'000);
  EXPECT_FALSE(IsValid(timestamp));
  timestamp.set_nanos(0);
  timestamp.set_seconds(253402300800);
  EXPECT_FALSE(IsValid(timestamp));
}

}  // namespace
}  // namespace withdrawal::codec
