#include "services/ctl/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::TimelineEntry;
using ::testing::HasSubstr;

TimelineEntry ScoreAt(int64_t seconds, int total) {
  TimelineEntry entry;
  *entry.mutable_at() = codec::ToProto(absl::FromUnixSeconds(seconds));
  auto* scored = entry.mutable_check_in();
  scored->mutable_recorded()->mutable_check_in()->mutable_instrument_response()->set_instrument(
      "SAWS");
  auto* score = scored->add_scores();
  score->set_instrument("SAWS");
  score->set_total(total);
  score->set_total_max(30);
  score->set_band("mild");
  return entry;
}

TEST(Timeline, DrawsTheTotalsOfAnInstrumentOldestFirst) {
  const std::string text = TimelineText({ScoreAt(300, 30), ScoreAt(200, 15), ScoreAt(100, 0)});
  EXPECT_THAT(text, HasSubstr("▁▄█"));
  EXPECT_LT(text.find("SAWS 0 mild"), text.find("SAWS 30 mild"));
}

TEST(Timeline, NamesReadingsThatWereSetAside) {
  TimelineEntry entry;
  auto* recorded = entry.mutable_check_in()->mutable_recorded();
  recorded->mutable_check_in()->mutable_vital_signs()->mutable_pulse()->set_value(80);
  auto* reading = recorded->add_set_aside();
  reading->set_field("vital_signs.temperature");
  reading->mutable_original()->set_value(97.2);
  reading->mutable_original()->set_unit("Cel");
  reading->set_reason("FAHRENHEIT_AS_CELSIUS");
  EXPECT_THAT(TimelineText({entry}),
              HasSubstr("pulse 80; set aside vital_signs.temperature 97.2Cel"));
}

TEST(Ages, ReadAtAGlance) {
  EXPECT_EQ(Age(absl::Seconds(-3)), "0s");
  EXPECT_EQ(Age(absl::Seconds(59)), "59s");
  EXPECT_EQ(Age(absl::Minutes(61)), "1h01m");
  EXPECT_EQ(Age(absl::Hours(50)), "2d02h");
}

TEST(Tables, AlignByCodePointsNotBytes) {
  Table table({"A", "B"});
  table.Add({"é", "x"});
  table.Add({"ab", "y"});
  EXPECT_EQ(table.Text(), "A   B\né   x\nab  y\n");
}

TEST(ProgressBars, FillWithTheShareDone) {
  EXPECT_EQ(ProgressBar(5, 10, 4), "[##--] 50% 5/10");
  EXPECT_EQ(ProgressBar(0, 0, 2), "[--] 0% 0/0");
}

// case C58
TEST(Timeline, ShowsBothVersionsOfAmendedAnswersAndCountsTheLaterOne) {
  TimelineEntry first = ScoreAt(100, 21);
  TimelineEntry amended = ScoreAt(100, 19);
  amended.mutable_check_in()->mutable_recorded()->mutable_check_in()->set_revision(1);
  amended.mutable_check_in()->set_disposition(events::v1::CHECK_IN_DISPOSITION_AMENDED);
  const std::string text = TimelineText({amended, first});
  EXPECT_THAT(text, HasSubstr("SAWS 21 mild; replaced by revision 1"));
  EXPECT_THAT(text, HasSubstr("SAWS 19 mild; amended, revision 1"));
  EXPECT_THAT(text, testing::ContainsRegex("SAWS +[^ ]+ +19 +19 +19 +30"));
}

// case C28
TEST(Timeline, ShowsATotalTheSenderStatedBesideOurs) {
  TimelineEntry entry = ScoreAt(100, 5);
  entry.mutable_check_in()->mutable_scores(0)->set_stated_total(6);
  EXPECT_THAT(TimelineText({entry}), HasSubstr("SAWS 5 mild, sender says 6"));
}

// case C53
TEST(Timeline, ShowsNoHourWhenOnlyTheDayIsKnown) {
  TimelineEntry entry = ScoreAt(1'772'409'600, 5);
  entry.mutable_check_in()->mutable_recorded()->mutable_check_in()->set_observed_precision(
      events::v1::OBSERVED_PRECISION_DAY);
  EXPECT_THAT(TimelineText({entry}), testing::Not(HasSubstr(":00")));
}

TEST(Timeline, ShowsSubscalesAndCategoriesInPlaceOfATotal) {
  TimelineEntry entry = ScoreAt(100, 0);
  auto* score = entry.mutable_check_in()->mutable_scores(0);
  score->Clear();
  score->set_instrument("BAM");
  score->set_no_total(true);
  score->set_status(events::v1::SCORE_STATUS_COMPLETE);
  auto* use = score->add_subscales();
  use->set_id("use");
  use->set_total(2);
  use->set_partial_sum(2);
  use->set_flagged(true);
  auto* screener = entry.mutable_check_in()->add_scores();
  screener->set_instrument("C-SSRS");
  screener->set_no_total(true);
  screener->set_status(events::v1::SCORE_STATUS_INCOMPLETE);
  screener->set_category("high");
  screener->set_category_rank(3);
  screener->add_missing_items("q1");
  const std::string text = TimelineText({entry});
  EXPECT_THAT(text, HasSubstr("BAM use 2 flagged"));
  EXPECT_THAT(text, HasSubstr("C-SSRS at least high incomplete, missing q1"));
}

}  // namespace
}  // namespace withdrawal::ctl
