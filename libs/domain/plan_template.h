// The default plan of a programme: when which check-ins are due and how much therapy there is
// (reference B). A template never doses: medicines are ordered by a clinician. Pure and
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/instrument.h"

namespace withdrawal::domain {

// What the times of an entry count from.
enum class TemplateAnchor {
  kStart,      // of monitoring
  kLastUse,    // of a substance of the template's classes; the start when the plan names none
  kFirstDose,  // of an induction, else of the first order; the start when there is none
  kDoseCut,    // each step of a taper down to a lower daily dose: one entry per cut
};

// Exactly one of every, awake_every, at, and daily_at (alone or with after_doses).
struct TemplateEntry {
  std::string entry_id;
  std::vector<std::string> satisfied_by;
  TemplateAnchor since = TemplateAnchor::kStart;
  Duration from;
  std::optional<Duration> until;
  std::optional<Duration> every;
  std::optional<Duration> awake_every;  // from waking on, and at bedtime
  std::vector<Duration> at;             // ascending
  std::vector<LocalTime> daily_at;
  // So long after the planned local times of `product`; daily_at when the plan has none.
  std::optional<Duration> after_doses;
  std::string product;
};

struct PlanTemplate {
  std::string id;  // "alcohol-ambulatory"
  std::string title;
  std::vector<Programme> programmes;  // empty = those of the person
  std::vector<std::string> classes;   // of substances, for the clock
  LocalTime wake;
  LocalTime bed;  // quiet hours are from bedtime to waking
  std::vector<TemplateEntry> entries;
  std::vector<SessionPlan> sessions;
  std::string source;
  Mark mark = Mark::kEngineering;
};

// At most so many cuts of a taper get an entry, the next ones first: a plan holds 32 entries.
inline constexpr size_t kCutEntriesMax = 20;

// `base` with the template's programmes, schedule, sessions and quiet hours where it has none of
// its own. What would be over before `start` is left out. Deterministic.
CarePlan Instantiate(const PlanTemplate& plan_template, const CarePlan& base, Instant start);

}  // namespace withdrawal::domain
