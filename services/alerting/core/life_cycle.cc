#include "services/alerting/core/life_cycle.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/confirmation.h"
#include "services/alerting/core/schedule.h"

namespace withdrawal::alerting {
namespace {

using domain::DischargeKind;
using domain::MonitoringStatus;

const char* Name(DischargeKind kind) {
  switch (kind) {
    case DischargeKind::kCompleted:
      return "completed";
    case DischargeKind::kTransferred:
      return "transferred";
    case DischargeKind::kLeft:
      return "left";
    case DischargeKind::kDied:
      return "died";
  }
  return "";
}

// Tolerance is lost by every withdrawal, also one that was broken off (reference B).
void WarnOfToleranceLoss(const State& state, const std::string& evidence, Instant at,
                         const domain::AlertPolicy& policy, AlertBook& book) {
  if (state.plan->programmes.empty() || book.FindByRule(policy.tolerance_loss.id) != nullptr) {
    return;
  }
  // Not late, however long ago the programme ended: it is told now.
  book.Raise(policy.tolerance_loss, {evidence, at, at, "", 1, std::nullopt});
}

void Discharge(State& state, const domain::Discharge& discharge, const domain::AlertPolicy& policy,
               Instant now, AlertBook& book) {
  const std::string reason = absl::StrCat("discharged: ", Name(discharge.kind));
  book.EndShelves(reason);
  for (size_t i = state.open.size(); i-- > 0;) {
    if (!IsLatched(state.open[i], policy)) book.Resolve(state.open[i], kSystemActor, "", reason);
  }
  if (discharge.kind == DischargeKind::kDied) return;
  WarnOfToleranceLoss(state, absl::StrCat("programme ", Name(discharge.kind)),
                      discharge.at.value_or(now), policy, book);
}

bool HasEnded(const std::optional<domain::CarePlan>& before, const domain::CarePlan& plan) {
  return before && before->status != MonitoringStatus::kEnded &&
         plan.status == MonitoringStatus::kEnded;
}

bool SameDischarge(const std::optional<domain::CarePlan>& before, const domain::CarePlan& plan) {
  return before && before->status == MonitoringStatus::kEnded && before->discharge &&
         before->discharge->kind == plan.discharge->kind;
}

}  // namespace

bool IsLatched(const OpenAlert& open, const domain::AlertPolicy& policy) {
  if (open.alert.priority == domain::Priority::kEmergency) return true;
  const std::string& id = open.alert.rule_id;
  for (const domain::Rule* rule : {&policy.missed.device_silent, &policy.tolerance_loss}) {
    if (rule->id == id) return true;
  }
  const domain::Rule* rule = policy.FindRule(id);
  return rule != nullptr && rule->latch;
}

void ChangePlan(State& state, const domain::CarePlan& plan, Instant recorded_at,
                const domain::AlertPolicy& policy, Instant now, AlertBook& book) {
  const std::optional<domain::CarePlan> before = state.plan;
  ApplyPlan(state, plan, recorded_at, policy, book);
  for (OpenAlert& open : state.open) {
    if (open.alert.team != plan.team) book.Transfer(open, plan.team);
  }
  if (plan.status != MonitoringStatus::kActive) {
    Confirmations(state, policy, now, book).RaiseAll();
  }
  if (plan.status == MonitoringStatus::kEnded && plan.discharge && !SameDischarge(before, plan)) {
    Discharge(state, *plan.discharge, policy, now, book);
  } else if (HasEnded(before, plan) && plan.merged_into.empty()) {
    WarnOfToleranceLoss(state, "monitoring ended without a discharge", now, policy, book);
  }
  book.RescheduleAll();
}

void ForgetPerson(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book) {
  RemovePlan(state, policy, book);
  Confirmations(state, policy, now, book).RaiseAll();
  book.EndShelves("monitoring ended");
  State kept;
  kept.open = std::move(state.open);
  kept.episodes = std::move(state.episodes);
  // What was sent before and is sent again does nothing.
  kept.check_in_prints = std::move(state.check_in_prints);
  kept.command_ids = std::move(state.command_ids);
  state = std::move(kept);
}

std::optional<Instant> PauseEnd(const State& state) {
  if (!state.plan || state.plan->status != MonitoringStatus::kPaused) return std::nullopt;
  return state.plan->paused_until;
}

void EndPause(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book) {
  const std::optional<Instant> end = PauseEnd(state);
  if (!end || *end > now) return;
  domain::CarePlan plan = *state.plan;
  plan.status = MonitoringStatus::kActive;
  ApplyPlan(state, plan, *end, policy, book);
}

}  // namespace withdrawal::alerting
