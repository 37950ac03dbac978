// Doses held against the plan: what was planned when, what was missed, what was taken otherwise.
// Pure functions of plan and state. Planned times are of the plan's zone; a local time that the
// clock leaps over or passes twice gives one dose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/domain/rule.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Whether `product`, which may be a class of substances that somebody reported, is one of these
// products or of one of these classes. Empty names: any.
bool IsNamed(const std::vector<std::string>& names, const std::string& product,
             const domain::AlertPolicy& policy);

// The order has begun and not ended.
bool Runs(const domain::MedicationOrder& order, Instant at);
// The person took it before it was recorded here: it began long enough before that.
bool IsContinued(const domain::MedicationOrder& order, const State& state,
                 const domain::DosePolicy& policy);
// When the step of this index gives way to the next one or the order ends.
Instant EndOf(const domain::MedicationOrder& order, size_t step);
// Null before the first step, and without steps.
const domain::DoseStep* StepAt(const domain::MedicationOrder& order, Instant at);
double DailyMilligrams(const domain::DoseStep& step);
// The shortest time between two doses of the step.
Duration ShortestGap(const domain::DoseStep& step);
// How long after its time a planned dose counts as missed.
Duration LateAfter(const domain::DoseStep& step, const domain::DosePolicy& policy);

// A row of planned doses of one product without a report, or of planned days without one taken.
struct MissedRow {
  std::string product;
  int count = 0;
  Instant first;  // planned time of the first one: what makes the row one and the same
  Instant since;  // when the row became `at_least` long
};
// The longest row that is at least `at_least` long at `now`; absent = none. Looks back 14 days.
std::optional<MissedRow> FindMissed(const domain::MissedDoses& wanted, const State& state,
                                    const domain::AlertPolicy& policy, Instant now);
// When the next planned dose after `after` would count as missed.
std::optional<Instant> NextMissable(const domain::MissedDoses& wanted, const State& state,
                                    const domain::AlertPolicy& policy, Instant after);

// The facts of a dose event: kDose, kDoseNotTaken, kDoseDeviation, kUse. Call before the dose is
// remembered.
void AddDoseFacts(const domain::DoseEvent& dose, const State& state,
                  const domain::AlertPolicy& policy, Facts& facts);
// Two doses this far apart are compared no more.
inline constexpr Duration kDeviationReach = absl::Hours(24);
// Of them kDose and kUse alone. The dose may be remembered already.
void AddTakenFacts(const domain::DoseEvent& dose, const State& state,
                   const domain::AlertPolicy& policy, Facts& facts);

}  // namespace withdrawal::alerting
