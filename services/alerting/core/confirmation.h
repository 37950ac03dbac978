// AL-03: an urgent rule true of one home reading of vital signs waits for a second reading. True
// again: raised at once. Clear: suppressed, with the reason. Nothing: raised when the time is over.
// Emergencies, symptoms, readings by clinicians and late readings never wait.
//
// Judged by the time of observation, so that a replay gives the same alerts at any speed: a reading
// made or received after the time is over finds the alert raised.
#pragma once

#include <optional>
#include <string>

#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Whether all that the condition looks at is measured: vital signs and NEWS2, no symptoms.
bool RestsOnVitals(const domain::Condition& condition);

class Confirmations {
 public:
  Confirmations(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book)
      : state_(state), policy_(policy), now_(now), book_(book) {}

  // Before a check-in is judged: those it comes too late for are raised.
  void RaiseOlderThan(const domain::CheckIn& check_in);
  // Those whose time is over.
  void RaiseDue();
  // No second reading is to be expected any more.
  void RaiseAll();

  // The rule is true and has no open alert: raises it, or begins to wait.
  void NoteTrue(const domain::Rule& rule, const Facts& facts, const Cause& cause);
  // The rule is not true: what a first reading may be waiting to hear, if this check-in says it of
  // the same parts.
  void NoteNotTrue(const domain::Rule& rule, const Facts& facts, const Cause& cause);

 private:
  bool Waits(const domain::Rule& rule, const Facts& facts, const Cause& cause) const;
  template <typename Over>
  void RaiseIf(Over over);

  State& state_;
  const domain::AlertPolicy& policy_;
  const Instant now_;
  AlertBook& book_;
};

// When the first one must be raised; absent: none waits.
std::optional<Instant> NextConfirmation(const State& state);

}  // namespace withdrawal::alerting
