#include "services/ctl/worklist.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codec/time.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::WatchAlertsResponse;
using events::v1::Alert;
using events::v1::AlertEvent;
using events::v1::AlertState;

std::string EventText(const AlertEvent& event) {
  switch (event.kind_case()) {
    case AlertEvent::kRaised:
      return "raised";
    case AlertEvent::kRepeated:
      return absl::StrCat("repeated (", event.alert().count(), ")");
    case AlertEvent::kEscalated:
      return absl::StrCat("escalated to rung ", event.escalated().to_rung(), " ",
                          event.escalated().target());
    case AlertEvent::kAcknowledged:
      return absl::StrCat("acknowledged by ", event.acknowledged().actor());
    case AlertEvent::kResolved:
      return absl::StrCat("resolved by ", event.resolved().actor());
    case AlertEvent::kSuppressed:
      return absl::StrCat("suppressed: ", event.suppressed().reason());
    case AlertEvent::KIND_NOT_SET:
      return "changed";
  }
  return "changed";
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
      if (message.event().kind_case() != AlertEvent::kSuppressed) Keep(message.event().alert());
      break;
    default:
      break;
  }
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
  const size_t shown = std::min(ordered.size(), static_cast<size_t>(std::max(rows - 2, 0)));
  for (size_t i = 0; i < shown; ++i) {
    const Alert& alert = *ordered[i];
    const std::string line = absl::StrFormat(
        "%-9s %-20s %-7s %6s  %-12s rung %d  %s", PriorityName(alert.priority()),
        Fit(alert.patient_id(), 20), alert.rule_id(),
        Age(now - codec::FromProto(alert.raised_at())), StateName(alert.state()), alert.rung(),
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
    return Line(codec::FromProto(alert.raised_at()), alert, StateName(alert.state()), colour);
  }
  if (!message.has_event()) return {};
  const AlertEvent& event = message.event();
  return Line(codec::FromProto(event.occurred_at()), event.alert(), EventText(event), colour);
}

}  // namespace withdrawal::ctl
