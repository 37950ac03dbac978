#include "services/ctl/alert_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codec/time.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::Ratio;
using events::v1::AlertEvent;

// " (why)", or nothing.
std::string After(const std::string& text) {
  return text.empty() ? "" : absl::StrCat(" (", text, ")");
}

std::string OutcomeText(events::v1::AlertOutcome outcome) {
  switch (outcome) {
    case events::v1::ALERT_OUTCOME_TRUE:
      return ", true";
    case events::v1::ALERT_OUTCOME_FALSE:
      return ", false";
    case events::v1::ALERT_OUTCOME_TECHNICAL:
      return ", technical";
    default:
      return "";
  }
}

// PAGE_OUTCOME_NOBODY_ON_CALL, of which `prefix` is PAGE_OUTCOME_, as "nobody on call".
std::string Words(const std::string& name, size_t prefix) {
  if (name.size() <= prefix) return "?";
  std::string words = absl::AsciiStrToLower(name.substr(prefix));
  for (char& c : words) c = c == '_' ? ' ' : c;
  return words;
}

// "page to dr-1 by sms: delivered", "page to the secondary: nobody on call"
std::string PageText(const events::v1::AlertPageReported& report) {
  const std::string outcome = Words(events::v1::PageOutcome_Name(report.outcome()), 13);
  const std::string to =
      report.recipient().empty() ? absl::StrCat("the ", report.target()) : report.recipient();
  const std::string by = report.channel().empty() ? "" : absl::StrCat(" by ", report.channel());
  return absl::StrCat("page to ", to, by, ": ", outcome, After(report.reason()));
}

// What a person wrote with it.
std::string NoteOf(const AlertEvent& event) {
  if (event.has_acknowledged()) return event.acknowledged().note();
  if (event.has_resolved()) return event.resolved().reason();
  if (event.has_shelved()) return event.shelved().reason();
  if (event.has_unshelved()) return event.unshelved().reason();
  if (event.has_noted()) return event.noted().note();
  if (event.has_reassigned()) return event.reassigned().note();
  return "";
}

std::string Percent(double share) { return absl::StrFormat("%.1f %%", 100 * share); }

void AddRatio(const std::string& name, const Ratio& ratio, const std::string& acceptable,
              Table& table) {
  const auto whole = static_cast<double>(ratio.denominator());
  table.Add({name, whole == 0 ? "-" : Percent(static_cast<double>(ratio.numerator()) / whole),
             acceptable, absl::StrCat(ratio.numerator(), " of ", ratio.denominator())});
}

std::string Minute(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", codec::FromProto(time), absl::UTCTimeZone());
}

}  // namespace

std::string AlertEventText(const AlertEvent& event) {
  switch (event.kind_case()) {
    case AlertEvent::kRaised:
      return "raised";
    case AlertEvent::kRepeated:
      return absl::StrCat("repeated (", event.alert().count(), ")");
    case AlertEvent::kEscalated:
      return absl::StrCat("escalated to rung ", event.escalated().to_rung(), " ",
                          event.escalated().target(), After(event.escalated().reason()));
    case AlertEvent::kAcknowledged:
      return absl::StrCat("acknowledged by ", event.acknowledged().actor());
    case AlertEvent::kResolved:
      return absl::StrCat("resolved by ", event.resolved().actor(),
                          OutcomeText(event.resolved().outcome()));
    case AlertEvent::kSuppressed:
      return absl::StrCat("suppressed: ", event.suppressed().reason());
    case AlertEvent::kShelved:
      return absl::StrCat(
          "shelved by ", event.shelved().actor(), " until ",
          absl::FormatTime(absl::RFC3339_sec, codec::FromProto(event.shelved().until()),
                           absl::UTCTimeZone()));
    case AlertEvent::kUnshelved:
      return absl::StrCat("no longer shelved (", event.unshelved().actor(), ")");
    case AlertEvent::kCommandRefused:
      return absl::StrCat("command refused: ", event.command_refused().reason());
    case AlertEvent::kNoted:
      return absl::StrCat(event.noted().call_failed() ? "called, not reached" : "noted", " by ",
                          event.noted().actor());
    case AlertEvent::kTransferred:
      return absl::StrCat("transferred to team ", event.transferred().to_team());
    case AlertEvent::kReassigned:
      return absl::StrCat(
          "given to ",
          event.reassigned().to_actor().empty() ? "the team" : event.reassigned().to_actor(),
          " by ", event.reassigned().actor());
    case AlertEvent::kPageReported:
      return PageText(event.page_reported());
    case AlertEvent::KIND_NOT_SET:
      return "changed";
  }
  return "changed";
}

