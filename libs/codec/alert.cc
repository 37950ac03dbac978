#include "libs/codec/alert.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/score.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

events::v1::Priority ToProto(domain::Priority priority) {
  return static_cast<events::v1::Priority>(priority);  // the same numbers
}

events::v1::AlertOutcome ToProto(domain::AlertOutcome outcome) {
  return static_cast<events::v1::AlertOutcome>(outcome);  // the same numbers
}

void SetKind(const domain::AlertRaised&, events::v1::AlertEvent& event) { event.mutable_raised(); }

void SetKind(const domain::AlertRepeated& kind, events::v1::AlertEvent& event) {
  event.mutable_repeated()->set_evidence(kind.evidence);
}

void SetKind(const domain::AlertEscalated& kind, events::v1::AlertEvent& event) {
  auto* escalated = event.mutable_escalated();
  escalated->set_from_rung(kind.from_rung);
  escalated->set_to_rung(kind.to_rung);
  escalated->set_from_priority(ToProto(kind.from_priority));
  escalated->set_target(kind.target);
  escalated->set_reason(kind.reason);
}

void SetKind(const domain::AlertAcknowledged& kind, events::v1::AlertEvent& event) {
  auto* acknowledged = event.mutable_acknowledged();
  acknowledged->set_actor(kind.actor);
  acknowledged->set_command_id(kind.command_id);
  acknowledged->set_note(kind.note);
}

void SetKind(const domain::AlertResolved& kind, events::v1::AlertEvent& event) {
  auto* resolved = event.mutable_resolved();
  resolved->set_actor(kind.actor);
  resolved->set_command_id(kind.command_id);
  resolved->set_reason(kind.reason);
  resolved->set_outcome(ToProto(kind.outcome));
}

void SetKind(const domain::AlertSuppressed& kind, events::v1::AlertEvent& event) {
  event.mutable_suppressed()->set_reason(kind.reason);
}

void SetKind(const domain::AlertShelved& kind, events::v1::AlertEvent& event) {
  auto* shelved = event.mutable_shelved();
  shelved->set_actor(kind.actor);
  shelved->set_command_id(kind.command_id);
  shelved->set_reason(kind.reason);
  *shelved->mutable_until() = codec::ToProto(kind.until);
}

void SetKind(const domain::AlertUnshelved& kind, events::v1::AlertEvent& event) {
  auto* unshelved = event.mutable_unshelved();
  unshelved->set_actor(kind.actor);
  unshelved->set_command_id(kind.command_id);
  unshelved->set_reason(kind.reason);
}

void SetKind(const domain::AlertCommandRefused& kind, events::v1::AlertEvent& event) {
  auto* refused = event.mutable_command_refused();
  refused->set_actor(kind.actor);
  refused->set_command_id(kind.command_id);
  refused->set_reason(kind.reason);
}

void SetKind(const domain::AlertNoted& kind, events::v1::AlertEvent& event) {
  auto* noted = event.mutable_noted();
  noted->set_actor(kind.actor);
  noted->set_command_id(kind.command_id);
  noted->set_note(kind.note);
  noted->set_call_failed(kind.call_failed);
}

void SetKind(const domain::AlertTransferred& kind, events::v1::AlertEvent& event) {
  auto* transferred = event.mutable_transferred();
  transferred->set_from_team(kind.from_team);
  transferred->set_to_team(kind.to_team);
  transferred->set_acknowledgement_cleared(kind.acknowledgement_cleared);
}

void SetKind(const domain::AlertReassigned& kind, events::v1::AlertEvent& event) {
  auto* reassigned = event.mutable_reassigned();
  reassigned->set_actor(kind.actor);
  reassigned->set_command_id(kind.command_id);
  reassigned->set_note(kind.note);
  reassigned->set_to_actor(kind.to_actor);
  event.set_reader_may_ignore(true);
}

void SetKind(const domain::AlertPageReported& kind, events::v1::AlertEvent& event) {
  auto* reported = event.mutable_page_reported();
  reported->set_page_id(kind.page_id);
  reported->set_rung(kind.rung);
  reported->set_target(kind.target);
  reported->set_outcome(static_cast<events::v1::PageOutcome>(kind.outcome));  // the same numbers
  reported->set_recipient(kind.recipient);
  reported->set_channel(kind.channel);
  reported->set_reason(kind.reason);
  *reported->mutable_at() = codec::ToProto(kind.at);
  event.set_reader_may_ignore(true);
}

