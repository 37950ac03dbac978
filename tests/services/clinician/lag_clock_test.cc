#include "services/clinician/lag_clock.h"

#include <fstream>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "services/clinician/health_board.h"

namespace withdrawal::clinician {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(LagClock, AReaderAtTheEndHasNoLag) {
  LagClock clock;
  EXPECT_EQ(clock.Note({{0, 10}, {1, 0}}, {{0, 10}}, kNow), absl::ZeroDuration());
  EXPECT_EQ(clock.Note({{0, 20}, {1, 0}}, {{0, 20}}, kNow + absl::Hours(1)), absl::ZeroDuration());
}

TEST(LagClock, AReaderThatStandsStillFallsBehindByTheTimeThatPasses) {
  LagClock clock;
  clock.Note({{0, 10}}, {{0, 9}}, kNow);
  EXPECT_EQ(clock.Note({{0, 12}}, {{0, 9}}, kNow + absl::Minutes(3)), absl::Minutes(3));
}

TEST(LagClock, ABusyReaderIsNotBehindOnlyBecauseThereIsAlwaysMore) {
  LagClock clock;
  for (int minute = 0; minute < 60; ++minute) {
    const auto lag =
        clock.Note({{0, 10 * minute + 5}}, {{0, 10 * minute}}, kNow + absl::Minutes(minute));
    EXPECT_LE(lag, absl::Minutes(1)) << minute;
  }
}

TEST(LagClock, OnePartitionIsEnoughToBeBehind) {
  LagClock clock;
  clock.Note({{0, 10}, {1, 3}}, {{0, 10}}, kNow);
  EXPECT_EQ(clock.Note({{0, 10}, {1, 3}}, {{0, 10}}, kNow + absl::Minutes(5)), absl::Minutes(5));
  EXPECT_EQ(clock.Note({{0, 10}, {1, 3}}, {{0, 10}, {1, 3}}, kNow + absl::Minutes(6)),
            absl::ZeroDuration());
}

// tests/golden/monitoring_degraded.txt
TEST(LagClock, CliniciansAreToldAsTheTableSays) {
  const auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/monitoring_degraded.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    absl::Duration behind;
    ASSERT_TRUE(absl::ParseDuration(words.back(), &behind)) << line;
    LagClock clock;
    clock.Note({{0, 1}}, {}, kNow);
    const absl::Duration lag = clock.Note({{0, 1}}, {}, kNow + behind);
    EXPECT_EQ(IsDegraded(lag, catalogue->management.degraded_after), words[1] == "fires") << line;
    ++cases;
  }
  EXPECT_GE(cases, 2);
}

TEST(HealthBoard, ChangesOnlyWhenSomethingElseIsWrong) {
  HealthBoard board;
  EXPECT_FALSE(board.Set({}, kNow));
  EXPECT_EQ(board.version(), 0u);
  EXPECT_TRUE(board.Set({"scoring is behind"}, kNow));
  EXPECT_FALSE(board.Set({"scoring is behind"}, kNow + absl::Minutes(1)));
  EXPECT_TRUE(board.Read().degraded());
  EXPECT_EQ(board.Read().since().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_TRUE(board.Set({}, kNow + absl::Minutes(2)));
  EXPECT_FALSE(board.Read().degraded());
  EXPECT_EQ(board.version(), 2u);
}

}  // namespace
}  // namespace withdrawal::clinician
