#include "services/alerting/core/intake.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::alerting {
namespace {

using domain::Consequence;
using domain::assessment::Assessment;
using domain::assessment::Feed;
using domain::assessment::Input;
using domain::assessment::Value;

// The newest of intake and care, for each input.
Assessment Effective(const State& state) {
  Assessment known = state.intake->known;
  if (state.plan && !state.plan->programmes.empty()) known.programmes = state.plan->programmes;
  for (const auto& [id, fed] : state.intake->fed) known.values[id] = fed.value;
  return known;
}

IntakeResult ResultOf(const domain::SuitabilityVerdict& verdict) {
  IntakeResult result{verdict.consequence, verdict.level, {}, {}};
  for (const domain::SuitabilityFinding& finding : verdict.findings) {
    if (finding.consequence == Consequence::kNotSuitable) {
      result.not_suitable.insert(finding.rule_id);
    } else if (finding.consequence == Consequence::kCaution) {
      result.cautions.insert(finding.rule_id);
    }
  }
  return result;
}

bool IsWorse(const IntakeResult& now, const IntakeResult& before,
             const domain::SuitabilityPolicy& policy) {
  if (now.consequence != before.consequence) return now.consequence > before.consequence;
  if (domain::RankOf(policy, now.level) > domain::RankOf(policy, before.level)) return true;
  return !std::includes(before.not_suitable.begin(), before.not_suitable.end(),
                        now.not_suitable.begin(), now.not_suitable.end());
}

std::string NameOf(const IntakeResult& result) {
  const char* name = result.consequence == Consequence::kSuitable  ? "suitable"
                     : result.consequence == Consequence::kCaution ? "caution"
                                                                   : "not suitable";
  return result.level.empty() ? name : absl::StrCat(name, ", ", result.level);
}

bool IsNew(const domain::SuitabilityFinding& finding, const IntakeResult& before) {
  if (finding.consequence == Consequence::kSuitable) return false;
  if (before.not_suitable.contains(finding.rule_id)) return false;
  return finding.consequence == Consequence::kNotSuitable ||
         !before.cautions.contains(finding.rule_id);
}

// The rules that speak now and did not, or less gravely, before; when only the level rose, those
// that name it; else what is not answered (a programme was added).
std::string EvidenceOf(const domain::SuitabilityVerdict& verdict, const IntakeResult& before) {
  std::vector<std::string> changed;
  std::vector<std::string> naming;
  for (const domain::SuitabilityFinding& finding : verdict.findings) {
    const std::string text = absl::StrCat(finding.rule_id, " ", finding.why);
    if (IsNew(finding, before)) changed.push_back(text);
    if (!verdict.level.empty() && finding.level == verdict.level) naming.push_back(text);
  }
  if (changed.empty() && naming.empty()) {
    for (const domain::MissingInput& missing : verdict.missing) {
      naming.push_back(absl::StrCat("not answered: ", missing.input));
    }
  }
  return absl::StrCat(NameOf(before), " -> ", NameOf(ResultOf(verdict)), ": ",
                      absl::StrJoin(changed.empty() ? naming : changed, "; "));
}

// Judges what is known, tells when it is worse than before, and is the next one's before.
void Judge(IntakeMemory& memory, const Assessment& known, Cause cause, bool tell,
           const domain::AlertPolicy& policy, AlertBook& book) {
  const auto verdict = domain::JudgeSuitability(policy.suitability, known);
  const IntakeResult before = std::exchange(memory.before, ResultOf(verdict));
  if (!tell || !IsWorse(memory.before, before, policy.suitability)) return;
  cause.evidence = EvidenceOf(verdict, before);
  book.RaiseOrRepeat(policy.reassessment, cause);
}

// What one feed makes of a check-in; absent = nothing.
class FeedReader {
 public:
  FeedReader(const domain::ScoredCheckIn& scored, const std::optional<Value>& current)
      : scored_(scored), current_(current) {}

