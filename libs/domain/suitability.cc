#include "libs/domain/suitability.h"

#include <algorithm>

namespace withdrawal::domain {
namespace {

using assessment::Assessment;

constexpr char kTransferConsent[] = "transfer_consent";

bool Shares(const std::vector<Programme>& a, const std::vector<Programme>& b) {
  return std::any_of(a.begin(), a.end(), [&](Programme programme) {
    return std::find(b.begin(), b.end(), programme) != b.end();
  });
}

void Hear(const SuitabilityPolicy& policy, const SuitabilityRule& rule, const Assessment& known,
          SuitabilityVerdict& verdict) {
  for (const SuitabilityOutcome& outcome : rule.outcomes) {
    if (!outcome.variant.empty() && outcome.variant != rule.variant) continue;
    const auto evaluation = assessment::Evaluate(outcome.when, policy.vocabulary.inputs, known);
    if (evaluation.truth != assessment::Truth::kTrue) continue;
    verdict.findings.push_back({rule.id, rule.title, outcome.consequence, outcome.remedy,
                                outcome.level, evaluation.why, outcome.task, outcome.variant,
                                rule.dimensions, rule.sign_off});
  }
}

std::vector<MissingInput> MissingOf(const SuitabilityPolicy& policy, const Assessment& known) {
  std::vector<MissingInput> missing;
  for (const auto& [id, input] : policy.vocabulary.inputs) {
    if (known.values.contains(id) || !Shares(input.required_for, known.programmes)) continue;
    missing.push_back({id, input.question, input.rules});
  }
  return missing;
}

Consequence WorstOf(const SuitabilityVerdict& verdict) {
  Consequence worst = verdict.missing.empty() ? Consequence::kSuitable : Consequence::kCaution;
  for (const SuitabilityFinding& finding : verdict.findings) {
    worst = std::max(worst, finding.consequence);
  }
  return worst;
}

void DecideLevel(const SuitabilityPolicy& policy, SuitabilityVerdict& verdict) {
  int rank = -1;
  for (const SuitabilityFinding& finding : verdict.findings) {
    rank = std::max(rank, RankOf(policy, finding.level));
    const bool away =
        finding.consequence == Consequence::kNotSuitable && finding.remedy == Remedy::kLevel;
    if (away) rank = std::max(rank, RankOf(policy, policy.not_suitable_at_least));
  }
  if (rank < 0) return;
  verdict.level = policy.levels[rank].id;
  verdict.level_fourth_edition = policy.levels[rank].fourth_edition;
}

}  // namespace

SuitabilityVerdict JudgeSuitability(const SuitabilityPolicy& policy, const Assessment& known) {
  SuitabilityVerdict verdict;
  verdict.catalogue = policy.version;
  verdict.missing = MissingOf(policy, known);
  for (const SuitabilityRule& rule : policy.rules) {
    if (!rule.only_alone) Hear(policy, rule, known, verdict);
  }
  // Without a programme nothing is required, so nothing may be called suitable either.
  verdict.consequence = std::max(
      WorstOf(verdict), known.programmes.empty() ? Consequence::kCaution : Consequence::kSuitable);
  for (const SuitabilityRule& rule : policy.rules) {
    if (rule.only_alone && verdict.consequence == Consequence::kSuitable) {
      Hear(policy, rule, known, verdict);
    }
  }
  DecideLevel(policy, verdict);
  verdict.for_now =
      verdict.consequence == Consequence::kNotSuitable &&
      std::none_of(verdict.findings.begin(), verdict.findings.end(), [](const auto& finding) {
        return finding.consequence == Consequence::kNotSuitable && finding.remedy != Remedy::kWait;
      });
  const auto consent = known.values.find(kTransferConsent);
  if (consent != known.values.end()) {
    if (const bool* given = std::get_if<bool>(&consent->second)) verdict.transfer_consent = *given;
  }
  return verdict;
}

int RankOf(const SuitabilityPolicy& policy, const std::string& level) {
  for (size_t i = 0; i < policy.levels.size(); ++i) {
    if (policy.levels[i].id == level) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace withdrawal::domain
