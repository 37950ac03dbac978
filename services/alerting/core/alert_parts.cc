#include "services/alerting/core/alert_parts.h"

#include "services/alerting/core/confirmation.h"
#include "services/alerting/core/part_code.h"

namespace withdrawal::alerting {
namespace {

// Of a part of a condition: whether it made the alert, and whether it is over.
struct Standing {
  bool made = false;
  bool ended = false;
};

// Those that made the alert, each with whether it is over.
using Parts = std::map<std::string, bool>;

Standing Of(const domain::Condition& condition, const Parts& parts);

Standing OfAny(const std::vector<domain::Condition>& of, const Parts& parts) {
  Standing whole{false, true};
  for (const domain::Condition& part : of) {
    const Standing standing = Of(part, parts);
    whole.made |= standing.made;
    whole.ended &= !standing.made || standing.ended;
  }
  return {whole.made, whole.made && whole.ended};
}

Standing OfAll(const std::vector<domain::Condition>& of, const Parts& parts) {
  Standing whole;
  for (const domain::Condition& part : of) {
    const Standing standing = Of(part, parts);
    whole.made |= standing.made;
    whole.ended |= standing.made && standing.ended;
  }
  return whole;
}

Standing Of(const domain::Condition& condition, const Parts& parts) {
  if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) return OfAll(all->of, parts);
  if (const auto* any = std::get_if<domain::AnyOf>(&condition.kind)) return OfAny(any->of, parts);
  const std::string code = PartCode(condition);
  Standing standing{false, true};
  if (code.empty()) return standing;
  for (const auto& [name, ended] : parts) {
    if (!IsPart(name, code)) continue;
    standing.made = true;
    standing.ended &= ended;
  }
  return standing;
}

}  // namespace

void NoteParts(OpenAlert& open, const domain::Rule& rule, const Facts& facts, const State& state,
               const domain::AlertPolicy& policy) {
  const Instant at = facts.observed_at();
  const int readings =
      rule.clear_readings > 0 ? rule.clear_readings : policy.ladders.clear_readings;
  const Duration clear_for =
      RestsOnVitals(rule.when) ? policy.management.clear_vitals_for : absl::ZeroDuration();
  for (const auto& [code, verdict] : PartsNow(rule, facts, state, policy)) {
    const auto made = open.parts.find(code);
    if (made == open.parts.end() || at <= made->second.not_clear_at) continue;
    AlertPart& part = made->second;
    if (verdict.truth != Truth::kClear) {
      part = {0, std::nullopt, false, at};
      continue;
    }
    if (++part.clear_streak == 1) part.clear_since = at;
    part.ended = part.clear_streak >= readings && at - *part.clear_since >= clear_for;
  }
}

bool SaysOver(const std::set<std::string>& parts, const domain::Rule& rule, const Facts& facts,
              const State& state, const domain::AlertPolicy& policy) {
  Parts over;
  const auto now = PartsNow(rule, facts, state, policy);
  for (const std::string& code : parts) {
    const auto said = now.find(code);
    over[code] =
        said != now.end() && (said->second.truth == Truth::kClear || said->second.incomplete);
  }
  const Standing standing = Of(rule.when, over);
  return standing.made && standing.ended;
}

bool HasEnded(const OpenAlert& open, const domain::Rule& rule) {
  Parts ended;
  for (const auto& [code, part] : open.parts) ended[code] = part.ended;
  const Standing standing = Of(rule.when, ended);
  return standing.made && standing.ended;
}

}  // namespace withdrawal::alerting