absl::StatusOr<domain::AlertOutcome> ReadOutcome(events::v1::AlertOutcome outcome) {
  if (!events::v1::AlertOutcome_IsValid(outcome)) {
    return absl::InvalidArgumentError("alert outcome: unknown");
  }
  return static_cast<domain::AlertOutcome>(outcome);
}

absl::StatusOr<domain::ReportPage> ReadReport(const events::v1::AlertCommand::ReportPage& message) {
  const events::v1::AlertPageReported& report = message.report();
  if (report.page_id().empty()) return absl::InvalidArgumentError("report_page: no page_id");
  if (!events::v1::PageOutcome_IsValid(report.outcome()) ||
      report.outcome() == events::v1::PAGE_OUTCOME_UNSPECIFIED) {
    return absl::InvalidArgumentError("report_page: outcome unknown");
  }
  if (!report.has_at() || !IsValid(report.at())) {
    return absl::InvalidArgumentError("report_page: no time");
  }
  return domain::ReportPage{{report.page_id(), report.rung(), report.target(),
                             static_cast<domain::PageOutcome>(report.outcome()), report.recipient(),
                             report.channel(), report.reason(), FromProto(report.at())}};
}

using CommandKind = decltype(domain::AlertCommand::command);

absl::StatusOr<CommandKind> ReadCommand(const events::v1::AlertCommand& message) {
  const auto invalid = [](const char* why) {
    return absl::InvalidArgumentError(absl::StrCat("alert command: ", why));
  };
  switch (message.command_case()) {
    case events::v1::AlertCommand::kAcknowledge:
      return domain::AcknowledgeAlert{message.acknowledge().note()};
    case events::v1::AlertCommand::kResolve: {
      if (message.resolve().reason().empty()) return invalid("resolve without reason");
      const auto outcome = ReadOutcome(message.resolve().outcome());
      if (!outcome.ok()) return outcome.status();
      return domain::ResolveAlert{message.resolve().reason(), *outcome};
    }
    case events::v1::AlertCommand::kShelve:
      if (message.shelve().reason().empty()) return invalid("shelve without reason");
      if (!IsValid(message.shelve().until())) return invalid("shelve without until");
      return domain::ShelveAlert{message.shelve().reason(), FromProto(message.shelve().until())};
    case events::v1::AlertCommand::kUnshelve:
      return domain::UnshelveAlert{message.unshelve().note()};
    case events::v1::AlertCommand::kReportFailedCall:
      return domain::ReportFailedCall{message.report_failed_call().note()};
    case events::v1::AlertCommand::kReassign:
      return domain::ReassignAlert{message.reassign().to_actor(), message.reassign().note()};
    case events::v1::AlertCommand::kComment:
      if (message.comment().note().empty()) return invalid("comment without note");
      return domain::CommentAlert{message.comment().note()};
    case events::v1::AlertCommand::kReportPage: {
      auto report = ReadReport(message.report_page());
      if (!report.ok()) return report.status();
      return *std::move(report);
    }
    case events::v1::AlertCommand::COMMAND_NOT_SET:
      break;
  }
  return invalid("no kind we know");
}

}  // namespace

events::v1::Alert ToProto(const domain::Alert& alert) {
  events::v1::Alert message;
  message.set_alert_id(alert.alert_id);
  message.set_patient_id(alert.patient_id);
  message.set_rule_id(alert.rule_id);
  message.set_episode(alert.episode);
  message.set_version(alert.version);
  message.set_priority(ToProto(alert.priority));
  message.set_state(static_cast<events::v1::AlertState>(static_cast<int>(alert.status) + 1));
  message.set_title(alert.title);
  message.set_advice(alert.advice);
  message.set_evidence(alert.evidence);
  *message.mutable_observed_at() = ToProto(alert.observed_at);
  *message.mutable_received_at() = ToProto(alert.received_at);
  if (alert.raised_at != absl::InfinitePast()) {
    *message.mutable_raised_at() = ToProto(alert.raised_at);
  }
  *message.mutable_last_seen_at() = ToProto(alert.last_seen_at);
  message.set_count(alert.count);
  message.set_rung(alert.rung);
  if (alert.next_escalation_at) {
    *message.mutable_next_escalation_at() = ToProto(*alert.next_escalation_at);
  }
  message.set_acknowledged_by(alert.acknowledged_by);
  message.set_resolved_by(alert.resolved_by);
  *message.mutable_catalogue() = ToProto(alert.catalogue);
  message.set_team(alert.team);
  message.set_late(alert.late);
  message.set_data_incomplete(alert.data_incomplete);
  message.set_check_in_id(alert.check_in_id);
  message.set_paging_off(alert.paging_off);
  message.set_technical(alert.technical);
  if (alert.shelved_until) *message.mutable_shelved_until() = ToProto(*alert.shelved_until);
  message.set_rule_sign_off(alert.rule_sign_off);
  message.set_rule_mark(alert.rule_mark);
  message.set_assigned_to(alert.assigned_to);
  message.set_outcome(ToProto(alert.outcome));
  message.set_target(alert.target);
  return message;
}

