#include "services/clinician/care_plan_check.h"

#include <limits>

#include "gtest/gtest.h"
#include "tests/services/clinician/care_plan_examples.h"

namespace withdrawal::clinician {
namespace {

TEST(CarePlanCheck, AcceptsAFullPlan) { EXPECT_EQ(Errors(GoodPlan()), Strings{}); }

TEST(CarePlanCheck, NeedsPatientAndStatus) {
  EXPECT_EQ(Errors({}), (Strings{"patient_id REQUIRED", "status REQUIRED"}));
}

TEST(CarePlanCheck, NamesEachFieldThatIsWrong) {
  events::v1::CarePlan plan = GoodPlan();
  plan.set_team("ward \"7\"\n");
  plan.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  plan.mutable_substances(0)->set_substance_class("beer");
  *plan.mutable_substances(0)->mutable_last_use() = At(kNoon + absl::Minutes(3));
  plan.mutable_baseline_scores(0)->set_total(68);
  plan.mutable_baseline_vitals(0)->set_vital("mood");
  EXPECT_EQ(Errors(plan), (Strings{"team INVALID_ID", "programmes[1] DUPLICATE",
                                   "substances[0].substance_class UNKNOWN_SUBSTANCE_CLASS",
                                   "substances[0].last_use IMPLAUSIBLE_TIME",
                                   "baseline_scores[0].total OUT_OF_RANGE",
                                   "baseline_vitals[0].vital UNKNOWN_VITAL"}));
}

// A plan the other services would set aside must not be answered with OK: nobody would watch.
TEST(CarePlanCheck, NeedsTheLastUseOfASubstance) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_substances(0)->clear_last_use();
  EXPECT_EQ(Errors(plan), Strings{"substances[0].last_use REQUIRED"});
}

TEST(CarePlanCheck, RefusesTimesThatProtobufDoesNotKnow) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_substances(0)->mutable_last_use()->set_nanos(-1);
  EXPECT_EQ(Errors(plan), Strings{"substances[0].last_use IMPLAUSIBLE_TIME"});
  plan = GoodPlan();
  *plan.mutable_monitoring_started_at() = At(kNoon);
  plan.mutable_monitoring_started_at()->set_nanos(1'000'000'000);
  EXPECT_EQ(Errors(plan), Strings{"monitoring_started_at IMPLAUSIBLE_TIME"});
  plan = GoodPlan();
  auto* entry = plan.mutable_schedule()->mutable_entries(0);
  entry->clear_daily_at();
  entry->mutable_every()->set_seconds(3600);
  entry->mutable_every()->set_nanos(2'000'000'000);
  EXPECT_EQ(Errors(plan), Strings{"schedule.entries[0].every OUT_OF_RANGE"});
}

TEST(CarePlanCheck, RefusesABaselineThatIsNotANumber) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_baseline_vitals(0)->set_value(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(Errors(plan), Strings{"baseline_vitals[0].value OUT_OF_RANGE"});
}

TEST(CarePlanCheck, WantsExactlyOneOfEveryAndDailyAt) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_schedule()->mutable_entries(0)->add_daily_at()->set_hour(9);
  plan.mutable_schedule()->mutable_entries(1)->clear_daily_at();
  EXPECT_EQ(Errors(plan),
            (Strings{"schedule.entries[0] EXACTLY_ONE", "schedule.entries[1] EXACTLY_ONE"}));
}

TEST(CarePlanCheck, BoundsTheScheduleAndKnowsWhatSatisfiesIt) {
  events::v1::CarePlan plan = GoodPlan();
  auto& periodic = *plan.mutable_schedule()->mutable_entries(0);
  periodic.mutable_every()->set_seconds(60);
  periodic.set_satisfied_by(0, "PHQ-99");
  auto& daily = *plan.mutable_schedule()->mutable_entries(1);
  daily.set_entry_id("vitals");
  daily.mutable_daily_at(0)->set_hour(24);
  daily.add_daily_at()->set_minute(60);
  EXPECT_EQ(Errors(plan), (Strings{"schedule.entries[0].satisfied_by[0] UNKNOWN_CHECK_IN",
                                   "schedule.entries[0].every OUT_OF_RANGE",
                                   "schedule.entries[1].entry_id DUPLICATE",
                                   "schedule.entries[1].daily_at[0].hour OUT_OF_RANGE",
                                   "schedule.entries[1].daily_at[1].minute OUT_OF_RANGE"}));
}

TEST(CarePlanCheck, NeedsAKnownTimeZoneForLocalTimes) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_schedule()->clear_time_zone();
  EXPECT_EQ(Errors(plan), Strings{"schedule.time_zone REQUIRED"});
  for (const char* zone : {"Mars/Olympus", "file:/etc/passwd", "../../etc/localtime"}) {
    plan.mutable_schedule()->set_time_zone(zone);
    EXPECT_EQ(Errors(plan), Strings{"schedule.time_zone UNKNOWN_TIME_ZONE"}) << zone;
  }
}

