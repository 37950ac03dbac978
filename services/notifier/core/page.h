// Which events of an alert call a person, and with what words. Pure.
//
// A page passes through networks and lock screens that are not ours: its text names no substance,
// no instrument, no symptom and no person (reference E: stigma and privacy).
#pragma once

#include <optional>
#include <string>

#include "libs/domain/time.h"

namespace withdrawal::notifier {

// An event older than this calls nobody any more (AL-12); it is on the worklist.
inline constexpr domain::Duration kPageAgeMax = absl::Hours(24);

enum class Priority { kRoutine, kUrgent, kEmergency };

// The parts of an AlertEvent that matter here.
struct AlertNews {
  std::string event_id;
  std::string alert_id;
  std::string patient_id;
  Priority priority = Priority::kRoutine;
  std::string team;
  bool raised = false;   // a new alert
  bool calls = false;    // raised, escalated, no longer shelved, or come to another team
  bool settled = false;  // acknowledged, resolved or shelved: pages on their way are not needed
  bool open = false;     // neither acknowledged nor resolved
  bool shelved = false;
  bool paging_off = false;
  int rung = 0;        // of the ladder
  std::string target;  // role to page; empty on the first rung
  domain::Instant occurred_at;
};

struct Page {
  std::string event_id;  // the receiver's idempotency key
  std::string alert_id;
  std::string patient_id;  // opaque
  Priority priority = Priority::kUrgent;
  int rung = 0;
  std::string target;
  std::string text;
  domain::Instant occurred_at;
};

// Absent: nobody is to be called.
std::optional<Page> PageFor(const AlertNews& news, domain::Instant now);

// "URGENT", "EMERGENCY", "ROUTINE".
std::string PriorityName(Priority priority);

}  // namespace withdrawal::notifier
