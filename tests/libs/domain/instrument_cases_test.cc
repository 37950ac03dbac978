// The table tests/golden/instrument_cases.txt: what answers come to, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

const Instrument& Get(const std::string& id) { return golden::BuiltIn().instruments.at(id); }

// "all=1 code=2 other=- form_id=x".
RawAnswers ParseAnswers(const Instrument& instrument, const std::string& text) {
  RawAnswers answers{instrument.id, {}, std::nullopt};
  std::map<std::string, int> values;
  for (const std::string& word :
       std::vector<std::string>(absl::StrSplit(text, ' ', absl::SkipEmpty()))) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(word, '=');
    if (pair.first == "form_id") {
      answers.form_id = pair.second;
    } else if (pair.first == "all") {
      for (const Item& item : instrument.items) {
        if (item.in_total) values[item.code] = std::stoi(pair.second);
      }
    } else if (pair.second == "-") {
      values.erase(pair.first);
    } else {
      values[pair.first] = std::stoi(pair.second);
    }
  }
  for (const auto& [code, value] : values) answers.items.push_back({code, value});
  return answers;
}

void Append(const std::string& part, std::string& text) {
  if (!part.empty()) text += (text.empty() ? "" : " ") + part;
}

std::string Parts(const Score& score) {
  std::string text;
  for (const SubscaleScore& part : score.subscales) {
    Append(part.id + (part.total ? "=" : ">=") + std::to_string(part.partial_sum) +
               (part.flagged ? "!" : ""),
           text);
  }
  return text;
}

std::string Missing(const Score& score) {
  return score.missing_items.empty() ? "" : "missing " + absl::StrJoin(score.missing_items, " ");
}

std::string Describe(const Score& score) {
  if (score.gate_closed) return "does not apply";
  std::string text;
  if (score.no_total) {
    if (!score.category.empty())
      Append((score.complete() ? "" : "at least ") + score.category, text);
    Append(Parts(score), text);
    Append(Missing(score), text);
    return text;
  }
  if (score.total) {
    text = std::to_string(*score.total) + " " + score.band;
    if (score.prorated) Append("prorated", text);
  } else {
    text = ">=" + std::to_string(score.partial_sum);
    Append(score.band_at_least, text);
  }
  Append(Missing(score), text);
  Append(Parts(score), text);
  return text;
}

std::vector<FieldError> ErrorsOf(const std::string& id, const std::string& answers,
                                 Rater rater = Rater::kClinicianVideo) {
  return CheckAnswers(Get(id), ParseAnswers(Get(id), answers), rater);
}

std::vector<FieldError> ErrorsOf(const std::string& id, const std::vector<std::string>& codes) {
  RawAnswers answers{id, {}, std::nullopt};
  for (const std::string& code : codes) answers.items.push_back({code, 1});
  return CheckAnswers(golden::BuiltIn().instruments, answers, Rater::kPatient);
}

TEST(InstrumentCases, EveryRowComesToItsResult) {
  const auto rows = golden::ReadTable("instrument_cases.txt");
  ASSERT_GT(rows.size(), 50u);
  for (const golden::Row& row : rows) {
    SCOPED_TRACE(row.at("instrument") + ", " + row.at("case") + ": " + row.at("source"));
    const Instrument& instrument = Get(row.at("instrument"));
    const RawAnswers answers = ParseAnswers(instrument, row.at("answers"));
    ASSERT_THAT(CheckAnswers(instrument, answers, Rater::kClinicianVideo), testing::IsEmpty());
    const auto scheme = row.find("scheme");
    const Score score =
        ScoreAnswers(instrument, ToResponse(answers), scheme == row.end() ? "" : scheme->second);
    EXPECT_EQ(Describe(score), row.at("result"));
  }
}

TEST(InstrumentCases, EveryInstrumentOfTheCatalogueHasItsRow) {
  std::set<std::string> seen = {"CIWA-Ar", "COWS", "SOWS16", "ShOWS10", "SAWS"};  // own tables
  for (const golden::Row& row : golden::ReadTable("instrument_cases.txt")) {
    seen.insert(row.at("instrument"));
  }
  for (const auto& [id, unused] : golden::BuiltIn().instruments) {
    EXPECT_TRUE(seen.contains(id)) << id;
  }
}

// Reference A.6 to A.18.
TEST(InstrumentCases, TheMaximaAreThoseOfTheReference) {
  const std::map<std::string, int> maxima = {
      {"CIWA-B", 80}, {"BWSQ", 40},    {"CWS", 190},  {"MNWS", 32},      {"AWQ", 40},
      {"ACSA", 64},   {"PAWSS", 10},   {"PHQ-9", 27}, {"GAD-7", 21},     {"PACS", 30},
      {"OCS", 100},   {"AUDIT-C", 12}, {"AUDIT", 40}, {"DAST-10", 10},   {"SDS", 15},
      {"ISI", 28},    {"OCDS", 56},    {"BAM", 0},    {"CRAVE_VAS", 100}};
  for (const auto& [id, max] : maxima) EXPECT_EQ(Get(id).total_max(), max) << id;
}

TEST(InstrumentCases, LicensedQuestionnairesCarryNoWording) {
  for (const char* id : {"BWSQ", "ISI"}) {
    EXPECT_TRUE(Get(id).plug_in) << id;
    EXPECT_THAT(Get(id).licence, HasSubstr("licence is needed")) << id;
    for (const Item& item : Get(id).items) EXPECT_EQ(item.label, "") << id;
  }
}

