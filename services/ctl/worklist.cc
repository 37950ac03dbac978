#include "services/ctl/worklist.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/codec/time.h"
#include "services/ctl/alert_text.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::WatchAlertsResponse;
using events::v1::Alert;
using events::v1::AlertEvent;
using events::v1::AlertState;

std::string HealthText(const clinician::v1::MonitoringHealth& health) {
  if (!health.degraded()) return "Monitoring is up to date again";
  return absl::StrCat("MONITORING DEGRADED: ", absl::StrJoin(health.reasons(), "; "),
                      ". No alert does not mean all is well.");
}

std::string Line(absl::Time at, const Alert& alert, const std::string& what, bool colour) {
  const std::string priority = absl::StrFormat("%-9s", PriorityName(alert.priority()));
  return absl::StrCat(absl::FormatTime(absl::RFC3339_sec, at, absl::UTCTimeZone()), " ",
                      Paint(PriorityColour(alert.priority()), priority, colour), " ",
                      alert.patient_id(), " ", alert.rule_id(), " ", what, ": ", alert.title(),
                      alert.evidence().empty() ? "" : absl::StrCat(" [", alert.evidence(), "]"),
                      " ", alert.alert_id());
}

}  // namespace

void Worklist::Keep(const Alert& alert) {
  const auto known = alerts_.find(alert.alert_id());
  if (known != alerts_.end() && known->second.version() > alert.version()) return;
  if (alert.state() == AlertState::ALERT_STATE_RESOLVED) {
    alerts_.erase(alert.alert_id());
  } else {
    alerts_[alert.alert_id()] = alert;
  }
}

void Worklist::Apply(const WatchAlertsResponse& message) {
  if (!message.resume_token().empty()) resume_token_ = message.resume_token();
  switch (message.message_case()) {
    case WatchAlertsResponse::kSnapshotAlert:
      in_snapshot_.insert(message.snapshot_alert().alert_id());
      Keep(message.snapshot_alert());
      break;
    case WatchAlertsResponse::kSnapshotEnd:
      if (snapshot_running_) {
        std::erase_if(alerts_, [&](const auto& row) { return !in_snapshot_.contains(row.first); });
      }
      snapshot_running_ = false;
      in_snapshot_.clear();
      break;
    case WatchAlertsResponse::kEvent:
      Hear(message.event());
      break;
    case WatchAlertsResponse::kHealth:
      health_ = message.health();
      break;
    case WatchAlertsResponse::kHeartbeat:
      health_ = message.heartbeat().health();
      break;
    default:
      break;
  }
}

void Worklist::Hear(const AlertEvent& event) {
  const Alert& alert = event.alert();
  if (!team_.empty() && event.has_transferred() && alert.team() != team_) {
    alerts_.erase(alert.alert_id());
    return;
  }
  // A trace of what was never raised is no alert.
  if (event.has_suppressed() && !alert.has_raised_at()) return;
  Keep(alert);
}

void Worklist::ExpectSnapshot() {
  resume_token_.clear();
  in_snapshot_.clear();
  snapshot_running_ = true;
}

std::vector<const Alert*> Worklist::Ordered() const {
  std::vector<const Alert*> ordered;
  for (const auto& [id, alert] : alerts_) ordered.push_back(&alert);
  const auto rank = [](const Alert& alert) {
    return std::tuple(-static_cast<int>(alert.priority()),
                      alert.state() == AlertState::ALERT_STATE_ACKNOWLEDGED,
                      codec::FromProto(alert.raised_at()), alert.alert_id());
  };
  std::sort(ordered.begin(), ordered.end(),
            [&](const Alert* a, const Alert* b) { return rank(*a) < rank(*b); });
  return ordered;
}

std::string RenderWorklist(const Worklist& worklist, absl::Time now, int rows, int columns,
                           bool colour) {
  const auto ordered = worklist.Ordered();
  std::string text = Paint(
      Colour::kBold,
      Fit(absl::StrFormat("%d open alerts at %s", ordered.size(), LocalTimeText(now)), columns),
      colour);
  text += '\n';
  if (worklist.health().degraded()) {
    text += Paint(Colour::kRed, Fit(HealthText(worklist.health()), columns), colour) + "\n";
    --rows;
  }
  const size_t shown = std::min(ordered.size(), static_cast<size_t>(std::max(rows - 2, 0)));
  for (size_t i = 0; i < shown; ++i) {
    const Alert& alert = *ordered[i];
    const std::string line = absl::StrFormat(
        "%-9s %-20s %-7s %6s  %-12s rung %d  %s", PriorityName(alert.priority()),
        Fit(alert.patient_id(), 20), alert.rule_id(),
        Age(now - codec::FromProto(alert.raised_at())), StateName(alert), alert.rung(),
        absl::StrCat(alert.title(), alert.evidence().empty() ? "" : ": ", alert.evidence()));
    const bool taken = alert.state() == AlertState::ALERT_STATE_ACKNOWLEDGED;
    text +=
        Paint(taken ? Colour::kDim : PriorityColour(alert.priority()), Fit(line, columns), colour);
    text += '\n';
  }
  if (shown < ordered.size()) absl::StrAppend(&text, "and ", ordered.size() - shown, " more\n");
  return text;
}

std::string EventLine(const WatchAlertsResponse& message, bool colour) {
  if (message.has_snapshot_alert()) {
    const Alert& alert = message.snapshot_alert();
    return Line(codec::FromProto(alert.raised_at()), alert, StateName(alert), colour);
  }
  if (message.has_health()) return Paint(Colour::kRed, HealthText(message.health()), colour);
  if (!message.has_event()) return {};
  const AlertEvent& event = message.event();
  return Line(codec::FromProto(event.occurred_at()), event.alert(), AlertEventText(event), colour);
}

}  // namespace withdrawal::ctl