  std::optional<Value> Read(const Feed& feed) const {
    if (!feed.instrument.empty()) return OfInstrument(feed);
    if (!feed.red_flags.empty()) return OfRedFlags(feed);
    if (!feed.vital.empty()) return OfVital(feed);
    return std::nullopt;
  }

 private:
  std::optional<Value> OfInstrument(const Feed& feed) const {
    for (const domain::Score& score : scored_.scores) {
      if (score.instrument == feed.instrument) return OfScore(feed, score);
    }
    return std::nullopt;
  }

  std::optional<Value> OfScore(const Feed& feed, const domain::Score& score) const {
    const bool judged =
        feed.total_at_least || !feed.items_at_least.empty() || !feed.categories.empty();
    if (judged) return Meets(feed, score) ? std::optional<Value>(feed.gives) : std::nullopt;
    if (score.no_total) return std::nullopt;
    const int at_least = score.total.value_or(score.partial_sum);
    const double* current = current_ ? std::get_if<double>(&*current_) : nullptr;
    // An incomplete form is a lower bound: it may only raise.
    if (!score.total && (current == nullptr || at_least <= *current)) return std::nullopt;
    return Value(static_cast<double>(at_least));
  }

  static bool Meets(const Feed& feed, const domain::Score& score) {
    const bool total =
        feed.total_at_least && score.total.value_or(score.partial_sum) >= *feed.total_at_least;
    const bool item = std::any_of(score.items.begin(), score.items.end(), [&](const auto& one) {
      const auto edge = feed.items_at_least.find(one.code);
      return edge != feed.items_at_least.end() && one.points >= edge->second;
    });
    const auto& named = feed.categories;
    return total || item || std::find(named.begin(), named.end(), score.category) != named.end();
  }

  std::optional<Value> OfRedFlags(const Feed& feed) const {
    const auto* report = std::get_if<domain::RedFlagReport>(&scored_.check_in.kind);
    if (report == nullptr) return std::nullopt;
    const bool reported =
        std::find_first_of(report->flags.begin(), report->flags.end(), feed.red_flags.begin(),
                           feed.red_flags.end()) != report->flags.end();
    return reported ? std::optional<Value>(feed.gives) : std::nullopt;
  }

  std::optional<Value> OfVital(const Feed& feed) const {
    const auto* vitals = std::get_if<domain::VitalSigns>(&scored_.check_in.kind);
    const auto vital = domain::VitalFromCode(feed.vital);
    if (vitals == nullptr || !vital || !vitals->Get(*vital)) return std::nullopt;
    return Value(*vitals->Get(*vital));
  }

  const domain::ScoredCheckIn& scored_;
  const std::optional<Value>& current_;
};

std::optional<Value> Find(const Assessment& known, const std::string& id) {
  const auto found = known.values.find(id);
  return found == known.values.end() ? std::nullopt : std::optional(found->second);
}

std::map<std::string, Value> AnswersOf(const domain::ScoredCheckIn& scored,
                                       const domain::SuitabilityPolicy& policy,
                                       const Assessment& known) {
  std::map<std::string, Value> answers;
  for (const auto& [id, input] : policy.vocabulary.inputs) {
    const std::optional<Value> current = Find(known, id);
    for (const Feed& feed : input.fed_by) {
      const auto value = FeedReader(scored, current).Read(feed);
      if (value && !domain::assessment::CheckValue(input, *value)) answers[id] = *value;
    }
  }
  return answers;
}

std::map<std::string, Value> AnswersOf(const domain::CarePlan& plan,
                                       const domain::SuitabilityPolicy& policy) {
  std::map<std::string, Value> answers;
  for (const auto& [id, input] : policy.vocabulary.inputs) {
    for (const Feed& feed : input.fed_by) {
      if (feed.plan == "pregnant" && plan.pregnant) answers[id] = *plan.pregnant;
      if (feed.plan == "age_years" && plan.age_years) {
        answers[id] = static_cast<double>(*plan.age_years);
      }
    }
  }
  return answers;
}

bool IsInCare(const State& state) {
  return !state.plan || state.plan->status == domain::MonitoringStatus::kActive;
}

// Takes out the answers that are older than what care has answered already.
std::map<std::string, Value> TakeLate(const IntakeMemory& memory,
                                      std::map<std::string, Value>& answers, Instant observed_at) {
  std::map<std::string, Value> late;
  std::erase_if(answers, [&](const auto& answer) {
    const auto fed = memory.fed.find(answer.first);
    const bool older = fed != memory.fed.end() && observed_at < fed->second.observed_at;
    if (older) late.insert(answer);
    return older;
  });
  return late;
}

// Care goes on although the verdict is not suitable, and nobody gave a reason: then it is told, as
// if there had been none before.
void ForgetUnreviewed(State& state) {
  IntakeResult& before = state.intake->before;
  if (before.consequence == Consequence::kNotSuitable && !state.begun_for_a_reason) before = {};
}

}  // namespace

