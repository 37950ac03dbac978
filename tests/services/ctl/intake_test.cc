#include "services/ctl/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/catalogue/catalogue.h"
#include "libs/codec/intake.h"

namespace withdrawal::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const catalogue::Catalogue& BuiltIn() {
  static const catalogue::Catalogue loaded = *catalogue::Load("");
  return loaded;
}

absl::StatusOr<clinician::v1::RecordIntakeRequest> Build(std::vector<std::string> answers) {
  return BuildIntake({"p-1", {"alcohol"}, std::move(answers)}, BuiltIn().intake.inputs);
}

TEST(Intake, TakesAnswersByTheTypeOfTheirInput) {
  const auto request =
      Build({"pregnant=no", "ciwa_total=12", "medical_comorbidity=stable", "ciwa_total=13"});
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->inputs_size(), 3);
  EXPECT_EQ(request->inputs(0).number(), 13);
  EXPECT_EQ(request->inputs(1).choice(), "stable");
  EXPECT_TRUE(request->inputs(2).has_yes_no());
  EXPECT_EQ(request->programmes(0), events::v1::PROGRAMME_ALCOHOL);
}

TEST(Intake, RefusesWhatIsNoInputOrNotOfItsType) {
  EXPECT_THAT(Build({"shoe_size=43"}).status().message(), HasSubstr("no such input"));
  EXPECT_THAT(Build({"pregnant"}).status().message(), HasSubstr("yes or no"));
  EXPECT_THAT(Build({"ciwa_total=many"}).status().message(),
              HasSubstr("ciwa_total: must be a num"));
}

TEST(Intake, ReadsAFileLineByLineWithComments) {
  EXPECT_THAT(AnswersOfText("# ward round\nciwa_total=12  # by video\n\n pregnant=no\r\n"),
              ElementsAre("ciwa_total=12", "pregnant=no"));
}

TEST(Intake, AnUpdateKeepsWhatTheEarlierOneSaid) {
  auto request = Build({"ciwa_total=20"});
  request->clear_programmes();
  events::v1::IntakeRecorded earlier;
  earlier.add_programmes(events::v1::PROGRAMME_OPIOID);
  *earlier.add_inputs() = codec::ToProto("ciwa_total", 5.0);
  *earlier.add_inputs() = codec::ToProto("pregnant", false);
  KeepEarlier(earlier, *request);
  EXPECT_EQ(request->programmes(0), events::v1::PROGRAMME_OPIOID);
  ASSERT_EQ(request->inputs_size(), 2);
  EXPECT_EQ(request->inputs(0).number(), 20);
}

TEST(Intake, ShowsTheVerdictTheRulesAndWhatToAsk) {
  domain::assessment::Assessment known{{domain::Programme::kAlcohol},
                                       {{"ciwa_total", 21.0}, {"transfer_consent", true}}};
  const auto verdict =
      codec::ToProto(domain::JudgeSuitability(catalogue::SuitabilityPolicyOf(BuiltIn()), known));
  const std::string text = VerdictText(verdict);
  EXPECT_THAT(text, HasSubstr("care at home: not suitable, level 3.7-WM (fourth edition 3.7)\n"));
  EXPECT_THAT(text,
              HasSubstr("SU-A01  not suitable  3.7-WM  CIWA-Ar total 21 points (19 or more)"));
  EXPECT_THAT(text, HasSubstr("home_safe"));
  EXPECT_THAT(text, HasSubstr("agreed in advance to a transfer: yes"));
}

TEST(Intake, OfSomebodyIntoxicatedSaysForNow) {
  domain::assessment::Assessment known{{domain::Programme::kAlcohol}, {{"intoxicated_now", true}}};
  const auto verdict =
      codec::ToProto(domain::JudgeSuitability(catalogue::SuitabilityPolicyOf(BuiltIn()), known));
  EXPECT_EQ(VerdictLine(verdict), "not suitable for now");
}

}  // namespace
}  // namespace withdrawal::ctl
