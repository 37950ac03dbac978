// What alerting remembers about one person. Pure data; its stored form is
// proto withdrawal.state.v1.PatientAlertingState (services/alerting/state_codec.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/domain/alert.h"
#include "libs/domain/care_plan.h"
#include "libs/domain/due.h"
#include "libs/domain/suitability.h"

namespace withdrawal::alerting {

using domain::Duration;
using domain::Instant;

// How far one part of a condition that made an alert has come back inside (AL-02, AL-04).
struct AlertPart {
  int clear_streak = 0;
  std::optional<Instant> clear_since;           // the first observation of the streak
  bool ended = false;                           // the streak is long enough
  Instant not_clear_at = absl::InfinitePast();  // the newest observation that was not clear

  bool operator==(const AlertPart&) const = default;
};

struct OpenAlert {
  domain::Alert alert;
  std::string ladder;
  Instant ladder_start;  // rungs count from here
  // By code (condition.h): what made the alert. It ends when these have ended, whatever else is
  // well. Empty for alerts that no rule of `AlertPolicy.rules` raised.
  std::map<std::string, AlertPart> parts = {};
  std::optional<Instant> reassess_at;  // the assessment clock, after an acknowledge (AL-06)
  // A missed check-in: the schedule entry that is still waited for. Empty once one has come, and
  // for all other rules.
  std::string entry_id;

  bool operator==(const OpenAlert&) const = default;
};

using ScheduleState = domain::EntryDue;

struct RecentDose {
  std::string product;
  Instant taken_at;
  double milligrams = 0;

  bool operator==(const RecentDose&) const = default;
};

// An observation that made a condition with a window true; only such are kept.
struct RecentReading {
  std::string code;
  double value = 0;
  Instant observed_at;

  bool operator==(const RecentReading&) const = default;
};

// Values of one number over time, for comparisons: "total/COWS", a vital sign.
struct Series {
  struct Point {
    Instant observed_at;
    double value = 0;
    bool lower_bound = false;  // the total of an incomplete form

    bool operator==(const Point&) const = default;
  };
  std::vector<Point> points;  // ascending

  bool operator==(const Series&) const = default;
};

// What is known of one product beyond the recent doses.
struct Course {
  std::optional<Instant> started_at;  // first dose taken since a long gap
  std::optional<Instant> last_taken_at;
  std::optional<Instant> last_reported_at;  // whatever became of the dose

  bool operator==(const Course&) const = default;
};

// A condition that has to last before it raises (Rule.lasting).
struct Lasting {
  Instant since;
  Instant last_seen_at;
  std::string evidence;
  Instant received_at;
  std::string check_in_id;
  std::set<std::string> parts = {};  // of OpenAlert

  bool operator==(const Lasting&) const = default;
};

// An earlier version of the plan, in force from `from` until the next one.
struct PastPlan {
  domain::CarePlan plan;
  Instant from;
};

inline constexpr size_t kSeriesMax = 48;
inline constexpr size_t kCoursesMax = 24;
inline constexpr size_t kPastPlansMax = 3;
inline constexpr Duration kPastPlansKeptFor = absl::Hours(14 * 24);  // ingest takes nothing older
inline constexpr Duration kClosedKeptFor = kPastPlansKeptFor;
// An urgent rule true of one home reading: a second reading is awaited (AL-03).
struct PendingConfirmation {
  std::string rule_id;
  std::string evidence;
  Instant observed_at;
  Instant received_at;
  std::string check_in_id;
  Instant raise_at;                  // processing time
  std::set<std::string> parts = {};  // of OpenAlert

  bool operator==(const PendingConfirmation&) const = default;
};

// A rule that a clinician set aside for a while, whether its alert is open or not (AL-10).
struct Shelf {
  Instant until;
  std::string actor;
  std::string reason;
  domain::Priority priority = domain::Priority::kRoutine;  // a higher one breaks the shelf

  bool operator==(const Shelf&) const = default;
};

struct LastState {
  int total = 0;  // or its lower bound
  Instant observed_at;