bool SaysPregnant(const State& state) {
  if (!state.intake) return false;
  // The input that the plan's own answer feeds.
  const std::optional<Value> answer = Find(Effective(state), "pregnant");
  return answer == Value(true);
}

void NoteIntake(State& state, const domain::Intake& intake, const domain::AlertPolicy& policy,
                Instant now, AlertBook& book) {
  // A record that is read again, or one that was overtaken.
  if (state.intake && intake.recorded_at <= state.intake->recorded_at) return;
  const bool first = !state.intake;
  IntakeMemory memory{intake.known, intake.recorded_at, {}, {}};
  if (!first) memory.before = state.intake->before;
  if (state.plan) {
    for (const auto& [id, value] : AnswersOf(*state.plan, policy.suitability)) {
      if (!intake.known.values.contains(id)) memory.fed[id] = {value, intake.recorded_at};
    }
  }
  state.intake = std::move(memory);
  const Cause cause{"", intake.recorded_at, now, ""};
  const bool in_care = state.plan && IsInCare(state);
  Judge(*state.intake, Effective(state), cause, !first && in_care, policy, book);
  if (!first || !in_care) return;
  ForgetUnreviewed(state);
  Judge(*state.intake, Effective(state), cause, true, policy, book);
}

void FeedIntake(State& state, const domain::ScoredCheckIn& scored,
                const domain::AlertPolicy& policy, AlertBook& book) {
  const domain::CheckIn& check_in = scored.check_in;
  if (!state.intake || check_in.observed_at < state.intake->recorded_at || !IsInCare(state)) return;
  auto answers = AnswersOf(scored, policy.suitability, Effective(state));
  if (answers.empty()) return;
  const auto late = TakeLate(*state.intake, answers, check_in.observed_at);
  for (const auto& [id, value] : answers) state.intake->fed[id] = {value, check_in.observed_at};
  Assessment known = Effective(state);
  if (!late.empty()) {
    Assessment worst = known;
    for (const auto& [id, value] : late) worst.values[id] = value;
    const auto result = ResultOf(domain::JudgeSuitability(policy.suitability, worst));
    if (IsWorse(result, state.intake->before, policy.suitability)) known = std::move(worst);
  }
  const Cause cause{"", check_in.observed_at, check_in.received_at, check_in.check_in_id};
  Judge(*state.intake, known, cause, true, policy, book);
}

void FeedIntakeFromPlan(State& state, Instant recorded_at, bool begins,
                        const domain::AlertPolicy& policy, AlertBook& book) {
  if (!state.intake || !state.plan) return;
  for (const auto& [id, value] : AnswersOf(*state.plan, policy.suitability)) {
    state.intake->fed[id] = {value, recorded_at};
  }
  if (begins) ForgetUnreviewed(state);
  const Cause cause{"", recorded_at, recorded_at, ""};
  Judge(*state.intake, Effective(state), cause, IsInCare(state), policy, book);
}

}  // namespace withdrawal::alerting
