// SU-G08 beside the cases of tests/golden/rules.txt: what it says and what is kept.
#include "services/alerting/core/intake.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/alerting/state_codec.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Instant kStart = absl::FromUnixSeconds(1'790'000'000);

class IntakeTest : public testing::Test {
 protected:
  IntakeTest() { Do(absl::ZeroDuration(), "plan programme=alcohol"); }

  // The evidence of the SU-G08 events of one line.
  std::vector<std::string> Do(Duration after, const std::string& line) {
    std::vector<std::string> evidence;
    for (const domain::AlertEvent& event : person_.Do(kStart + after, line)) {
      if (event.alert.rule_id != "SU-G08") continue;
      if (std::holds_alternative<domain::AlertRaised>(event.kind)) {
        evidence.push_back(event.alert.evidence);
      } else if (const auto* repeated = std::get_if<domain::AlertRepeated>(&event.kind)) {
        evidence.push_back(repeated->evidence);
      }
    }
    return evidence;
  }

  Person person_{kStart};
};

TEST_F(IntakeTest, TheAlertNamesTheVerdictsAndTheRulesThatChanged) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=12 readiness=2");
  EXPECT_THAT(Do(absl::Hours(1), "score CIWA-Ar 21"),
              ElementsAre("caution, 2-WM -> not suitable, 3.7-WM: "
                          "SU-A01 CIWA-Ar total 21 points (19 or more)"));
}

TEST_F(IntakeTest, ARisingLevelAloneIsWorseToo) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=20");
  EXPECT_THAT(Do(absl::Hours(1), "symptom seizure"),
              ElementsAre(HasSubstr("not suitable, 3.7-WM -> not suitable, 4-WM: SU-A01")));
}

TEST_F(IntakeTest, AfterGettingBetterTheSameWorseningIsTold) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=5");
  EXPECT_THAT(Do(absl::Hours(1), "score CIWA-Ar 12"), testing::SizeIs(1));
  EXPECT_THAT(Do(absl::Hours(2), "score CIWA-Ar 12"), IsEmpty());
  EXPECT_THAT(Do(absl::Hours(3), "score CIWA-Ar 5"), IsEmpty());
  EXPECT_THAT(Do(absl::Hours(4), "score CIWA-Ar 12"), testing::SizeIs(1));
}

TEST_F(IntakeTest, LateDataMayRaiseAndDoesNotReplaceNewer) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=5");
  Do(absl::Hours(5), "score CIWA-Ar 6");
  EXPECT_THAT(Do(absl::Hours(6), "score CIWA-Ar 20 observed=-4h"), testing::SizeIs(1));
  EXPECT_EQ(person_.state().intake->fed.at("ciwa_total").value, domain::assessment::Value(6.0));
  Do(absl::Hours(7), "score CIWA-Ar 20");
  EXPECT_THAT(Do(absl::Hours(8), "score CIWA-Ar 3 observed=-2h"), IsEmpty());
  EXPECT_EQ(person_.state().intake->fed.at("ciwa_total").value, domain::assessment::Value(20.0));
}

TEST_F(IntakeTest, WhatCareFoundIsNotTakenBackByAReportWithoutIt) {
  Do(absl::Minutes(1), "intake alcohol");
  Do(absl::Hours(1), "symptom hallucination");
  Do(absl::Hours(2), "symptom dizziness");
  EXPECT_EQ(person_.state().intake->fed.at("hallucinations_now").value,
            domain::assessment::Value(true));
}

TEST_F(IntakeTest, AProgrammeAddedLaterAsksForWhatItNeeds) {
  Do(absl::Minutes(1), "intake alcohol");
  EXPECT_THAT(Do(absl::Hours(1), "plan programme=alcohol,opioid"),
              ElementsAre(HasSubstr("not answered: naloxone_at_home")));
}

TEST_F(IntakeTest, ThePlanAnswersWhatTheIntakeLeftOpen) {
  Do(absl::Minutes(1), "plan programme=alcohol pregnant=yes");
  Do(absl::Minutes(2), "intake alcohol pregnant=-");
  EXPECT_THAT(person_.state().intake->before.not_suitable, ElementsAre("SU-A14"));
}

TEST_F(IntakeTest, AnIntakeReadAgainChangesNothing) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=5");
  Do(absl::Hours(1), "score CIWA-Ar 12");
  const State before = person_.state();
  person_.Feed(domain::Intake{"p1", "in", before.intake->known, kStart + absl::Minutes(1)},
               kStart + absl::Hours(2));
  EXPECT_EQ(EncodeState(person_.state()), EncodeState(before));
}

TEST_F(IntakeTest, TheMemoryIsKeptInTheStateRow) {
  Do(absl::Minutes(1), "intake alcohol ciwa_total=5 medical_comorbidity=significant");
  Do(absl::Hours(1), "score CIWA-Ar 12");
  const auto decoded = DecodeState(EncodeState(person_.state()));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->intake, person_.state().intake);
}

}  // namespace
}  // namespace withdrawal::alerting