  bool operator==(const LastState&) const = default;
};

// What care has answered since the intake.
struct FedInput {
  domain::assessment::Value value;
  Instant observed_at;

  bool operator==(const FedInput&) const = default;
};

// Of an evaluation: what the next one is compared with.
struct IntakeResult {
  domain::Consequence consequence = domain::Consequence::kCaution;
  std::string level;
  std::set<std::string> cautions;  // ids of the rules that spoke
  std::set<std::string> not_suitable;

  bool operator==(const IntakeResult&) const = default;
};

struct IntakeMemory {
  domain::assessment::Assessment known;  // as the intake says
  Instant recorded_at;
  std::map<std::string, FedInput> fed;  // by input id; newer than the intake
  IntakeResult before;

  bool operator==(const IntakeMemory&) const = default;
};

inline constexpr size_t kRecentCommandsMax = 64;
inline constexpr size_t kRecentCheckInsMax = 16;
inline constexpr size_t kRecentDosesMax = 32;
inline constexpr size_t kRecentReadingsMax = 128;

// A use told of in a lapse report.
struct ReportedUse {
  std::string substance_class;
  Instant used_at;

  bool operator==(const ReportedUse&) const = default;
};

struct AttendedSession {
  std::string session_id;
  Instant at;
  Duration attended;  // zero: missed

  bool operator==(const AttendedSession&) const = default;
};

struct SupportDays {
  int category = 0;  // BAM item 16, 0 to 4
  Instant observed_at;

  bool operator==(const SupportDays&) const = default;
};

inline constexpr size_t kUsesMax = 32;
inline constexpr size_t kSessionsMax = 96;

struct Engagement {
  std::vector<ReportedUse> uses;          // of 8 days, and the newest of each class; ascending
  std::vector<AttendedSession> sessions;  // of 28 days, ascending
  // The Monday, in days since 1970, of the week that is judged next; absent: no hours are asked
  // for.
  std::optional<int64_t> open_week;
  int weeks_below = 0;                         // in a row, up to the week judged last
  std::map<std::string, SupportDays> support;  // the newest, by form of BAM

  bool operator==(const Engagement&) const = default;
};

struct State {
  std::optional<domain::CarePlan> plan;
  std::optional<Instant> monitored_since;
  bool begun_for_a_reason = false;                 // although the review of the plan blocked it
  std::vector<OpenAlert> open;                     // in order of raising
  std::map<std::string, int64_t> episodes;         // by rule
  std::map<std::string, ScheduleState> schedules;  // by entry id
  std::vector<RecentDose> doses;                   // newest last
  std::vector<RecentReading> readings;
  std::vector<std::string> command_ids;   // newest last
  std::vector<uint64_t> check_in_prints;  // of check-in ids, newest last
  std::optional<Instant> last_received_at;
  std::map<std::string, Series> series;    // by code
  std::map<std::string, Course> courses;   // by product
  std::map<std::string, Instant> orders;   // when each order of the plan was first recorded
  std::map<std::string, Instant> fired;    // timed rules: what they last fired for
  std::map<std::string, Lasting> lasting;  // by rule
  // Rules with an alert that was closed: by whoever saw what had come until then, or by the system
  // and what it stood for last. What is told of before that later on raises no second one.
  std::map<std::string, Instant> closed;
  // Timed rules were last judged then.
  Instant judged_at = absl::InfinitePast();
  std::vector<PastPlan> past_plans;              // ascending
  Instant plan_since = absl::InfinitePast();     // `plan` is in force from then on
  std::vector<PendingConfirmation> pending;      // at most one per rule, in order of coming
  std::map<std::string, Shelf> shelves;          // by rule
  std::map<std::string, LastState> last_states;  // by instrument, those MC-05 asks for
  // Receipt of the newest usable check-in that does not come from a device (MC-06).
  std::optional<Instant> last_active_at;
  Engagement engagement;
  std::optional<IntakeMemory> intake;  // the newest
};

// The version in force at `at`; the oldest known one before that. Null when there is no plan.
const domain::CarePlan* PlanAt(const State& state, Instant at);

}  // namespace withdrawal::alerting
