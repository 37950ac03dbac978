// The individual plan; mirrors proto CarePlan, whose comments hold here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"

namespace withdrawal::domain {

enum class MonitoringStatus { kActive, kPaused, kEnded };
enum class Programme { kAlcohol, kOpioid, kBenzodiazepine, kStimulant, kCannabis, kNicotine };
enum class Spo2Scale { kScale1 = 1, kScale2 = 2 };

struct SubstanceUse {
  std::string substance_class;
  Instant last_use;

  bool operator==(const SubstanceUse&) const = default;
};

struct LocalTime {
  int hour = 0;
  int minute = 0;

  bool operator==(const LocalTime&) const = default;
};

// Exactly one of every, daily_at and at.
struct ScheduleEntry {
  std::string entry_id;
  std::vector<std::string> satisfied_by;  // see the proto; empty = any
  std::optional<Duration> every;
  std::vector<LocalTime> daily_at;
  std::vector<Instant> at;       // ascending
  std::optional<Instant> from;   // due from here on, inclusive
  std::optional<Instant> until;  // and before this

  bool operator==(const ScheduleEntry&) const = default;
};

enum class MedicationPurpose {
  kInduction,
  kLowDoseInduction,
  kMaintenance,
  kSymptomTriggered,
  kFixedSchedule,
  kTaper,
  kRelapsePrevention,
  kAdjunct,
};

// Exactly one of daily_at and every.
struct DoseStep {
  Instant from;
  double milligrams = 0;  // per dose
  std::vector<LocalTime> daily_at;
  std::optional<Duration> every;

  bool operator==(const DoseStep&) const = default;
};

struct SymptomTrigger {
  std::string instrument;
  int total_at_least = 0;
  double milligrams = 0;
  Duration interval_min;

  bool operator==(const SymptomTrigger&) const = default;
};

struct MedicationOrder {
  std::string order_id;
  std::string product;
  std::string route;
  MedicationPurpose purpose = MedicationPurpose::kMaintenance;
  std::vector<DoseStep> steps;  // ascending `from`
  std::optional<Instant> ends_at;
  std::optional<SymptomTrigger> trigger;
  std::optional<double> dose_milligrams_max;
  std::optional<double> daily_milligrams_max;
  std::string taper_scheme;
  std::optional<double> days_dispensed;
  bool clinician_present_at_start = false;

  bool operator==(const MedicationOrder&) const = default;
};

struct SessionPlan {
  std::string session_type;
  int per_week = 0;
  int minutes_each = 0;
  std::optional<Instant> from;

  bool operator==(const SessionPlan&) const = default;
};

enum class GoalStatus { kActive, kReached, kDropped };

struct Goal {
  std::string goal_id;
  std::string text;
  GoalStatus status = GoalStatus::kActive;
  std::optional<Instant> set_at;

  bool operator==(const Goal&) const = default;
};

enum class ContactScope { kMissedCheckIn };

struct SupportContact {
  std::string contact_id;
  std::string relation;
  std::vector<ContactScope> consented_to;
  std::optional<Instant> consent_signed_at;
  std::optional<Instant> consent_expires_at;
  std::optional<Instant> consent_revoked_at;
  std::optional<Instant> last_contact_at;

  bool operator==(const SupportContact&) const = default;
};

struct QuietHours {
  LocalTime from;
  LocalTime to;

  bool operator==(const QuietHours&) const = default;
};

struct LevelOfCare {
  std::string edition;
  std::string level;
  std::optional<Instant> since;

  bool operator==(const LevelOfCare&) const = default;
};

enum class DischargeKind { kCompleted, kTransferred, kLeft, kDied };

struct Discharge {
  DischargeKind kind = DischargeKind::kCompleted;
  std::optional<Instant> at;
  std::string destination;

  bool operator==(const Discharge&) const = default;
};

// EN-12.
struct MedicationOffer {
  bool offered = false;
  std::string reason;
  std::optional<Instant> at;

  bool operator==(const MedicationOffer&) const = default;
};

struct CarePlan {
  std::string patient_id;
  std::string etag;
  MonitoringStatus status = MonitoringStatus::kActive;
  std::vector<Programme> programmes;
  std::vector<SubstanceUse> substances;
  Spo2Scale spo2_scale = Spo2Scale::kScale1;
  std::map<std::string, int> baseline_scores;
  std::map<Vital, double> baseline_vitals;
  std::string time_zone;
  std::vector<ScheduleEntry> schedule;
  std::optional<bool> pregnant;
  std::string team;
  Instant monitoring_started_at = absl::InfinitePast();
  std::string template_id;
  std::vector<MedicationOrder> medications;
  std::vector<SessionPlan> sessions;
  std::vector<Goal> goals;
  std::vector<SupportContact> support_contacts;
  std::map<std::string, double> thresholds;    // by rule id
  std::map<std::string, std::string> schemes;  // by instrument id
  std::optional<QuietHours> quiet_hours;
  std::optional<LevelOfCare> level_of_care;
  std::optional<Discharge> discharge;
  std::string merged_into;
  std::optional<Instant> quit_at;
  std::optional<int> age_years;
  std::optional<MedicationOffer> medication_offer;
  std::optional<Instant> paused_until;

  bool operator==(const CarePlan&) const = default;
};

}  // namespace withdrawal::domain
