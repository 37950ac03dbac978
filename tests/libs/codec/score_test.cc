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