std::string AlertHistoryText(const clinician::v1::GetAlertResponse& answer) {
  const events::v1::Alert& alert = answer.alert();
  std::string text = absl::StrCat(PriorityName(alert.priority()), " ", alert.patient_id(), " ",
                                  alert.rule_id(), " ", StateName(alert), ": ", alert.title(),
                                  After(alert.evidence()), "\n", alert.advice(), "\n");
  if (!alert.assigned_to().empty()) absl::StrAppend(&text, "given to ", alert.assigned_to(), "\n");
  Table table({"AT", "WHAT", "NOTE"});
  for (const AlertEvent& event : answer.history()) {
    table.Add({LocalTimeText(codec::FromProto(event.occurred_at())), AlertEventText(event),
               NoteOf(event)});
  }
  return absl::StrCat(text, table.Text());
}

std::string AlarmStatisticsText(const clinician::v1::AlarmStatistics& statistics) {
  Table table({"ALARMS", "VALUE", "ACCEPTABLE", "COUNTED"});
  table.Add({"per day", absl::StrFormat("%.1f", statistics.per_day()), "150",
             absl::StrCat(statistics.alarms())});
  table.Add({"per hour", absl::StrFormat("%.2f", statistics.per_hour()), "6", ""});
  table.Add({"most in 10 min", absl::StrCat(statistics.peak_per_10_minutes()), "10", ""});
  table.Add({"time in flood", Percent(statistics.flood_share()), "below 1 %", ""});
  AddRatio("actionable", statistics.actionable(), "50 % or more", table);
  AddRatio("technical", statistics.technical(), "", table);
  table.Add({"ten worst sources", Percent(statistics.top_10_share()), "1 to 5 %", ""});
  table.Add({"open for more than 24 h", absl::StrCat(statistics.stale()), "few", ""});
  AddRatio("urgent of all alerts", statistics.urgent_of_all(), "15 %", table);
  AddRatio("emergencies of all alerts", statistics.emergency_of_all(), "5 %", table);
  for (const auto& time : statistics.time_to_acknowledge()) {
    const std::string value = time.has_median()
                                  ? absl::StrCat("median ", Age(codec::FromProto(time.median())),
                                                 ", p90 ", Age(codec::FromProto(time.p90())))
                                  : "-";
    table.Add({absl::StrCat("acknowledged, ", PriorityName(time.priority())), value,
               time.priority() == events::v1::PRIORITY_EMERGENCY ? "5m" : "15m",
               absl::StrCat(time.acknowledged(), " of ", time.alerts())});
  }
  return absl::StrCat("team ", statistics.team(), ", ", Minute(statistics.since()), " to ",
                      Minute(statistics.until()), " UTC\n", table.Text());
}

std::string PatientChangeLine(const clinician::v1::WatchPatientsResponse& message) {
  if (!message.has_changed()) return "";
  const std::string what = Words(clinician::v1::TimelineKind_Name(message.changed().what()), 14);
  return absl::StrCat(absl::FormatTime(absl::RFC3339_sec, codec::FromProto(message.changed().at()),
                                       absl::UTCTimeZone()),
                      " ", message.changed().patient_id(), " ", what);
}

}  // namespace withdrawal::ctl
