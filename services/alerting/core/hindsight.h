// What a check-in makes true that was judged before it came: the form before the dose, the dose
// before the reading. Late data may raise but never clears, so the alerts of the same facts do not
// depend on the order in which they arrive.
//
// Later moments are judged again from what is remembered (memory.h), and only by rules that look
// back at what this check-in says. What was true without it has raised already.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "libs/domain/rule.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/confirmation.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// For each rule, the newest that say something it looks at: bounds the cost.
inline constexpr int kHindsightMomentsMax = 64;

class Hindsight {
 public:
  // Before the check-in is remembered. `facts` and `policy` outlive this.
  Hindsight(const Facts& facts, const State& state, const domain::AlertPolicy& policy);

  // After: once for each rule, for the newest moment that it has become true of.
  void Raise(State& state, Confirmations& confirmations, AlertBook& book) const;

 private:
  // One remembered dose, or the readings and totals of one instant.
  struct Moment {
    domain::ScoredCheckIn scored;
    Facts facts;

    explicit Moment(domain::ScoredCheckIn from) : scored(std::move(from)), facts(scored) {}
  };
  struct Candidate {
    const domain::Rule* rule;
    std::vector<const Moment*> not_true;  // without the check-in; newest first
  };

  void AddDoses(const State& state, Instant first, Instant last);
  void AddReadings(const State& state, Instant first, Instant last);

  const Facts& facts_;
  const domain::AlertPolicy& policy_;
  std::deque<Moment> moments_;
  std::vector<Candidate> candidates_;
};

}  // namespace withdrawal::alerting
