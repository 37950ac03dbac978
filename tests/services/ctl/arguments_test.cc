#include "services/ctl/arguments.h"

#include <gtest/gtest.h>

#include "libs/codec/time.h"
#include "services/ctl/care_plan.h"
#include "services/ctl/engagement_words.h"

namespace withdrawal::ctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

TEST(Moments, AreRfc3339WithOffsetOrATimeAgo) {
  EXPECT_EQ(*ParseMoment("14h", kNow), kNow - absl::Hours(14));
  EXPECT_EQ(*ParseMoment("2026-07-01T14:30:00+10:00", kNow),
            *ParseMoment("2026-07-01T04:30:00Z", kNow));
  EXPECT_FALSE(ParseMoment("2026-07-01T14:30:00", kNow).ok());
  EXPECT_EQ(*ParseMoment("2d", kNow), kNow - absl::Hours(48));
  EXPECT_EQ(*ParseMoment("1.5d", kNow), kNow - absl::Hours(36));
  for (const char* wrong : {"d", "-2d", "1d2h", "nand", "infd", "1e9d"}) {
    EXPECT_FALSE(ParseMoment(wrong, kNow).ok()) << wrong;
  }
  EXPECT_FALSE(ParseMoment("-2h", kNow).ok());
  EXPECT_FALSE(ParseMoment("yesterday", kNow).ok());
}

TEST(VitalsWords, KeepTheUnitGivenAndTakeTheFirstOneOtherwise) {
  const auto vitals = ParseVitals("pulse=112, temperature=98.6[degF],on_oxygen=no,rass=-1");
  ASSERT_TRUE(vitals.ok()) << vitals.status();
  EXPECT_EQ(vitals->pulse().unit(), "/min");
  EXPECT_EQ(vitals->temperature().value(), 98.6);
  EXPECT_EQ(vitals->temperature().unit(), "[degF]");
  EXPECT_TRUE(vitals->has_on_oxygen());
  EXPECT_FALSE(vitals->on_oxygen());
  EXPECT_EQ(vitals->rass(), -1);
  EXPECT_FALSE(vitals->has_spo2());
}

TEST(VitalsWords, ThatCannotBeReadAreNamed) {
  EXPECT_EQ(ParseVitals("mood=3").status().message(), "mood: no such vital sign: \"mood\"");
  EXPECT_FALSE(ParseVitals("pulse=fast").ok());
  EXPECT_FALSE(ParseVitals("pulse").ok());
  EXPECT_FALSE(ParseVitals("consciousness=asleep").ok());
}

TEST(EnumWords, AreTheNamesInAnyCaseWithDashes) {
  EXPECT_EQ(*ParseRedFlag("new-confusion"), events::v1::RED_FLAG_NEW_CONFUSION);
  EXPECT_EQ(*ParseRater("Clinician_Video"), events::v1::RATER_CLINICIAN_VIDEO);
  EXPECT_FALSE(ParseRedFlag("unspecified").ok());
  EXPECT_FALSE(ParsePriority("high").ok());
}

TEST(DoseWords, AreAnAmountOrAnOutcome) {
  const auto taken = ParseDose("buprenorphine:4mg:sublingual");
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->amount().value(), 4);
  EXPECT_EQ(taken->amount().unit(), "mg");
  EXPECT_EQ(taken->route(), "sublingual");
  EXPECT_EQ(taken->outcome(), events::v1::DOSE_OUTCOME_TAKEN);
  EXPECT_EQ(ParseDose("methadone:missed")->outcome(), events::v1::DOSE_OUTCOME_MISSED);
  EXPECT_FALSE(ParseDose("methadone").ok());
  EXPECT_FALSE(ParseDose("methadone:5-10mg").ok());
}