// What a machine calls its own zone is another one on another machine.
TEST(CarePlanCheck, ATimeZoneIsUtcOrNamedByItsArea) {
  events::v1::CarePlan plan = GoodPlan();
  for (const char* zone : {"localtime", "posixrules", "Factory", "posix/Europe/London", "Europe",
                           "right/Europe/London", "EST5EDT", "GMT", "US/Eastern", "utc", "Etc/"}) {
    plan.mutable_schedule()->set_time_zone(zone);
    EXPECT_EQ(Errors(plan), Strings{"schedule.time_zone UNKNOWN_TIME_ZONE"}) << zone;
  }
  for (const char* zone :
       {"UTC", "Etc/UTC", "Europe/London", "America/New_York", "Asia/Kolkata",
        "America/Argentina/Buenos_Aires", "Pacific/Apia", "Arctic/Longyearbyen", "Africa/Lagos",
        "Atlantic/Azores", "Indian/Mauritius", "Antarctica/Troll", "Australia/Lord_Howe"}) {
    plan.mutable_schedule()->set_time_zone(zone);
    EXPECT_EQ(Errors(plan), Strings{}) << zone;
  }
}

TEST(CarePlanCheck, APauseEndsAtAPlausibleTime) {
  events::v1::CarePlan plan = GoodPlan();
  plan.set_status(events::v1::MONITORING_STATUS_PAUSED);
  *plan.mutable_paused_until() = At(kNoon + absl::Hours(24));
  EXPECT_EQ(Errors(plan), Strings{});
  *plan.mutable_paused_until() = At(kNoon + absl::Hours(24 * 800));
  EXPECT_EQ(Errors(plan), Strings{"paused_until IMPLAUSIBLE_TIME"});
}

TEST(CarePlanCheck, BoundsTherapyPerWeek) {
  events::v1::CarePlan plan = GoodPlan();
  auto& session = *plan.add_sessions();
  session.set_session_type("iop");
  session.set_per_week(22);
  session.set_minutes_each(1441);
  EXPECT_EQ(Errors(plan), (Strings{"sessions[0].per_week OUT_OF_RANGE",
                                   "sessions[0].minutes_each OUT_OF_RANGE"}));
  session.set_per_week(21);
  session.set_minutes_each(1440);
  EXPECT_EQ(Errors(plan), Strings{});
}

