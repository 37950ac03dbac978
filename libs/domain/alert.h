// An alert and what happens to it; mirrors proto Alert and AlertEvent, whose comments hold here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "libs/domain/score.h"
#include "libs/domain/time.h"

namespace withdrawal::domain {

// Reference D. Ordered: a greater one is more pressing.
enum class Priority { kRoutine = 1, kUrgent = 2, kEmergency = 3 };

enum class AlertStatus { kOpen, kAcknowledged, kResolved };

// The numbers of the proto. kUnknown: nobody said.
enum class AlertOutcome { kUnknown = 0, kTrue = 1, kFalse = 2, kTechnical = 3 };

// The numbers of the proto.
enum class PageOutcome { kDelivered = 1, kUndeliverable = 2, kNobodyOnCall = 3, kWithheld = 4 };

struct Alert {
  std::string alert_id;  // patient:rule:episode
  std::string patient_id;
  std::string rule_id;
  int64_t episode = 0;
  int64_t version = 0;
  Priority priority = Priority::kRoutine;
  AlertStatus status = AlertStatus::kOpen;
  std::string title;
  std::string advice;
  std::string evidence;  // of the observation that raised it; never rewritten (case C43)
  Instant observed_at;
  Instant received_at;
  Instant raised_at;
  Instant last_seen_at;  // newest observation that made the rule true
  int count = 0;
  int rung = 0;
  std::optional<Instant> next_escalation_at;
  std::string acknowledged_by;
  std::string resolved_by;
  CatalogueVersion catalogue;
  std::string team;
  bool late = false;
  bool data_incomplete = false;
  std::string check_in_id;
  bool paging_off = false;
  bool technical = false;
  std::optional<Instant> shelved_until;
  std::string rule_sign_off;
  std::string rule_mark;
  std::string assigned_to;
  AlertOutcome outcome = AlertOutcome::kUnknown;
  std::string target;  // whom its rung calls

  bool operator==(const Alert&) const = default;
};

struct AlertRaised {
  bool operator==(const AlertRaised&) const = default;
};
struct AlertRepeated {
  std::string evidence;
  bool operator==(const AlertRepeated&) const = default;
};
struct AlertEscalated {
  int from_rung = 0;
  int to_rung = 0;
  Priority from_priority = Priority::kRoutine;
  std::string target;
  std::string reason = {};  // why before its time
  bool operator==(const AlertEscalated&) const = default;
};
struct AlertAcknowledged {
  std::string actor;
  std::string command_id;
  std::string note;
  bool operator==(const AlertAcknowledged&) const = default;
};
struct AlertResolved {
  std::string actor;  // "system" when the condition ended by rule
  std::string command_id;
  std::string reason;
  AlertOutcome outcome = AlertOutcome::kUnknown;
  bool operator==(const AlertResolved&) const = default;
};
// Without alert.raised_at (InfinitePast) there is no alert, only this trace.
struct AlertSuppressed {
  std::string reason;
  bool operator==(const AlertSuppressed&) const = default;
};
struct AlertShelved {
  std::string actor;
  std::string command_id;
  std::string reason;
  Instant until;
  bool operator==(const AlertShelved&) const = default;
};
struct AlertUnshelved {
  std::string actor;
  std::string command_id;
  std::string reason;
  bool operator==(const AlertUnshelved&) const = default;
};
struct AlertCommandRefused {
  std::string actor;
  std::string command_id;
  std::string reason;
  bool operator==(const AlertCommandRefused&) const = default;
};
struct AlertNoted {
  std::string actor;
  std::string command_id;
  std::string note;
  bool call_failed = false;
  bool operator==(const AlertNoted&) const = default;
};
struct AlertTransferred {
  std::string from_team;
  std::string to_team;
  std::string acknowledgement_cleared;
  bool operator==(const AlertTransferred&) const = default;
};
struct AlertReassigned {
  std::string actor;
  std::string command_id;
  std::string note;
  std::string to_actor;  // empty: back to the team
  bool operator==(const AlertReassigned&) const = default;
};
struct AlertPageReported {
  std::string page_id;
  int rung = 0;
  std::string target;
  PageOutcome outcome = PageOutcome::kDelivered;
  std::string recipient;
  std::string channel;
  std::string reason;
  Instant at;
  bool operator==(const AlertPageReported&) const = default;
};

using AlertEventKind =
    std::variant<AlertRaised, AlertRepeated, AlertEscalated, AlertAcknowledged, AlertResolved,
                 AlertSuppressed, AlertShelved, AlertUnshelved, AlertCommandRefused, AlertNoted,
                 AlertTransferred, AlertReassigned, AlertPageReported>;

struct AlertEvent {
  Instant occurred_at;
  Alert alert;  // after the event
  AlertEventKind kind;

  bool operator==(const AlertEvent&) const = default;
};

struct AcknowledgeAlert {
  std::string note;
};
struct ResolveAlert {
  std::string reason;  // never empty
  AlertOutcome outcome = AlertOutcome::kUnknown;
};
struct ShelveAlert {
  std::string reason;  // never empty
  Instant until;
};
struct UnshelveAlert {
  std::string note;
};
// The person was called about a missed check-in and did not answer.
struct ReportFailedCall {
  std::string note;
};
struct ReassignAlert {
  std::string to_actor;  // empty: back to the team
  std::string note;
};
struct CommentAlert {
  std::string note;  // never empty
};
struct ReportPage {
  AlertPageReported report;
};
struct AlertCommand {
  std::string command_id;
  std::string patient_id;
  std::string alert_id;
  std::string actor;
  Instant issued_at;
  std::variant<AcknowledgeAlert, ResolveAlert, ShelveAlert, UnshelveAlert, ReportFailedCall,
               ReassignAlert, CommentAlert, ReportPage>
      command;
};

}  // namespace withdrawal::domain
