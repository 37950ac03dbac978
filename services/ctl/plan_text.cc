#include "services/ctl/plan_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "libs/codec/time.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using events::v1::CarePlan;

std::string TimeText(const google::protobuf::Timestamp& time) {
  return LocalTimeText(codec::FromProto(time));
}

std::string ClockText(const events::v1::LocalTime& time) {
  return absl::StrFormat("%02d:%02d", time.hour(), time.minute());
}

template <typename Times>
std::string ClocksText(const Times& times) {
  return absl::StrJoin(times, " ", [](std::string* out, const events::v1::LocalTime& time) {
    *out += ClockText(time);
  });
}

std::string WithoutPrefix(const std::string& name, const std::string& prefix) {
  return absl::AsciiStrToLower(absl::StripPrefix(name, prefix));
}

std::string EntryText(const events::v1::ScheduleEntry& entry) {
  std::string text =
      absl::StrCat(entry.entry_id(), ": ",
                   entry.satisfied_by_size() == 0 ? "any check-in"
                                                  : absl::StrJoin(entry.satisfied_by(), " or "));
  if (entry.has_every()) {
    absl::StrAppend(&text, " every ", absl::FormatDuration(codec::FromProto(entry.every())));
  }
  if (entry.daily_at_size() > 0) absl::StrAppend(&text, " at ", ClocksText(entry.daily_at()));
  for (const auto& at : entry.at()) absl::StrAppend(&text, " ", TimeText(at));
  if (entry.has_from()) absl::StrAppend(&text, " from ", TimeText(entry.from()));
  if (entry.has_until()) absl::StrAppend(&text, " until ", TimeText(entry.until()));
  return text;
}

std::string StepText(const events::v1::DoseStep& step) {
  const std::string when =
      step.has_every()
          ? absl::StrCat("every ", absl::FormatDuration(codec::FromProto(step.every())))
          : ClocksText(step.daily_at());
  return absl::StrCat("from ", TimeText(step.from()), " ", step.milligrams(), " mg ", when);
}

std::string OrderText(const events::v1::MedicationOrder& order) {
  std::string text = absl::StrCat(
      order.order_id(), ": ", order.product(), order.route().empty() ? "" : " " + order.route(),
      " (", WithoutPrefix(MedicationPurpose_Name(order.purpose()), "MEDICATION_PURPOSE_"), ")");
  for (const auto& step : order.steps()) absl::StrAppend(&text, "\n    ", StepText(step));
  if (order.has_trigger()) {
    const auto& trigger = order.trigger();
    absl::StrAppend(&text, "\n    ", trigger.milligrams(), " mg when ", trigger.instrument(),
                    " is ", trigger.total_at_least(), " or more, ",
                    absl::FormatDuration(codec::FromProto(trigger.interval_min())), " apart");
  }
  if (order.has_ends_at()) absl::StrAppend(&text, "\n    ends ", TimeText(order.ends_at()));
  return text;
}

void AddLists(const CarePlan& plan, std::string& text) {
  const auto list = [&](const char* title, const auto& entries, auto line) {
    if (entries.empty()) return;
    absl::StrAppend(&text, title, "\n");
    for (const auto& entry : entries) absl::StrAppend(&text, "  ", line(entry), "\n");
  };
  list("check-ins", plan.schedule().entries(), EntryText);
  list("medicines", plan.medications(), OrderText);
  list("therapy", plan.sessions(), [](const auto& session) {
    return absl::StrCat(session.session_type(), ": ", session.per_week(), " a week, ",
                        session.minutes_each(), " min each");
  });
  list("goals", plan.goals(), [](const auto& goal) {
    return absl::StrCat(goal.goal_id(), ": ", goal.text(), " (",
                        WithoutPrefix(GoalStatus_Name(goal.status()), "GOAL_STATUS_"), ")");
  });
  list("support contacts", plan.support_contacts(), [](const auto& contact) {
    return absl::StrCat(
        contact.contact_id(), ": ", contact.relation(),
        contact.consented_to_size() == 0 ? ", is told nothing" : ", told of missed check-ins");
  });
  list("moved edges", plan.thresholds(), [](const auto& threshold) {
    return absl::StrCat(threshold.rule_id(), ": ", threshold.value());
  });
  list("schemes", plan.schemes(),
       [](const auto& choice) { return absl::StrCat(choice.instrument(), ": ", choice.scheme()); });
}

}  // namespace

std::string PlanText(const CarePlan& plan) {
  std::string text;
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, name, ": ", value, "\n");
  };
  line("patient", plan.patient_id());
  line("status", WithoutPrefix(MonitoringStatus_Name(plan.status()), "MONITORING_STATUS_"));
  line("programmes", absl::StrJoin(plan.programmes(), ", ", [](std::string* out, int number) {
         *out += WithoutPrefix(Programme_Name(static_cast<events::v1::Programme>(number)),
                               "PROGRAMME_");
       }));
  line("template", plan.template_id());
  line("team", plan.team());
  line("time zone", plan.schedule().time_zone());
  line("monitored since",
       plan.has_monitoring_started_at() ? TimeText(plan.monitoring_started_at()) : "");
  for (const auto& use : plan.substances()) {
    line("last use", absl::StrCat(use.substance_class(), " ", TimeText(use.last_use())));
  }
  if (plan.has_quiet_hours()) {
    line("quiet hours", absl::StrCat(ClockText(plan.quiet_hours().from()), " to ",
                                     ClockText(plan.quiet_hours().to())));
  }
  if (plan.has_level_of_care()) {
    line("level of care",
         absl::StrCat(plan.level_of_care().edition(), " ", plan.level_of_care().level()));
  }
  line("quit date", plan.has_quit_at() ? TimeText(plan.quit_at()) : "");
  line("merged into", plan.merged_into());
  AddLists(plan, text);
  return text;
}

std::string HistoryText(const std::vector<clinician::v1::CarePlanVersion>& versions) {
  std::string text;
  for (const auto& version : versions) {
    const auto& recorded = version.recorded();
    absl::StrAppend(&text, text.empty() ? "" : "\n", TimeText(recorded.recorded_at()), " by ",
                    recorded.author(), ": ", recorded.reason(), "\n");
    if (!recorded.override_reason().empty()) {
      const bool named = recorded.findings_size() > 0;
      absl::StrAppend(&text, "  overrides ", named ? recorded.findings(0).rule_id() : "the review",
                      ": ", recorded.override_reason(), "\n");
    }
    for (const std::string& change : version.changes()) absl::StrAppend(&text, "  ", change, "\n");
  }
  return text.empty() ? "no versions\n" : text;
}

std::string FindingsText(
    const google::protobuf::RepeatedPtrField<events::v1::PlanFinding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    const std::string severity =
        WithoutPrefix(PlanSeverity_Name(finding.severity()), "PLAN_SEVERITY_");
    const std::string why = finding.unknown_inputs().empty()
                                ? finding.why()
                                : absl::StrCat("not judged, not known: ",
                                               absl::StrJoin(finding.unknown_inputs(), ", "));
    absl::StrAppend(&text,
                    absl::StrFormat("%-6s  %s  %s: ", severity, finding.rule_id(), finding.title()),
                    why, "\n        ", finding.advice(), "\n");
  }
  return text.empty() ? "the review has nothing to say\n" : text;
}

}  // namespace withdrawal::ctl
