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

using AlertEventKind = std::variant<AlertRaised, AlertRepeated, AlertEscalated, AlertAcknowledged,
                                    AlertResolved, AlertSuppressed, AlertShelved, AlertUnshelved,
                                    AlertCommandRefused, AlertNoted, AlertTransferred>;

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
struct AlertCommand {
  std::string command_id;
  std::string patient_id;
  std::string alert_id;
  std::string actor;
  Instant issued_at;
  std::variant<AcknowledgeAlert, ResolveAlert, ShelveAlert, UnshelveAlert, ReportFailedCall>
      command;
};

}  // namespace withdrawal::domain
