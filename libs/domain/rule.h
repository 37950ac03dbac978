// Alert rules, ladders and the missed check-in policy as data (reference D and H). Filled by
// libs/catalogue from YAML, evaluated by services/alerting/core; immutable after loading.
//
// There is no scripting language: a rule is a tree of the few typed conditions below. An *observed*
// condition looks at what a check-in says; a *context* condition at what is known about the person.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libs/domain/alert.h"
#include "libs/domain/alert_management.h"
#include "libs/domain/care_plan.h"
#include "libs/domain/engagement.h"
#include "libs/domain/instrument.h"
#include "libs/domain/suitability.h"

namespace withdrawal::domain {

// What an observed condition looks at; `subject` names which one.
enum class Measure {
  kSymptom,        // subject: red-flag name; value 1. Its absence says nothing, so never clears
  kVital,          // subject: vital code; NEWS2 precision (temperature 0.1 Cel, others integer)
  kConsciousness,  // subject: "alert", "confusion", "voice", "pain", "unresponsive"; 1 or 0
  kRass,           // -5 to 4
  kItem,           // subject: instrument, item: code; score value
  // subject: instrument; when incomplete the partial sum, a lower bound. item: a subscale instead
  kTotal,
  kSingleParameter,  // NEWS2: the highest points of one parameter measured now
  kVomitingHours,
  kCravingNrs,  // 0 to 10
  kCravingVas,  // 0 to 100
  kIntendsToUse,
  kSetAside,      // subject: reason, empty = any; value 1, or 0 in vital signs without one
  kConflict,      // same check-in id with other content
  kCategory,      // subject: instrument; rank, 0 = none; when incomplete at least this
  kMissingItem,   // subject: instrument, item: code; 1 when not answered, 0 when it is
  kDose,          // subject: product or class, a dose taken; mg, 0 when not said
  kDoseNotTaken,  // subject: product or class; 2 vomited, 1 missed or refused, 0 taken
  // subject: "not_planned", "amount", "over_maximum", "too_soon", "not_taken"; 1 or 0
  kDoseDeviation,
  kUse,         // subject: family of substances ("opioid"); 1: used outside the plan
  kEngagement,  // subject: a number of services/alerting/core/engagement.h, e.g. "use_days_in_7"
};

// Bounds of what CarePlan.thresholds may set, inclusive.
struct Adjustable {
  double from = 0;
  double to = 0;
};

// True when at_least <= value <= at_most; a bound that is absent does not bind.
struct Observed {
  Measure measure = Measure::kSymptom;
  std::string subject;
  std::string item;
  std::optional<double> at_least;
  std::optional<double> at_most;
  // Clear again only this far from the edge, towards normal (AL-02).
  double margin = 0;
  // Also true when it was so in an observation at most this long before or after. Zero: only now.
  Duration within;
  // kTotal: only under this band scheme; empty = whichever was used.
  std::string scheme = {};
  // CarePlan.thresholds may move the edge (at_least, else at_most). All of a rule have the same
  // bounds and move to the same edge.
  std::optional<Adjustable> adjustable = {};
};

// The total, or its lower bound, is at least `by` above an earlier total: any one observed at most
// `within` before; or, with after_dose, the last one at or before a dose at most `within` before.
struct Rise {
  std::string instrument;
  int by = 0;
  Duration within;
  std::string after_dose;  // product; empty = no dose needed
  // With after_dose: only this long after the last dose or later, above the lowest total since it,
  // and for the first time (RR-02). Zero: at once.
  Duration later_than;
};

// A number compared with what it was: readings observed before it within `within`, or the plan's
// baseline. Observations of less than an instant's precision are never compared.
struct Change {
  enum class From { kMedian, kHighest, kLowest, kBaseline };
  Observed of;  // bounds are not used
  From from = From::kMedian;
  double by = 0;         // negative: a fall
  bool percent = false;  // `by` is a share of the earlier value
  double margin = 0;     // clear when this much less, in the unit of `by`
  Duration within;
  int readings_min = 1;
  // Only when an earlier reading between these ages was changed as much, and none since was clear.
  // Zero: at once.
  Duration confirmed_after;
  Duration confirmed_within;
};

struct InProgramme {
  std::vector<Programme> any_of;
  std::vector<Programme> none_of;
};
// Hours since last use of a substance of one of these classes, both ends inclusive.
struct SinceLastUse {
  std::vector<std::string> classes;
  Duration from;
  Duration to;
};
// A dose taken, or a last use in the plan, of one of these medication classes or products at most
// `within` ago.
struct UsedWithin {
  std::vector<std::string> classes;
  Duration within;
  std::vector<std::string> products = {};
  bool before = false;  // this check-in itself does not count
};

// In the four below `names` are products or medication classes.

// Time since something; true from at_least on, until less_than.
struct Elapsed {
  enum class Since {
    kDose,         // the last dose taken before
    kCourseStart,  // the first dose of an unbroken course
    kMonitoringStart,
    kDoseCut,  // the last step of the plan down to a lower daily dose
    kQuit,     // CarePlan.quit_at
  };
  Since since = Since::kDose;
  std::vector<std::string> names;
  Duration at_least;
  Duration less_than = absl::InfiniteDuration();
};
// How many doses were taken, or how many milligrams, between `from` and `within` before.
struct DoseCount {
  std::vector<std::string> names;
  Duration from;
  Duration within;
  int at_least = 0;
  double milligrams_more_than = 0;  // instead of at_least
};
// An order of the plan that runs; empty lists do not bind.
struct Planned {
  std::vector<std::string> names;
  std::vector<MedicationPurpose> purposes;
  std::optional<bool> clinician_present_at_start;
  // Only what the person took already: it had begun DosePolicy.continued_from before the order was
  // first recorded.
  bool continued = false;
};
// Planned doses that nothing was heard of (days = false), or whole planned days without a dose
// taken (days = true): consecutive ones up to now.
struct MissedDoses {
  std::vector<std::string> names;  // empty = any
  bool days = false;
  int at_least = 1;
  int at_most = 1'000'000;
};
// A dose taken now of a symptom-triggered order, without a total of the order's instrument that
// allows it at most `within` before.
struct Untriggered {
  Duration within;
};
// A total, or its lower bound, of at least this at most `within` before, or at the same moment.
struct TotalWithin {
  std::string instrument;
  int at_least = 0;
  Duration within;
  std::optional<Adjustable> adjustable = {};  // as of Observed
};
struct OnSpo2Scale {
  Spo2Scale scale = Spo2Scale::kScale1;
};
struct OnOxygen {};
struct NotExerting {};  // at rest, or not stated
struct Pregnant {};

struct Condition;
struct AllOf {
  std::vector<Condition> of;
};
struct AnyOf {
  std::vector<Condition> of;
};
// None of these context conditions holds.
struct NoneOf {
  std::vector<Condition> of;
};

struct Condition {
  std::variant<Observed, Rise, Change, InProgramme, SinceLastUse, UsedWithin, Elapsed, DoseCount,
               Planned, MissedDoses, Untriggered, TotalWithin, OnSpo2Scale, OnOxygen, NotExerting,
               Pregnant, AllOf, AnyOf, NoneOf>
      kind;
};

// Calls `visit` with each part that is no combination of others, at whatever depth.
template <typename Visit>
void EachLeaf(const Condition& condition, const Visit& visit) {
  const auto each = [&visit](const std::vector<Condition>& parts) {
    for (const Condition& part : parts) EachLeaf(part, visit);
  };
  if (const auto* all = std::get_if<AllOf>(&condition.kind)) return each(all->of);
  if (const auto* any = std::get_if<AnyOf>(&condition.kind)) return each(any->of);
  if (const auto* none = std::get_if<NoneOf>(&condition.kind)) return each(none->of);
  visit(condition);
}
// The same for the leaves of one kind.
template <typename Leaf, typename Visit>
void EachLeafOf(const Condition& condition, const Visit& visit) {
  EachLeaf(condition, [&visit](const Condition& leaf) {
    if (const auto* kind = std::get_if<Leaf>(&leaf.kind)) visit(*kind);
  });
}

// Whether it can become true because time passes, without a check-in.
bool IsTimed(const Condition& condition);

struct Rule {
  std::string id;  // of reference D where it has one: "SC-01a"
  Priority priority = Priority::kRoutine;
  std::string title;
  std::string advice;
  std::string source;
  Mark mark = Mark::kEngineering;
  std::string sign_off;  // who signed it; "unsigned" until a clinician did
  std::string ladder;    // id in Ladders; by priority unless the rule says otherwise
  bool latch = false;    // open until a human resolves it; EMERGENCY always latches (AL-05)
  bool technical = false;
  Condition when;
  bool timed = false;  // IsTimed(when)
  // True, and not clear again, for so long: only then raised, without a further message.
  Duration lasting;
  int clear_readings = 0;           // 0 = Ladders.clear_readings
  std::vector<std::string> covers;  // further ids of the reference that this rule carries out
  std::optional<Adjustable> adjustable;
};

// One step of a ladder: from `after` on, `target` is to be paged at `priority`.
struct Rung {
  Duration after;
  // Role: "primary", "secondary", "supervisor", "duty-manager", "worklist"; or kSupportContact.
  std::string target;
  Priority priority = Priority::kRoutine;
  bool quiet = false;  // waits for the end of the person's quiet hours
};
// In a ladder; in an event it is followed by ":" and the contact_id.
inline constexpr char kSupportContact[] = "support-contact";
struct Ladder {
  std::string id;
  std::vector<Rung> rungs;  // ascending `after`; never falling priority
  std::string source;
  // An acknowledge does not halt it: a person who stays silent gets worse (missed check-ins).
  bool runs_while_acknowledged = false;
  // Nobody acknowledges: the last rung is paged again this often. Zero: never.
  Duration repeat_last_every;
};

struct Ladders {
  std::map<std::string, Ladder> by_id;  // "emergency", "urgent", "routine", "worklist", "missed-*"
  // From acknowledge to resolve (AL-06); a priority that is absent has no clock.
  std::map<Priority, Duration> assessment;
  Duration late_after;        // older on arrival: labelled late, never clears (AL-12)
  Duration paging_off_after;  // older on arrival: worklist only (AL-12)
  int clear_readings = 2;     // N of AL-02
};

// A time in which silence escalates faster (reference B).
struct DangerWindow {
  enum class Since {
    kLastUse,    // CarePlan.substances, of the class `name`
    kDoseCut,    // each step of the plan down to less of `name`, and the end of its taper
    kFirstDose,  // each dose of `name` taken in the first day of a course
  };
  Since since = Since::kLastUse;
  std::string name;                   // class of substances; else product or medication class
  std::vector<Programme> programmes;  // empty: all
  Duration from;
  Duration to;
  std::string source;
};
struct MissedCheckInPolicy {
  Rule rule;                  // MC-01: title, advice, source; `when` is not used
  std::string danger_ladder;  // ladder ids; their clock starts at the due time
  std::string other_ladder;
  // For what is due every `rare_from` or more seldom, while something else is due more often: a
  // weekly form left out by a person who reports every day is no silence.
  std::string rare_ladder;
  Duration rare_from;
  Duration rare_watched_within;  // "more often": due again so soon after each check-in
  // Asked beside a check-in: left out alone they are no silence either, however often they are due.
  std::vector<std::string> rare_forms;
  std::vector<DangerWindow> danger_windows;
  // A check-in this long before a due local time already satisfies it.
  Duration early;
  Rule device_silent;  // MC-06; `when` is not used
  // Monitoring is active, and nothing more is due for so long. `when` is not used.
  Rule nothing_due;
  Duration nothing_due_after;
  // Paused for so long, without an end. `when` is not used.
  Rule long_pause;
  Duration long_pause_after;
  std::map<std::string, int> moderate_from;  // MC-05, by instrument
};

// How doses are held against the plan (engineering).
struct DosePolicy {
  double amount_share = 0;    // a taken dose may differ from the planned by this share
  double too_soon_share = 0;  // of the shortest planned gap
  // A planned dose is late after this share of the gap to the next, within these bounds.
  double late_share = 0;
  Duration late_min;
  Duration late_max;
  Duration course_gap;      // without a dose for so long, a new course begins
  Duration continued_from;  // an order that began so long before it was recorded goes on
};

struct MedicationName {
  std::string product;
  std::string medication_class;
  bool never_prescribed = false;
};

// All that alerting judges by.
struct AlertPolicy {
  CatalogueVersion version;
  std::vector<Rule> rules;
  Ladders ladders;
  MissedCheckInPolicy missed;
  EngagementPolicy engagement;
  DosePolicy doses;
  std::vector<std::string> trigger_instruments;  // those a symptom-triggered order may name
  AlertManagement management;
  Rule tolerance_loss;  // raised when a programme is completed; `when` is not used
  SuitabilityPolicy suitability;
  Rule reassessment;                                  // SU-G08; `when` is not used
  std::map<std::string, MedicationName> medications;  // by product and by alias, lower case
  // Whole policies, for programmes that overrides of the catalogue change.
  std::map<Programme, std::shared_ptr<const AlertPolicy>> for_programme;

  // Null when no rule has this id.
  const Rule* FindRule(const std::string& id) const {
    for (const Rule& rule : rules) {
      if (rule.id == id) return &rule;
    }
    return nullptr;
  }
  // What a person with this plan is judged by: that of the first of its programmes that has its
  // own.
  const AlertPolicy& For(const std::optional<CarePlan>& plan) const {
    if (!plan) return *this;
    for (const Programme programme : plan->programmes) {
      const auto own = for_programme.find(programme);
      if (own != for_programme.end()) return *own->second;
    }
    return *this;
  }
};

}  // namespace withdrawal::domain
