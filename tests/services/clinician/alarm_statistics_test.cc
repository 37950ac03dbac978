// Reference H, on alarms whose numbers are counted by hand.
#include "services/clinician/alarm_statistics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_EMERGENCY;
using events::v1::PRIORITY_ROUTINE;
using events::v1::PRIORITY_URGENT;

const absl::Time kSince = absl::FromUnixSeconds(1'790'000'000);
const absl::Time kUntil = kSince + absl::Hours(48);

Alarm AlarmAt(absl::Duration after, events::v1::Priority priority = PRIORITY_URGENT) {
  Alarm alarm;
  alarm.patient_id = "p-1";
  alarm.rule_id = "SC-02";
  alarm.priority = priority;
  alarm.raised_at = kSince + after;
  alarm.resolved_at = alarm.raised_at + absl::Hours(1);
  return alarm;
}

TEST(AlarmStatistics, OfNoAlarmsAllIsZero) {
  const auto statistics = CountAlarms({}, kSince, kUntil);
  EXPECT_EQ(statistics.alarms(), 0);
  EXPECT_EQ(statistics.flood_share(), 0);
  EXPECT_EQ(statistics.top_10_share(), 0);
  EXPECT_EQ(statistics.urgent_of_all().denominator(), 0);
  EXPECT_EQ(statistics.time_to_acknowledge_size(), 0);
}

TEST(AlarmStatistics, OnlyWhatCalledSomebodyIsAnAlarmAndTheMixIsOfAll) {
  std::vector<Alarm> alarms = {AlarmAt(absl::Hours(1)), AlarmAt(absl::Hours(2), PRIORITY_EMERGENCY),
                               AlarmAt(absl::Hours(3), PRIORITY_ROUTINE),
                               AlarmAt(absl::Hours(4), PRIORITY_ROUTINE), AlarmAt(absl::Hours(5))};
  alarms.back().called = false;  // a day old on arrival
  const auto statistics = CountAlarms(alarms, kSince, kUntil);
  EXPECT_EQ(statistics.alarms(), 2);
  EXPECT_DOUBLE_EQ(statistics.per_day(), 1);  // 2 in 2 days
  EXPECT_DOUBLE_EQ(statistics.per_hour(), 2 / 48.0);
  EXPECT_EQ(statistics.urgent_of_all().numerator(), 2);  // the quiet one is urgent too
  EXPECT_EQ(statistics.urgent_of_all().denominator(), 5);
  EXPECT_EQ(statistics.emergency_of_all().numerator(), 1);
}

// 12 alarms, one a minute from minute 0 to 11: the eleventh (minute 10) comes when the first has
// left the window, so there are never more than 10.
TEST(AlarmStatistics, TenInTenMinutesAreNoFlood) {
  std::vector<Alarm> alarms;
  for (int minute = 0; minute < 12; ++minute) alarms.push_back(AlarmAt(absl::Minutes(minute)));
  const auto statistics = CountAlarms(alarms, kSince, kUntil);
  EXPECT_EQ(statistics.peak_per_10_minutes(), 10);
  EXPECT_EQ(statistics.flood_share(), 0);
}

// 11 alarms, one each 30 s from 0:00 to 5:00. The flood begins with the eleventh at 5:00; they
// leave the window from 10:00 on, one each 30 s, and the seventh that leaves, at 13:00, makes it
// four.
TEST(AlarmStatistics, AFloodBeginsAboveTenAndEndsBelowFive) {
  std::vector<Alarm> alarms;
  for (int i = 0; i < 11; ++i) alarms.push_back(AlarmAt(i * absl::Seconds(30)));
  const auto statistics = CountAlarms(alarms, kSince, kUntil);
  EXPECT_EQ(statistics.peak_per_10_minutes(), 11);
  EXPECT_DOUBLE_EQ(statistics.flood_share(), 8.0 / (48 * 60));
  // Of a period that ends within it: from 5:00 to 8:00.
  const auto cut = CountAlarms(alarms, kSince, kSince + absl::Minutes(8));
  EXPECT_DOUBLE_EQ(cut.flood_share(), 3.0 / 8);
}

TEST(AlarmStatistics, TheActionableShareIsOfThoseWithAnOutcome) {
  std::vector<Alarm> alarms(6, AlarmAt(absl::Hours(1)));
  alarms[0].outcome = events::v1::ALERT_OUTCOME_TRUE;
  alarms[1].outcome = events::v1::ALERT_OUTCOME_TRUE;
  alarms[2].outcome = events::v1::ALERT_OUTCOME_FALSE;
  alarms[3].outcome = events::v1::ALERT_OUTCOME_TECHNICAL;
  const auto statistics = CountAlarms(alarms, kSince, kUntil);
  EXPECT_EQ(statistics.actionable().numerator(), 2);
  EXPECT_EQ(statistics.actionable().denominator(), 4);
  EXPECT_EQ(statistics.technical().numerator(), 1);
  EXPECT_EQ(statistics.technical().denominator(), 4);
}

TEST(AlarmStatistics, TheTimeToAcknowledgeIsOfEachPriority) {
  std::vector<Alarm> alarms;
  for (const int minutes : {2, 4, 6, 8, 20}) {
    alarms.push_back(AlarmAt(absl::Hours(1)));
    alarms.back().acknowledged_at = alarms.back().raised_at + absl::Minutes(minutes);
  }
  alarms.push_back(AlarmAt(absl::Hours(2)));  // by nobody
  alarms.push_back(AlarmAt(absl::Hours(3), PRIORITY_EMERGENCY));
  const auto statistics = CountAlarms(alarms, kSince, kUntil);
  ASSERT_EQ(statistics.time_to_acknowledge_size(), 2);
  const auto& emergency = statistics.time_to_acknowledge(0);
  EXPECT_EQ(emergency.priority(), PRIORITY_EMERGENCY);
  EXPECT_EQ(emergency.acknowledged(), 0);
  EXPECT_FALSE(emergency.has_median());
  const auto& urgent = statistics.time_to_acknowledge(1);
  EXPECT_EQ(urgent.alerts(), 6);
  EXPECT_EQ(urgent.acknowledged(), 5);
  EXPECT_EQ(codec::FromProto(urgent.median()), absl::Minutes(6));
  // Place 3.6 of 0 to 4: 8 min and 0.6 of the 12 min to the last.
  EXPECT_EQ(codec::FromProto(urgent.p90()), absl::Minutes(8) + absl::Seconds(432));
}

// 12 sources: two with 5 alarms each, ten with one: the ten worst have 5 + 5 + 8 of 20.
TEST(AlarmStatistics, ASourceIsARuleAndAPerson) {
  std::vector<Alarm> alarms(5, AlarmAt(absl::Hours(1)));
  for (int i = 0; i < 5; ++i) {
    alarms.push_back(AlarmAt(absl::Hours(2)));
    alarms.back().rule_id = "SC-09a";
  }
  for (int i = 0; i < 10; ++i) {
    alarms.push_back(AlarmAt(absl::Hours(3)));
    alarms.back().patient_id = "other-" + std::to_string(i);
  }
  EXPECT_DOUBLE_EQ(CountAlarms(alarms, kSince, kUntil).top_10_share(), 18 / 20.0);
}

TEST(AlarmStatistics, StaleIsOpenForMoreThanADay) {
  std::vector<Alarm> alarms(4, AlarmAt(absl::Hours(1)));
  alarms[0].resolved_at = alarms[0].raised_at + absl::Hours(24);
  alarms[1].resolved_at = alarms[1].raised_at + absl::Hours(25);
  alarms[2].resolved_at.reset();                   // 47 h old at the end
  alarms[3].raised_at = kSince + absl::Hours(30);  // 18 h old at the end
  alarms[3].resolved_at.reset();
  EXPECT_EQ(CountAlarms(alarms, kSince, kUntil).stale(), 2);
}

}  // namespace
}  // namespace withdrawal::clinician