TEST(CarePlanCheck, AContactIsToldNothingWithoutASignedConsentThatEnds) {
  events::v1::CarePlan plan = GoodPlan();
  auto& contact = *plan.add_support_contacts();
  contact.set_contact_id("c1");
  contact.set_relation("parent");
  EXPECT_EQ(Errors(plan), Strings{});
  contact.add_consented_to(events::v1::CONTACT_SCOPE_MISSED_CHECK_IN);
  EXPECT_EQ(Errors(plan), (Strings{"support_contacts[0].consent_signed_at CONSENT_NOT_SIGNED",
                                   "support_contacts[0].consent_expires_at REQUIRED"}));
  *contact.mutable_consent_signed_at() = At(kNoon);
  *contact.mutable_consent_expires_at() = At(kNoon);
  EXPECT_EQ(Errors(plan), Strings{"support_contacts[0].consent_expires_at NOT_AFTER_SIGNED"});
  *contact.mutable_consent_expires_at() = At(kNoon + absl::Hours(24 * 90));
  EXPECT_EQ(Errors(plan), Strings{});
}

TEST(CarePlanCheck, AGoalHasWordsOfTheirOwnAtMostFiveHundredCharacters) {
  events::v1::CarePlan plan = GoodPlan();
  auto& goal = *plan.add_goals();
  goal.set_goal_id("g1");
  goal.set_status(events::v1::GOAL_STATUS_ACTIVE);
  EXPECT_EQ(Errors(plan), Strings{"goals[0].text OUT_OF_RANGE"});
  std::string text;
  for (int i = 0; i < 500; ++i) text += "\u00e4";
  goal.set_text(text);
  EXPECT_EQ(Errors(plan), Strings{});
  goal.set_text(text + "a");
  EXPECT_EQ(Errors(plan), Strings{"goals[0].text OUT_OF_RANGE"});
}

TEST(CarePlanCheck, MovesOnlyEdgesThatMayMoveAndOnlyWithinBounds) {
  events::v1::CarePlan plan = GoodPlan();
  auto& threshold = *plan.add_thresholds();
  threshold.set_rule_id("RF-05a");
  threshold.set_value(6);
  EXPECT_EQ(Errors(plan), Strings{"thresholds[0].rule_id NOT_ADJUSTABLE"});
  threshold.set_rule_id("RR-07");
  EXPECT_EQ(Errors(plan), Strings{"thresholds[0].value OUT_OF_RANGE"});
  threshold.set_value(20);
  EXPECT_EQ(Errors(plan), Strings{});
  threshold.set_value(40.5);
  EXPECT_EQ(Errors(plan), Strings{"thresholds[0].value OUT_OF_RANGE"});
}

TEST(CarePlanCheck, KnowsTheSchemesOfAnInstrument) {
  events::v1::CarePlan plan = GoodPlan();
  auto& choice = *plan.add_schemes();
  choice.set_instrument("CIWA-Ar");
  choice.set_scheme("nsw");
  EXPECT_EQ(Errors(plan), Strings{"schemes[0].scheme UNKNOWN_SCHEME"});
  choice.set_scheme("va_paws");
  EXPECT_EQ(Errors(plan), Strings{});
  choice.set_instrument("mood");
  EXPECT_EQ(Errors(plan), Strings{"schemes[0].instrument UNKNOWN_INSTRUMENT"});
}

TEST(CarePlanCheck, QuietHoursLastAtMostTwelveHours) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_quiet_hours()->mutable_from()->set_hour(20);
  plan.mutable_quiet_hours()->mutable_to()->set_hour(8);
  EXPECT_EQ(Errors(plan), Strings{});
  plan.mutable_quiet_hours()->mutable_to()->set_minute(1);
  EXPECT_EQ(Errors(plan), Strings{"quiet_hours.to OUT_OF_RANGE"});
  *plan.mutable_quiet_hours()->mutable_to() = plan.quiet_hours().from();
  EXPECT_EQ(Errors(plan), Strings{"quiet_hours.to OUT_OF_RANGE"});
}

