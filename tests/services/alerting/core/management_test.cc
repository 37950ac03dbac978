// Alert management where a story would be a table (reference H).
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/alerting/core/confirmation.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

using testing::SizeIs;

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);  // 2026-03-02T00:00:00Z

bool IsOpen(const Person& person, const std::string& rule) {
  for (const OpenAlert& open : person.state().open) {
    if (open.alert.rule_id == rule) return true;
  }
  return false;
}

// AL-02: SpO2 2 points, pulse 5 /min, systolic 5 mmHg, temperature 0.3 Cel on both sides, totals 2
// points, each towards normal; two readings.
struct Margin {
  const char* rule;
  const char* makes_true;
  const char* just_short;
  const char* clear;
};

TEST(Hysteresis, EachRuleClearsByItsMarginAndNotOneStepBefore) {
  for (const Margin& margin :
       {Margin{"RF-06b", "vitals spo2=91", "vitals spo2=92", "vitals spo2=93"},
        Margin{"RF-14a", "vitals pulse=131", "vitals pulse=127", "vitals pulse=126"},
        Margin{"RF-14a", "vitals pulse=40", "vitals pulse=44", "vitals pulse=45"},
        Margin{"RF-13a", "vitals systolic=180", "vitals systolic=176", "vitals systolic=175"},
        Margin{"RF-12a", "vitals systolic=90", "vitals systolic=94", "vitals systolic=95"},
        Margin{"RF-15a", "vitals temperature=39.1", "vitals temperature=38.9",
               "vitals temperature=38.8"},
        Margin{"RF-15a", "vitals temperature=35.0", "vitals temperature=35.2",
               "vitals temperature=35.3"},
        Margin{"SC-02", "score SAWS 12", "score SAWS 11", "score SAWS 10"},
        Margin{"SC-04a", "score SOWS16 21", "score SOWS16 20", "score SOWS16 19"}}) {
    Person person(kStart, domain::Rater::kClinicianInPerson);
    person.Do(kStart, margin.makes_true);
    ASSERT_TRUE(IsOpen(person, margin.rule)) << margin.makes_true;
    Instant at = kStart;
    for (int i = 0; i < 4; ++i) person.Do(at += absl::Minutes(12), margin.just_short);
    EXPECT_TRUE(IsOpen(person, margin.rule)) << margin.just_short;
    person.Do(at += absl::Minutes(12), margin.clear);
    EXPECT_TRUE(IsOpen(person, margin.rule)) << "one reading is not enough: " << margin.clear;
    person.Do(at += absl::Minutes(12), margin.clear);
    EXPECT_FALSE(IsOpen(person, margin.rule)) << margin.clear;
  }
}

TEST(Management, TheNumbersAreThoseOfTheReference) {
  const domain::AlertManagement& management = TestPolicy().management;
  EXPECT_EQ(management.confirm_within, absl::Minutes(2));     // AL-03
  EXPECT_EQ(management.clear_vitals_for, absl::Minutes(10));  // AL-04
  EXPECT_EQ(management.shelve_max,                            // AL-10
            (std::map<domain::Priority, Duration>{{domain::Priority::kUrgent, absl::Hours(4)},
                                                  {domain::Priority::kRoutine, absl::Hours(24)}}));
  EXPECT_EQ(management.flood.above, 10);  // AL-11
  EXPECT_EQ(management.flood.within, absl::Minutes(10));
  EXPECT_EQ(management.flood.ends_below, 5);
  EXPECT_EQ(management.degraded_after, absl::Minutes(2));  // AL-13
}

// AL-03 concerns what is measured; a symptom in a rule is a reason not to wait.
TEST(Confirmation, OnlyRulesOfVitalSignsAndNews2Wait) {
  const std::set<std::string> measured = {"RF-05a", "RF-05b", "RF-06a", "RF-06b", "RF-06c",
                                          "RF-12a", "RF-13a", "RF-14a", "RF-14b", "RF-15a",
                                          "RF-15b", "SC-06a", "SC-06b", "SC-06c"};
  for (const domain::Rule& rule : TestPolicy().rules) {
    if (measured.contains(rule.id)) {
      EXPECT_TRUE(RestsOnVitals(rule.when)) << rule.id;
    }
    if (rule.id == "RF-12b" || rule.id == "RF-18" || rule.id == "RR-05b" || rule.id == "SC-02" ||
        rule.id == "CO-01a") {
      EXPECT_FALSE(RestsOnVitals(rule.when)) << rule.id;
    }
  }
}

// A confused person's NEWS2 is not a matter of the device.
TEST(Confirmation, WhoIsNotAlertDoesNotWait) {
  Person person(kStart);
  person.Do(kStart, "vitals consciousness=confusion systolic=120");
  EXPECT_TRUE(IsOpen(person, "SC-06b"));
}

TEST(Confirmation, OneReadingIsRaisedOnceWhoeverComesFirst) {
  Person person(kStart);
  person.Do(kStart, "vitals systolic=185");
  const Instant at = kStart + absl::Minutes(2);
  EXPECT_THAT(person.Feed(person.CheckIn("vitals systolic=186", at), at), SizeIs(2));
  EXPECT_THAT(person.Do(at, "wait"), SizeIs(0));
  EXPECT_EQ(person.state().open.front().alert.count, 2);
}

TEST(Shelf, ACommandRepeatedShelvesOnce) {
  Person person(kStart);
  const auto raised = person.Do(kStart, "score SAWS 12");
  const domain::AlertCommand command{
      "k1",    "p1",   raised[0].alert.alert_id,
      "nurse", kStart, domain::ShelveAlert{"seen", kStart + absl::Hours(1)}};
  EXPECT_THAT(person.Feed(command, kStart), SizeIs(1));
  EXPECT_THAT(person.Feed(command, kStart + absl::Minutes(1)), SizeIs(0));
}

TEST(Forget, ARemovedPersonKeepsWhatAHumanMustCloseAndTheNumbersOfTheEpisodes) {
  Person person(kStart);
  person.Do(kStart, "plan programme=alcohol every=4h");
  person.Do(kStart, "symptom seizure");
  person.Do(kStart, "score SAWS 12");
  person.Do(kStart + absl::Minutes(1), "remove-plan");
  EXPECT_FALSE(person.state().plan.has_value());
  EXPECT_TRUE(person.state().last_states.empty());
  EXPECT_TRUE(IsOpen(person, "RF-01"));
  EXPECT_EQ(person.state().episodes.at("RF-01"), 1);
}

}  // namespace
}  // namespace withdrawal::alerting
