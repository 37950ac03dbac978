// Revisions, when filling in began, how exactly the time is known, and doses too large to be true.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/codec.h"
#include "tests/services/ingest/examples.h"

namespace withdrawal::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using Reasons = std::vector<std::pair<std::string, std::string>>;  // field, reason

constexpr char kAnswers[] =
    "instrument_response { instrument: 'SAWS' items { code: 'tremor' value: 1 } ";

Reasons ErrorsOf(const events::v1::CheckIn& check_in) {
  Reasons reasons;
  for (const auto& error : Examine(BuiltInRules(), ToRaw(check_in), Now()).errors) {
    EXPECT_NE(error.description, "");
    reasons.emplace_back(error.field, error.reason);
  }
  return reasons;
}

Reasons ErrorsOf(const std::string& text) { return ErrorsOf(Example(text)); }

std::string Dose(const std::string& product, double value, const std::string& unit) {
  return absl::StrCat("dose { product: '", product,
                      "' outcome: DOSE_OUTCOME_TAKEN amount { value: ", value, " unit: '", unit,
                      "' } }");
}

// case C58
TEST(Amendment, AQuestionnaireThatIsNotFinishedIsRefused) {
  EXPECT_THAT(ErrorsOf(absl::StrCat(kAnswers, "status: RESPONSE_STATUS_IN_PROGRESS }")),
              ElementsAre(Pair("instrument_response.status", "NOT_FINISHED")));
}

TEST(Amendment, AnswersMayBeAmendedUnderARevision) {
  EXPECT_THAT(ErrorsOf(absl::StrCat("revision: 1 ", kAnswers, "status: RESPONSE_STATUS_AMENDED }")),
              IsEmpty());
  EXPECT_THAT(ErrorsOf(absl::StrCat("revision: 1 ", kAnswers, "}")), IsEmpty());
  EXPECT_THAT(ErrorsOf(absl::StrCat(kAnswers, "status: RESPONSE_STATUS_AMENDED }")),
              ElementsAre(Pair("revision", "REVISION_REQUIRED")));
  EXPECT_THAT(ErrorsOf(absl::StrCat("revision: -1 ", kAnswers, "}")),
              ElementsAre(Pair("revision", "OUT_OF_RANGE")));
  EXPECT_THAT(ErrorsOf(absl::StrCat(kAnswers, "status: 99 }")),
              ElementsAre(Pair("instrument_response.status", "UNKNOWN_VALUE")));
}

TEST(Amendment, OnlyAnswersAreAmended) {
  EXPECT_THAT(ErrorsOf("revision: 1 vital_signs { pulse { value: 80 unit: '/min' } }"),
              ElementsAre(Pair("revision", "REVISION_NOT_ALLOWED")));
}

// case C52: started 23:56, finished 00:05 of the same day.
TEST(StartedAt, AfterTheObservationIsRefused) {
  auto check_in = Example("red_flags {}");
  *check_in.mutable_started_at() = codec::ToProto(Now());
  EXPECT_THAT(ErrorsOf(check_in), IsEmpty());
  *check_in.mutable_started_at() = codec::ToProto(Now() + absl::Seconds(1));
  EXPECT_THAT(ErrorsOf(check_in), ElementsAre(Pair("started_at", "AFTER_OBSERVED_AT")));
  check_in.mutable_started_at()->set_nanos(-1);
  EXPECT_THAT(ErrorsOf(check_in), ElementsAre(Pair("started_at", "OUT_OF_RANGE")));
}

// case C53
TEST(Precision, ADayIsStoredAsADay) {
  const auto check_in = Example("observed_precision: OBSERVED_PRECISION_DAY red_flags {}");
  EXPECT_THAT(ErrorsOf(check_in), IsEmpty());
  const auto findings = Examine(BuiltInRules(), ToRaw(check_in), Now());
  EXPECT_EQ(ToEvent(check_in, findings, Now()).check_in().observed_precision(),
            events::v1::OBSERVED_PRECISION_DAY);
  EXPECT_THAT(ErrorsOf("observed_precision: 99 red_flags {}"),
              ElementsAre(Pair("observed_precision", "UNKNOWN_VALUE")));
}

// case C38
TEST(DoseLimit, FiftyMicrogramsOfFentanylArePlausibleAndFiftyMilligramsAreNot) {
  EXPECT_THAT(ErrorsOf(Dose("fentanyl", 50, "ug")), IsEmpty());
  EXPECT_THAT(ErrorsOf(Dose("fentanyl", 50, "mcg")), IsEmpty());
  EXPECT_THAT(ErrorsOf(Dose("fentanyl", 50, "mg")),
              ElementsAre(Pair("dose.amount.value", "IMPLAUSIBLE_DOSE")));
  EXPECT_THAT(ErrorsOf(Dose("fentanyl", 50, "drops")),
              ElementsAre(Pair("dose.amount.unit", "UNKNOWN_UNIT")));
}

TEST(DoseLimit, IsReachedButNotPassedByItsOwnValue) {
  EXPECT_THAT(ErrorsOf(Dose("lofexidine", 3.2, "mg")), IsEmpty());
  EXPECT_THAT(ErrorsOf(Dose("lofexidine", 3.3, "mg")),
              ElementsAre(Pair("dose.amount.value", "IMPLAUSIBLE_DOSE")));
}

TEST(DoseLimit, LargeDosesInUseAreAccepted) {
  EXPECT_THAT(ErrorsOf(Dose("methadone", 200, "mg")), IsEmpty());
  EXPECT_THAT(ErrorsOf(Dose("naltrexone", 380, "mg")), IsEmpty());
  EXPECT_THAT(ErrorsOf(Dose("buprenorphine", 300, "mg")), IsEmpty());
}

// case C22
TEST(Mismatch, TheItemsOfGad7UnderTheNameOfPhq9AreRefusedAsAWhole) {
  EXPECT_THAT(
      ErrorsOf("instrument_response { instrument: 'PHQ-9' items { code: 'nervous' value: 1 }"
               " items { code: 'relax' value: 1 } items { code: 'afraid' value: 1 } }"),
      ElementsAre(Pair("instrument_response.instrument", "WRONG_INSTRUMENT")));
}

}  // namespace
}  // namespace withdrawal::ingest