absl::StatusOr<domain::Alert> FromProto(const events::v1::Alert& message) {
  if (message.alert_id().empty()) return absl::InvalidArgumentError("alert.alert_id: empty");
  if (message.priority() < events::v1::PRIORITY_ROUTINE ||
      message.priority() > events::v1::PRIORITY_EMERGENCY) {
    return absl::InvalidArgumentError("alert.priority: unknown");
  }
  if (message.state() < events::v1::ALERT_STATE_OPEN ||
      message.state() > events::v1::ALERT_STATE_RESOLVED) {
    return absl::InvalidArgumentError("alert.state: unknown");
  }
  domain::Alert alert;
  alert.alert_id = message.alert_id();
  alert.patient_id = message.patient_id();
  alert.rule_id = message.rule_id();
  alert.episode = message.episode();
  alert.version = message.version();
  alert.priority = static_cast<domain::Priority>(message.priority());
  alert.status = static_cast<domain::AlertStatus>(message.state() - 1);
  alert.title = message.title();
  alert.advice = message.advice();
  alert.evidence = message.evidence();
  alert.observed_at = FromProto(message.observed_at());
  alert.received_at = FromProto(message.received_at());
  alert.raised_at = FromProto(message.raised_at());
  alert.last_seen_at = FromProto(message.last_seen_at());
  alert.count = message.count();
  alert.rung = message.rung();
  if (message.has_next_escalation_at()) {
    alert.next_escalation_at = FromProto(message.next_escalation_at());
  }
  alert.acknowledged_by = message.acknowledged_by();
  alert.resolved_by = message.resolved_by();
  alert.catalogue = FromProto(message.catalogue());
  alert.team = message.team();
  alert.late = message.late();
  alert.data_incomplete = message.data_incomplete();
  alert.check_in_id = message.check_in_id();
  alert.paging_off = message.paging_off();
  alert.technical = message.technical();
  if (message.has_shelved_until()) alert.shelved_until = FromProto(message.shelved_until());
  alert.rule_sign_off = message.rule_sign_off();
  alert.rule_mark = message.rule_mark();
  alert.assigned_to = message.assigned_to();
  const auto outcome = ReadOutcome(message.outcome());
  if (!outcome.ok()) return outcome.status();
  alert.outcome = *outcome;
  alert.target = message.target();
  return alert;
}

events::v1::AlertEvent ToProto(const domain::AlertEvent& event) {
  events::v1::AlertEvent message;
  message.set_event_id(absl::StrCat(event.alert.alert_id, "/", event.alert.version));
  *message.mutable_occurred_at() = ToProto(event.occurred_at);
  *message.mutable_alert() = ToProto(event.alert);
  std::visit([&message](const auto& kind) { SetKind(kind, message); }, event.kind);
  return message;
}

absl::StatusOr<domain::AlertCommand> FromProto(const events::v1::AlertCommand& message) {
  const auto invalid = [](const char* why) {
    return absl::InvalidArgumentError(absl::StrCat("alert command: ", why));
  };
  if (message.command_id().empty()) return invalid("no command_id");
  if (message.patient_id().empty()) return invalid("no patient_id");
  if (message.alert_id().empty()) return invalid("no alert_id");
  if (message.actor().empty()) return invalid("no actor");
  domain::AlertCommand command;
  command.command_id = message.command_id();
  command.patient_id = message.patient_id();
  command.alert_id = message.alert_id();
  command.actor = message.actor();
  command.issued_at = FromProto(message.issued_at());
  auto kind = ReadCommand(message);
  if (!kind.ok()) return kind.status();
  command.command = *std::move(kind);
  return command;
}

}  // namespace withdrawal::codec