TEST(LapseWords, AreTheFieldsOfTheReport) {
  const auto lapse = ParseLapse(
      "substance_class=opioid-short-acting, amount=0.2 g,route=smoked,alone=yes,"
      "naloxone_present=no,use_days_in_last_7=2");
  ASSERT_TRUE(lapse.ok()) << lapse.status();
  EXPECT_EQ(lapse->substance_class(), "opioid-short-acting");
  EXPECT_EQ(lapse->amount().value(), 0.2);
  EXPECT_EQ(lapse->amount().unit(), "g");
  EXPECT_TRUE(lapse->alone());
  EXPECT_TRUE(lapse->has_naloxone_present());
  EXPECT_FALSE(lapse->naloxone_present());
  EXPECT_FALSE(lapse->has_intends_to_continue());
  EXPECT_EQ(LapseText(*lapse),
            "used opioid-short-acting 0.2 g, smoked, alone, no naloxone, 2 days of the last 7");
  EXPECT_EQ(ParseLapse("mood=low").status().message(), "mood: no such field");
  EXPECT_EQ(ParseLapse("alone=perhaps").status().message(),
            "alone: neither true nor false: \"perhaps\"");
  EXPECT_FALSE(ParseLapse("amount=some").ok());
  EXPECT_FALSE(ParseLapse("use_days_in_last_7=two").ok());
}

TEST(TriggerWords, JoinTagsWithPlus) {
  const auto log = ParseTriggers("lonely=3,tired=0,places=pub+station,coping=walk");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->lonely(), 3);
  EXPECT_TRUE(log->has_tired());
  EXPECT_FALSE(log->has_hungry());
  EXPECT_EQ(log->places_size(), 2);
  EXPECT_EQ(TriggersText(*log), "lonely 3, tired 0, pub, station, coped by walk");
}

TEST(CarePlanWordsTest, BecomeAPlanWithScheduleAndClocks) {
  CarePlanWords words;
  words.patient_id = "p-1";
  words.programmes = {"alcohol"};
  words.last_use = {"14h"};
  words.every = "4h";
  words.daily_at = "08:00,20:30";
  words.time_zone = "Australia/Sydney";
  words.baselines = {"CIWA-Ar=8"};
  const auto plan = BuildCarePlan(words, kNow);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->substances(0).substance_class(), "alcohol");
  EXPECT_EQ(codec::FromProto(plan->substances(0).last_use()), kNow - absl::Hours(14));
  ASSERT_EQ(plan->schedule().entries_size(), 2);
  EXPECT_EQ(codec::FromProto(plan->schedule().entries(0).every()), absl::Hours(4));
  EXPECT_EQ(plan->schedule().entries(1).daily_at(1).minute(), 30);
  EXPECT_EQ(plan->baseline_scores(0).total(), 8);
  EXPECT_EQ(plan->spo2_scale(), events::v1::SPO2_SCALE_1);
  EXPECT_EQ(codec::FromProto(plan->monitoring_started_at()), kNow);
}

TEST(CarePlanWordsTest, ThatCannotBeReadAreRefused) {
  CarePlanWords words;
  words.programmes = {"alcohol", "opioid"};
  words.last_use = {"14h"};
  EXPECT_FALSE(BuildCarePlan(words, kNow).ok());
  words.last_use = {"alcohol=14h", "fentanyl=20h"};
  EXPECT_TRUE(BuildCarePlan(words, kNow).ok());
  words.every = "often";
  EXPECT_FALSE(BuildCarePlan(words, kNow).ok());
  words.every.clear();
  words.daily_at = "24:00";
  EXPECT_FALSE(BuildCarePlan(words, kNow).ok());
}

// case C53
TEST(ObservedMoments, ADateAloneIsKnownToTheDayAndATimeAloneIsRefused) {
  const auto day = ParseObserved("2026-03-04", kNow);
  ASSERT_TRUE(day.ok()) << day.status();
  EXPECT_TRUE(day->to_the_day);
  const auto instant = ParseObserved("2026-03-04T21:28:00Z", kNow);
  ASSERT_TRUE(instant.ok()) << instant.status();
  EXPECT_FALSE(instant->to_the_day);
  for (const char* text : {"21:28", "2023-09-04T21:28:00", "2023-09-4", "2023-13-04"}) {
    EXPECT_FALSE(ParseObserved(text, kNow).ok()) << text;
  }
}

// case C40
TEST(DoseWords, ARangeIsNoDose) {
  for (const char* text : {"diazepam:5-10mg", "diazepam:5-10", "diazepam:-5mg5"}) {
    const auto dose = ParseDose(text);
    EXPECT_FALSE(dose.ok() && dose->amount().value() > 0) << text;
  }
}

}  // namespace
}  // namespace withdrawal::ctl
