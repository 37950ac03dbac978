// What of the check-ins the conditions of a policy need later, and for how long.
#include <algorithm>

#include "services/alerting/core/leaf_condition.h"

namespace withdrawal::alerting {
namespace {

using domain::Observed;

template <typename Leaf, typename Visit>
void Each(const domain::AlertPolicy& policy, const Visit& visit) {
  for (const domain::Rule& rule : policy.rules) domain::EachLeafOf<Leaf>(rule.when, visit);
}

// Whether the condition looks at what came before a check-in: one that comes late may make it true
// of the moment of a later one, whose numbers are then needed once more.
bool LooksBack(const domain::Condition& condition) {
  bool back = false;
  const auto look = [&back](const domain::Condition& leaf) {
    const auto* observed = std::get_if<Observed>(&leaf.kind);
    back |= observed != nullptr && observed->within > absl::ZeroDuration();
    back |= std::holds_alternative<domain::UsedWithin>(leaf.kind) ||
            std::holds_alternative<domain::SinceLastUse>(leaf.kind) ||
            std::holds_alternative<domain::DoseCount>(leaf.kind) ||
            std::holds_alternative<domain::TotalWithin>(leaf.kind) ||
            std::holds_alternative<domain::Change>(leaf.kind);
    const auto* elapsed = std::get_if<domain::Elapsed>(&leaf.kind);
    back |= elapsed != nullptr && !elapsed->names.empty();
  };
  domain::EachLeaf(condition, look);
  return back;
}

}  // namespace

std::vector<RecentReading> Memorable(const Facts& facts, const domain::AlertPolicy& policy) {
  std::vector<RecentReading> readings;
  if (facts.to_the_day()) return readings;
  const auto remember = [&](const Observed& observed) {
    const Fact* fact = facts.Find(observed);
    if (fact == nullptr || !InRange(observed, fact->value)) return;
    if (!facts.comparable(FactCode(observed))) return;
    RecentReading reading{MemoryCode(observed), fact->value, facts.observed_at()};
    if (std::find(readings.begin(), readings.end(), reading) == readings.end()) {
      readings.push_back(std::move(reading));
    }
  };
  for (const domain::Rule& rule : policy.rules) {
    if (LooksBack(rule.when)) domain::EachLeafOf<Observed>(rule.when, remember);
  }
  return readings;
}

Duration MemoryNeeded(const domain::AlertPolicy& policy) {
  Duration longest = policy.ladders.paging_off_after;
  Each<Observed>(policy,
                 [&](const Observed& observed) { longest = std::max(longest, observed.within); });
  return longest;
}

Duration DosesNeeded(const domain::AlertPolicy& policy) {
  Duration longest;
  const auto need = [&longest](const auto& leaf) { longest = std::max(longest, leaf.within); };
  Each<domain::UsedWithin>(policy, need);
  Each<domain::DoseCount>(policy, need);
  Each<domain::Rise>(policy, need);
  // The doses that hold a course together may come late.
  Each<domain::Elapsed>(policy, [&](const domain::Elapsed& elapsed) {
    if (elapsed.since != domain::Elapsed::Since::kCourseStart) return;
    longest = std::max(longest, elapsed.at_least + policy.doses.course_gap);
  });
  return longest;
}

std::map<std::string, Duration> SeriesNeeded(const domain::AlertPolicy& policy) {
  std::map<std::string, Duration> needed;
  const auto need = [&](const std::string& code, Duration window) {
    needed[code] = std::max({needed[code], window, policy.ladders.paging_off_after});
  };
  Each<domain::Rise>(policy, [&](const domain::Rise& rise) {
    need(FactCode(domain::Measure::kTotal, rise.instrument), kTotalsKeptFor);
  });
  Each<domain::Change>(policy, [&](const domain::Change& change) {
    need(FactCode(change.of), std::max(change.within, change.confirmed_within));
  });
  Each<domain::TotalWithin>(policy, [&](const domain::TotalWithin& total) {
    need(FactCode(domain::Measure::kTotal, total.instrument), total.within);
  });
  Each<domain::Untriggered>(policy, [&](const domain::Untriggered& untriggered) {
    for (const std::string& instrument : policy.trigger_instruments) {
      need(FactCode(domain::Measure::kTotal, instrument), untriggered.within);
    }
  });
  return needed;
}

}  // namespace withdrawal::alerting