TEST(CarePlanCheck, TheLevelOfCareBelongsToItsEdition) {
  events::v1::CarePlan plan = GoodPlan();
  auto& level = *plan.mutable_level_of_care();
  level.set_edition("asam3");
  level.set_level("2-WM");
  EXPECT_EQ(Errors(plan), Strings{});
  level.set_edition("asam4");
  EXPECT_EQ(Errors(plan), Strings{"level_of_care.level UNKNOWN_VALUE"});
  level.set_level("2.7");
  EXPECT_EQ(Errors(plan), Strings{});
  level.set_edition("asam5");
  EXPECT_EQ(Errors(plan), Strings{"level_of_care.edition UNKNOWN_VALUE"});
}

TEST(CarePlanCheck, DischargesOnlyWhoseMonitoringEnds) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_discharge()->set_kind(events::v1::DISCHARGE_KIND_COMPLETED);
  EXPECT_EQ(Errors(plan), Strings{"discharge NOT_ENDED"});
  plan.set_status(events::v1::MONITORING_STATUS_ENDED);
  EXPECT_EQ(Errors(plan), Strings{});
}

TEST(CarePlanCheck, AMergeIsNoPlanOfAClinician) {
  events::v1::CarePlan plan = GoodPlan();
  plan.set_merged_into("p-2");
  EXPECT_EQ(Errors(plan), Strings{"merged_into NOT_SETTABLE"});
}

TEST(CarePlanCheck, BoundsTheAge) {
  events::v1::CarePlan plan = GoodPlan();
  plan.set_age_years(0);
  EXPECT_EQ(Errors(plan), Strings{"age_years OUT_OF_RANGE"});
  plan.set_age_years(120);
  EXPECT_EQ(Errors(plan), Strings{});
}

// EN-12
TEST(CarePlanCheck, AMedicineNotOfferedNeedsAReason) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_medication_offer()->set_offered(false);
  EXPECT_EQ(Errors(plan), Strings{"medication_offer.reason REQUIRED"});
  plan.mutable_medication_offer()->set_reason(std::string(501, 'x'));
  EXPECT_EQ(Errors(plan), Strings{"medication_offer.reason TOO_LONG"});
  plan.mutable_medication_offer()->set_offered(true);
  plan.mutable_medication_offer()->clear_reason();
  EXPECT_EQ(Errors(plan), Strings{});
}

TEST(CarePlanCheck, AnEntryMayBeDueAtMomentsAndWithinBounds) {
  events::v1::CarePlan plan = GoodPlan();
  auto& entry = *plan.mutable_schedule()->mutable_entries(0);
  *entry.mutable_from() = At(kNoon);
  *entry.mutable_until() = At(kNoon);
  EXPECT_EQ(Errors(plan), Strings{"schedule.entries[0].until NOT_AFTER_FROM"});
  *entry.mutable_until() = At(kNoon + absl::Hours(96));
  EXPECT_EQ(Errors(plan), Strings{});
  *entry.add_at() = At(kNoon);
  EXPECT_EQ(Errors(plan), Strings{"schedule.entries[0] EXACTLY_ONE"});
  entry.clear_every();
  *entry.add_at() = At(kNoon);
  EXPECT_EQ(Errors(plan), Strings{"schedule.entries[0].at[1] NOT_ASCENDING"});
}

TEST(CarePlanCheck, KnowsTheInstrumentsAndVitalsOfTheCatalogue) {
  const auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  const PlanBounds bounds = PlanBounds::Of(*catalogue);
  EXPECT_EQ(bounds.total_max.at("CIWA-Ar"), 67);  // reference A.1
  EXPECT_EQ(bounds.total_max.at("COWS"), 48);     // reference A.2
  EXPECT_EQ(bounds.total_max.at("NEWS2"), 20);
  EXPECT_EQ(bounds.vital_range.at("pulse"), std::make_pair(20.0, 250.0));
  EXPECT_TRUE(bounds.products.contains("buprenorphine"));
  EXPECT_TRUE(bounds.schemes.at("CIWA-Ar").contains("asam2020"));
  EXPECT_EQ(std::count(bounds.check_ins.begin(), bounds.check_ins.end(), "COWS"), 1);
}

}  // namespace
}  // namespace withdrawal::clinician
