// Which events of an alert call a person, and with what words. Pure.
//
// A page passes through networks and lock screens that are not ours: its text names no substance,
// no instrument, no symptom and no person (reference PR-16, PR-17).
#pragma once

#include <optional>
#include <string>

#include "libs/domain/time.h"

namespace withdrawal::notifier {

// An event older than this calls nobody any more (AL-12); it is on the worklist.
inline constexpr domain::Duration kPageAgeMax = absl::Hours(24);
// Nor is a person reminded, or a contact told, of a silence that may be over long since.
inline constexpr domain::Duration kMessageAgeMax = absl::Hours(1);

// Targets of the ladders of missed check-ins (libs/catalogue/data/ladders.yaml).
inline constexpr char kPatientTarget[] = "patient";
inline constexpr char kSecondChannelTarget[] = "patient-second-channel";
inline constexpr char kSupportContactPrefix[] = "support-contact:";

enum class Priority { kRoutine, kUrgent, kEmergency };
enum class Audience { kClinicians, kPatient, kSupportContact };

// The parts of an AlertEvent that matter here.
struct AlertNews {
  std::string event_id;
  std::string alert_id;
  std::string patient_id;
  Priority priority = Priority::kRoutine;
  std::string team;
  bool raised = false;     // a new alert
  bool escalated = false;  // its next rung, or the last one again
  bool calls = false;      // raised, escalated, no longer shelved, or come to another team
  bool settled = false;    // acknowledged, resolved or shelved: pages on their way are not needed
  bool open = false;       // neither acknowledged nor resolved
  bool shelved = false;
  bool paging_off = false;
  int rung = 0;        // of the ladder
  std::string target;  // whom the rung calls
  domain::Instant occurred_at;
};

struct Page {
  std::string event_id;
  std::string alert_id;    // empty: about no single alert
  std::string patient_id;  // opaque
  Priority priority = Priority::kUrgent;
  int rung = 0;
  std::string target;
  std::string text;
  domain::Instant occurred_at;
  std::string team;
  Audience audience = Audience::kClinicians;
  std::string contact_id;  // of a support contact
};

// Absent: nobody is to be called. Clinicians hear of what is URGENT or worse, the person and their
// support contact of a missed check-in only.
std::optional<Page> PageFor(const AlertNews& news, domain::Instant now);

// "URGENT", "EMERGENCY", "ROUTINE".
std::string PriorityName(Priority priority);

}  // namespace withdrawal::notifier