TEST(InstrumentCases, AuditItemsNineAndTenHaveNoOneAndThree) {
  for (const char* item : {"injury", "concern"}) {
    for (const int value : {1, 3}) {
      EXPECT_THAT(ErrorsOf("AUDIT", std::string(item) + "=" + std::to_string(value)),
                  ElementsAre(Field(&FieldError::reason, "VALUE_NOT_ALLOWED")));
    }
  }
}

TEST(InstrumentCases, BamIncomeIsNoughtOrFour) {
  EXPECT_THAT(ErrorsOf("BAM", "enough_income=1"),
              ElementsAre(Field(&FieldError::reason, "VALUE_NOT_ALLOWED")));
  EXPECT_TRUE(ErrorsOf("BAM", "enough_income=4").empty());
}

TEST(InstrumentCases, AVasIsNotAbove100) {
  EXPECT_TRUE(ErrorsOf("CRAVE_VAS", "now=100").empty());
  EXPECT_THAT(ErrorsOf("CRAVE_VAS", "now=101"),
              ElementsAre(Field(&FieldError::reason, "VALUE_NOT_ALLOWED")));
}

TEST(InstrumentCases, CiwaBNeedsTheFormThatWasUsed) {
  EXPECT_THAT(ErrorsOf("CIWA-B", "weak=1"),
              ElementsAre(Field(&FieldError::reason, "FORM_REQUIRED")));
  EXPECT_THAT(ErrorsOf("CIWA-B", "weak=1 form_id=other"),
              ElementsAre(Field(&FieldError::reason, "UNKNOWN_FORM")));
  EXPECT_THAT(ErrorsOf("SAWS", "anxious=1 form_id=busto"),
              ElementsAre(Field(&FieldError::reason, "UNKNOWN_FORM")));
}

TEST(InstrumentCases, APatientDoesNotObserveThemselves) {
  EXPECT_THAT(ErrorsOf("CIWA-B", "tremor=1 form_id=busto", Rater::kPatient),
              ElementsAre(Field(&FieldError::reason, "RATER_NOT_ALLOWED")));
  EXPECT_TRUE(ErrorsOf("CIWA-B", "tremor=1 form_id=busto", Rater::kSupportPerson).empty());
  EXPECT_TRUE(ErrorsOf("CIWA-B", "weak=1 form_id=busto", Rater::kPatient).empty());
}

TEST(InstrumentCases, PawssNeedsAnInterviewer) {
  EXPECT_THAT(ErrorsOf("PAWSS", "recent_alcohol=1", Rater::kPatient),
              ElementsAre(Field(&FieldError::reason, "RATER_NOT_ALLOWED")));
}

// case C22
TEST(InstrumentCases, TheItemsOfAnotherQuestionnaireAreAMismatchThatNamesIt) {
  const auto errors =
      ErrorsOf("PHQ-9", std::vector<std::string>{"nervous", "control_worry", "worry_much", "relax",
                                                 "restless", "irritable", "afraid"});
  ASSERT_THAT(errors, ElementsAre(Field(&FieldError::reason, "WRONG_INSTRUMENT")));
  EXPECT_EQ(errors[0].field, "instrument_response.instrument");
  EXPECT_THAT(errors[0].description, HasSubstr("GAD-7"));
}

// case C22
TEST(InstrumentCases, TheLoincCodesOfAnotherQuestionnaireAreAMismatchToo) {
  EXPECT_THAT(ErrorsOf("PHQ-9", std::vector<std::string>{"69725-0", "68509-9", "69733-4"}),
              ElementsAre(Field(&FieldError::reason, "WRONG_INSTRUMENT")));
}

// Reference A.6: public apps ship CIWA-Ar items under the name CIWA-B.
TEST(InstrumentCases, CiwaArItemsUnderTheNameOfCiwaBAreAMismatch) {
  const auto errors =
      ErrorsOf("CIWA-B", std::vector<std::string>{"nausea", "tremor", "sweats", "anxiety",
                                                  "agitation", "tactile", "auditory", "visual",
                                                  "headache", "orientation"});
  ASSERT_THAT(errors, ElementsAre(Field(&FieldError::reason, "WRONG_INSTRUMENT")));
  EXPECT_THAT(errors[0].description, HasSubstr("CIWA-Ar"));
}

// case C25
TEST(InstrumentCases, AnUnknownAnswerCodeIsNamed) {
  const auto errors = ErrorsOf("PHQ-9", std::vector<std::string>{"interest", "NoDays"});
  ASSERT_THAT(errors, ElementsAre(Field(&FieldError::reason, "UNKNOWN_ITEM")));
  EXPECT_THAT(errors[0].description, HasSubstr("NoDays is not an item code of PHQ-9"));
}

TEST(InstrumentCases, ACodeThatIsNoCodeIsNotRepeated) {
  const auto errors = ErrorsOf("PHQ-9", std::vector<std::string>{"interest", "Jane Roe, 3 Elm St"});
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0].description, testing::Not(HasSubstr("Jane")));
}

TEST(InstrumentCases, OneForeignItemAmongOwnOnesIsNoMismatch) {
  EXPECT_THAT(ErrorsOf("GAD-7", std::vector<std::string>{"nervous", "relax", "mood"}),
              ElementsAre(Field(&FieldError::reason, "UNKNOWN_ITEM")));
}

}  // namespace
}  // namespace withdrawal::domain
