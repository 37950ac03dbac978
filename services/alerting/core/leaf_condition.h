// The conditions that look beyond the check-in: doses, orders of the plan, elapsed time, changes.
#pragma once

#include "services/alerting/core/condition.h"

namespace withdrawal::alerting {

// As long as scoring gives earlier totals.
inline constexpr Duration kTotalsKeptFor = absl::Hours(48);

// What a condition is judged by. `plan` is the version in force at facts.observed_at(), or null.
struct Context {
  const Facts& facts;
  const State& state;
  const domain::AlertPolicy& policy;
  const domain::CarePlan* plan;
};

bool InRange(const domain::Observed& observed, double value);

Verdict Judge(const domain::UsedWithin& used, const Context& context);
Verdict Judge(const domain::Elapsed& elapsed, const Context& context);
Verdict Judge(const domain::DoseCount& count, const Context& context);
Verdict Judge(const domain::Planned& planned, const Context& context);
Verdict Judge(const domain::MissedDoses& missed, const Context& context);
Verdict Judge(const domain::Untriggered& untriggered, const Context& context);
Verdict Judge(const domain::Rise& rise, const Context& context);
Verdict Judge(const domain::Change& change, const Context& context);
Verdict Judge(const domain::TotalWithin& total, const Context& context);

// What `elapsed` counts from, as seen at `at`; absent = it never happened.
std::optional<Instant> AnchorOf(const domain::Elapsed& elapsed, const State& state,
                                const domain::CarePlan* plan, const domain::AlertPolicy& policy,
                                Instant at);

// When doses of these were or will be cut: steps down, the end of a taper that no other order of
// them goes on from, and versions of the plan that give less. In no order.
std::vector<Instant> DoseCuts(const std::vector<std::string>& names, const State& state,
                              const domain::CarePlan& plan, const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
