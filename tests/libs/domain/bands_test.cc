#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

using ::testing::HasSubstr;

const Instrument& Get(const char* id) { return golden::BuiltIn().instruments.at(id); }

int BandsHolding(const BandScheme& scheme, int total) {
  int holding = 0;
  for (const Band& band : scheme.bands) holding += band.from <= total && total <= band.to ? 1 : 0;
  return holding;
}

// case C23
TEST(Bands, EveryTotalOfEveryInstrumentHasExactlyOneBandInEveryScheme) {
  for (const auto& [id, instrument] : golden::BuiltIn().instruments) {
    for (const BandScheme& scheme : instrument.schemes) {
      for (int total = 0; total <= instrument.total_max(); ++total) {
        EXPECT_EQ(BandsHolding(scheme, total), 1) << id << " " << scheme.id << " " << total;
      }
      EXPECT_EQ(FindBand(scheme, -1), nullptr) << id;
      EXPECT_EQ(FindBand(scheme, instrument.total_max() + 1), nullptr) << id;
    }
  }
}

// case C23
TEST(Bands, EveryNews2TotalHasExactlyOneBand) {
  const News2& news2 = golden::BuiltIn().news2;
  for (int total = 0; total <= 20; ++total) {
    EXPECT_EQ(BandsHolding(news2.scheme, total), 1) << total;
  }
  EXPECT_EQ(FindBand(news2.scheme, -1), nullptr);
  EXPECT_EQ(FindBand(news2.scheme, 21), nullptr);
}

// Reference A.1 to A.5, A.12.
TEST(Bands, TheMaximaAreThoseOfTheForms) {
  EXPECT_EQ(Get("CIWA-Ar").total_max(), 67);
  EXPECT_EQ(Get("COWS").total_max(), 48);
  EXPECT_EQ(Get("SOWS16").total_max(), 64);
  EXPECT_EQ(Get("ShOWS10").total_max(), 30);
  EXPECT_EQ(Get("SAWS").total_max(), 30);
  EXPECT_EQ(golden::BuiltIn().news2.total_max, 20);
}

// case C32: one table, named with its source; the totals are in tests/golden/bands.txt.
TEST(Bands, TheCiwaArBandsInUseAreNamedWithTheirSource) {
  const BandScheme& scheme = Get("CIWA-Ar").scheme();
  EXPECT_EQ(scheme.id, "asam2020");
  EXPECT_THAT(scheme.source, HasSubstr("ASAM"));
  const Score score = golden::ScoreItems("CIWA-Ar", {{"nausea", "1"}});
  EXPECT_EQ(score.scheme, "asam2020");
}

// case C32: 15 and 19 are judged apart by other sets, which stand under their own names.
TEST(Bands, FifteenIsModerateByAsamAndSevereByVa) {
  const Instrument& ciwa = Get("CIWA-Ar");
  EXPECT_EQ(FindBand(*ciwa.FindScheme("asam2020"), 15)->id, "moderate");
  EXPECT_EQ(FindBand(*ciwa.FindScheme("va_paws"), 15)->id, "severe");
}

TEST(Bands, TheSixteenItemSowsHasNoOfficialBandUnlessACirculatingOneIsAskedFor) {
  const InstrumentResponse response{"SOWS16", {{"anxious", 4}}, std::nullopt};
  EXPECT_EQ(ScoreAnswers(Get("SOWS16"), response).scheme, "none");
  EXPECT_EQ(ScoreAnswers(Get("SOWS16"), response, "circulating").scheme, "circulating");
  EXPECT_EQ(Get("SOWS16").FindScheme("circulating")->mark, Mark::kUnchecked);
}

// case C44
TEST(Freshness, ANews2OfSixHoursAgoIsStale) {
  const Instant observed = absl::FromUnixSeconds(1'782'800'000);
  const Duration fresh_for = golden::BuiltIn().news2.fresh_for;
  const Freshness later = FreshnessOf(fresh_for, observed, observed + absl::Hours(6));
  EXPECT_EQ(later.age, absl::Hours(6));
  EXPECT_TRUE(later.stale);
}

// case C44
TEST(Freshness, AScoreIsCurrentUntilItsTimeIsOverAndStaleJustAfter) {
  const Instant observed = absl::FromUnixSeconds(1'782'800'000);
  EXPECT_FALSE(FreshnessOf(absl::Hours(4), observed, observed + absl::Hours(4)).stale);
  EXPECT_TRUE(
      FreshnessOf(absl::Hours(4), observed, observed + absl::Hours(4) + absl::Seconds(1)).stale);
}

TEST(Freshness, AnObservationSlightlyAheadOfTheClockHasAgeZero) {
  const Instant observed = absl::FromUnixSeconds(1'782'800'000);
  EXPECT_EQ(FreshnessOf(absl::Hours(4), observed, observed - absl::Minutes(1)).age,
            absl::ZeroDuration());
}

}  // namespace
}  // namespace withdrawal::domain
