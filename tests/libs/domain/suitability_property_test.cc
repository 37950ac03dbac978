#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "tests/golden/suitability_cases.h"

namespace withdrawal::domain {
namespace {

using assessment::Assessment;
using assessment::Input;
using assessment::InputType;
using golden::BuiltInSuitability;

// The worst answer there is, by reference C. What no answer makes worse by itself is left out:
// agonist treatment, dependence and the switch matter only together with others.
const std::map<std::string, std::string>& WorstAnswers() {
  static const std::map<std::string, std::string> worst = {
      {"expected_severity", "severe"},
      {"ciwa_total", "67"},
      {"seizure_this_episode", "yes"},
      {"hallucinations_now", "yes"},
      {"delirium_now", "yes"},
      {"hx_withdrawal_seizure", "yes"},
      {"hx_delirium_tremens", "yes"},
      {"worst_previous_withdrawal", "complicated"},
      {"failed_ambulatory_attempts", "9"},
      {"intoxicated_now", "yes"},
      {"alcohol_units_per_day", "60"},
      {"audit", "40"},
      {"sadq", "60"},
      {"pawss", "10"},
      {"age_years", "12"},
      {"pregnant", "yes"},
      {"medical_comorbidity", "significant"},
      {"psychiatric_comorbidity", "unmanaged-significant"},
      {"active_suicide_risk", "yes"},
      {"cognitive_impairment", "yes"},
      {"other_drug_heavy_use", "yes"},
      {"bzd_use_disorder", "current"},
      {"can_attend_and_comply", "no"},
      {"support_person_daily", "no"},
      {"home_safe", "no"},
      {"alcohol_free_home", "no"},
      {"phone_24h_crisis_line", "no"},
      {"support_system_strong", "no"},
      {"readiness", "0"},
      {"minutes_to_emergency_department", "600"},
      {"phone_charger_and_data", "no"},
      {"insurance_active", "no"},
      {"transfer_consent", "no"},
      {"agonist_planned", "no"},
      {"alcohol_or_sedative_dependence", "yes"},
      {"naloxone_at_home", "no"},
      {"persistent_fluid_loss", "yes"},
      {"bzd_imminent_harm", "yes"},
      {"taper_complicating_conditions", "yes"},
      {"severe_bzd_withdrawal", "yes"},
      {"hx_bzd_withdrawal_seizure", "yes"},
      {"diazepam_equiv_mg_day", "200"},
      {"psychosis_now", "yes"},
      {"chest_pain_now", "yes"},
      {"temperature", "41"}};
  return worst;
}

assessment::Value AnyValue(const Input& input) {
  if (input.type == InputType::kYesNo) return *rc::gen::arbitrary<bool>();
  if (input.type == InputType::kChoice) return *rc::gen::elementOf(input.choices);
  return static_cast<double>(
      *rc::gen::inRange(static_cast<int>(input.from), static_cast<int>(input.to) + 1));
}

// Mostly well, so that one bad answer is not drowned by many.
Assessment AnyAssessment() {
  std::vector<Programme> programmes = {static_cast<Programme>(*rc::gen::inRange(0, 6))};
  if (*rc::gen::inRange(0, 3) == 0) {
    programmes.push_back(static_cast<Programme>(*rc::gen::inRange(0, 6)));
  }
  Assessment known = golden::Suitability().Well(programmes);
  for (const auto& [id, input] : BuiltInSuitability().vocabulary.inputs) {
    const int dice = *rc::gen::inRange(0, 40);
    if (dice == 0) known.values.erase(id);
    if (dice == 1) known.values[id] = AnyValue(input);
  }
  return known;
}

std::pair<Consequence, int> Outcome(const Assessment& known) {
  const SuitabilityVerdict verdict = JudgeSuitability(BuiltInSuitability(), known);
  return {verdict.consequence, RankOf(BuiltInSuitability(), verdict.level)};
}

bool Passes(const std::function<void()>& property) { return rc::check(property); }

TEST(SuitabilityProperty, ABadAnswerNeverImprovesTheVerdict) {
  EXPECT_TRUE(Passes([] {
    Assessment known = AnyAssessment();
    const auto before = Outcome(known);
    const auto [id, text] = *rc::gen::elementOf(std::vector<std::pair<std::string, std::string>>(
        WorstAnswers().begin(), WorstAnswers().end()));
    known.values[id] = golden::ValueOf(id, text);
    RC_ASSERT(Outcome(known).first >= before.first);
  }));
}

TEST(SuitabilityProperty, AskingForLessNeverGivesSuitable) {
  EXPECT_TRUE(Passes([] {
    Assessment known = AnyAssessment();
    const auto well = golden::Suitability().Well(known.programmes);
    std::vector<std::string> required;
    for (const auto& [id, unused] : well.values) required.push_back(id);
    known.values.erase(*rc::gen::elementOf(required));
    const SuitabilityVerdict verdict = JudgeSuitability(BuiltInSuitability(), known);
    RC_ASSERT(verdict.consequence != Consequence::kSuitable);
    RC_ASSERT(!verdict.missing.empty());
  }));
}

TEST(SuitabilityProperty, TheVerdictIsTheWorstOfWhatSpoke) {
  EXPECT_TRUE(Passes([] {
    const SuitabilityVerdict verdict = JudgeSuitability(BuiltInSuitability(), AnyAssessment());
    Consequence worst = verdict.missing.empty() ? Consequence::kSuitable : Consequence::kCaution;
    int rank = -1;
    for (const SuitabilityFinding& finding : verdict.findings) {
      worst = std::max(worst, finding.consequence);
      rank = std::max(rank, RankOf(BuiltInSuitability(), finding.level));
      RC_ASSERT(!finding.why.empty() && !finding.task.empty());
    }
    RC_ASSERT(verdict.consequence == worst);
    RC_ASSERT(RankOf(BuiltInSuitability(), verdict.level) >= rank);
  }));
}

}  // namespace
}  // namespace withdrawal::domain
