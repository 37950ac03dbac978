#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/domain/substance.h"
#include "services/alerting/core/doses.h"
#include "services/alerting/core/leaf_condition.h"
#include "services/alerting/core/memory.h"

namespace withdrawal::alerting {
namespace {

using domain::Elapsed;
using domain::MedicationOrder;

Verdict Holds(bool holds, bool fresh = false, std::string evidence = "") {
  Verdict verdict;
  verdict.truth = holds ? Truth::kTrue : Truth::kClear;
  verdict.fresh = fresh;
  verdict.evidence = std::move(evidence);
  return verdict;
}

// This check-in is a dose, whatever became of it, of one of these.
bool IsDoseOf(const std::vector<std::string>& names, const Context& context) {
  const auto* dose = context.facts.CheckIn<domain::DoseEvent>();
  return dose != nullptr &&
         IsNamed(names, ProductOf(dose->product, context.policy), context.policy);
}

std::optional<Instant> LastDoseBefore(const std::vector<std::string>& names, const State& state,
                                      const domain::AlertPolicy& policy, Instant at) {
  std::optional<Instant> last;
  const auto consider = [&](const std::string& product, Instant taken_at) {
    if (taken_at >= at || !IsNamed(names, product, policy)) return;
    last = std::max(taken_at, last.value_or(taken_at));
  };
  for (const RecentDose& dose : state.doses) consider(dose.product, dose.taken_at);
  for (const auto& [product, course] : state.courses) {
    if (course.last_taken_at) consider(product, *course.last_taken_at);
  }
  return last;
}

std::optional<Instant> CourseStart(const std::vector<std::string>& names, const State& state,
                                   const domain::AlertPolicy& policy, Instant at) {
  std::optional<Instant> start;
  for (const auto& [product, course] : state.courses) {
    if (!course.started_at || *course.started_at > at || !IsNamed(names, product, policy)) continue;
    start = std::max(*course.started_at, start.value_or(*course.started_at));
  }
  return start;
}

std::optional<Instant> LastCut(const std::vector<std::string>& names, const State& state,
                               const domain::CarePlan& plan, const domain::AlertPolicy& policy,
                               Instant at) {
  std::optional<Instant> last;
  for (const Instant cut : DoseCuts(names, state, plan, policy)) {
    if (cut <= at) last = std::max(cut, last.value_or(cut));
  }
  return last;
}

std::string Age(Duration age) {
  if (age >= absl::Hours(48)) return absl::StrCat(absl::ToInt64Hours(age) / 24, " days");
  if (age >= absl::Hours(2)) return absl::StrCat(absl::ToInt64Hours(age), " h");
  return absl::StrCat(absl::ToInt64Minutes(age), " min");
}

std::string Words(const Elapsed& elapsed, Duration age) {
  const std::string of = elapsed.names.empty() ? "" : " of " + elapsed.names.front();
  switch (elapsed.since) {
    case Elapsed::Since::kDose:
      return absl::StrCat(Age(age), " since the last dose", of);
    case Elapsed::Since::kCourseStart:
      return absl::StrCat(Age(age), " since the first dose", of);
    case Elapsed::Since::kMonitoringStart:
      return absl::StrCat(Age(age), " since monitoring began");
    case Elapsed::Since::kDoseCut:
      return absl::StrCat(Age(age), " since the last cut of the dose");
    case Elapsed::Since::kQuit:
      return absl::StrCat(Age(age), " since the quit date");
  }
  return "";
}

}  // namespace

std::optional<Instant> AnchorOf(const Elapsed& elapsed, const State& state,
                                const domain::CarePlan* plan, const domain::AlertPolicy& policy,
                                Instant at) {
  switch (elapsed.since) {
    case Elapsed::Since::kDose:
      return LastDoseBefore(elapsed.names, state, policy, at);
    case Elapsed::Since::kCourseStart:
      return CourseStart(elapsed.names, state, policy, at);
    case Elapsed::Since::kMonitoringStart:
      return state.monitored_since;
    case Elapsed::Since::kDoseCut:
      return plan == nullptr ? std::nullopt : LastCut(elapsed.names, state, *plan, policy, at);
    case Elapsed::Since::kQuit:
      return plan == nullptr ? std::nullopt : plan->quit_at;
  }
  return std::nullopt;
}

Verdict Judge(const domain::UsedWithin& used, const Context& context) {
  std::vector<std::string> names = used.classes;
  names.insert(names.end(), used.products.begin(), used.products.end());
  const Instant at = context.facts.observed_at();
  const auto* dose = context.facts.CheckIn<domain::DoseEvent>();
  if (dose != nullptr && dose->outcome == domain::DoseOutcome::kTaken && !used.before &&
      IsDoseOf(names, context)) {
    return Holds(true, true, absl::StrCat(dose->product, " taken"));
  }
  const auto* lapse = context.facts.CheckIn<domain::LapseReport>();
  if (lapse != nullptr && !used.before && IsNamed(names, lapse->substance_class, context.policy)) {
    return Holds(true, true, absl::StrCat(lapse->substance_class, " use reported"));
  }
  const bool fresh = dose != nullptr && !used.before && IsDoseOf(names, context);
  const auto recent = [&](Instant taken_at) {
    const bool not_later = used.before ? taken_at < at : taken_at <= at;
    return not_later && taken_at >= at - used.within;
  };
  for (const RecentDose& taken : context.state.doses) {
    if (IsNamed(names, taken.product, context.policy) && recent(taken.taken_at)) {
      return Holds(true, fresh, absl::StrCat(taken.product, " taken before"));
    }
  }
  for (const auto& [product, course] : context.state.courses) {
    if (course.last_taken_at && IsNamed(names, product, context.policy) &&
        recent(*course.last_taken_at)) {
      return Holds(true, fresh, absl::StrCat(product, " taken before"));
    }
  }
  if (context.plan == nullptr) return Holds(false, fresh);
  for (const domain::SubstanceUse& use : context.plan->substances) {
    const bool named = std::find(names.begin(), names.end(),
                                 domain::SubstanceFamily(use.substance_class)) != names.end();
    if (named && recent(use.last_use)) {
      return Holds(true, fresh, absl::StrCat("recent ", use.substance_class, " use"));
    }
  }
  return Holds(false, fresh);
}

Verdict Judge(const Elapsed& elapsed, const Context& context) {
  const Instant at = context.facts.observed_at();
  const auto anchor = AnchorOf(elapsed, context.state, context.plan, context.policy, at);
  const bool of_doses = elapsed.since == Elapsed::Since::kDose;
  const bool fresh = of_doses && IsDoseOf(elapsed.names, context);
  if (!anchor) return Holds(false, fresh);
  const Duration age = at - *anchor;
  if (age < elapsed.at_least || age >= elapsed.less_than) return Holds(false, fresh);
  Verdict verdict = Holds(true, fresh, Words(elapsed, age));
  verdict.anchor = *anchor;
  verdict.since = *anchor + elapsed.at_least;
  return verdict;
}

Verdict Judge(const domain::DoseCount& count, const Context& context) {
  const Instant at = context.facts.observed_at();
  int doses = 0;
  double milligrams = 0;
  std::string product;
  for (const RecentDose& dose : context.state.doses) {
    const Duration age = at - dose.taken_at;
    if (age < count.from || age > count.within) continue;
    if (!IsNamed(count.names, dose.product, context.policy)) continue;
    ++doses;
    milligrams += dose.milligrams;
    product = dose.product;
  }
  const bool fresh = IsDoseOf(count.names, context);
  if (count.at_least > 0) {
    return Holds(doses >= count.at_least, fresh, absl::StrCat(doses, " doses of ", product));
  }
  const std::string words =
      absl::StrCat(product, " ", milligrams, " mg in ", absl::ToInt64Hours(count.within), " h");
  return Holds(milligrams > count.milligrams_more_than + 1e-9, fresh, words);
}

Verdict Judge(const domain::Planned& planned, const Context& context) {
  if (context.plan == nullptr) return Holds(false);
  for (const MedicationOrder& order : context.plan->medications) {
    const auto& purposes = planned.purposes;
    if (!IsNamed(planned.names, ProductOf(order.product, context.policy), context.policy) ||
        !Runs(order, context.facts.observed_at())) {
      continue;
    }
    if (planned.continued && !IsContinued(order, context.state, context.policy.doses)) continue;
    if (!purposes.empty() &&
        std::find(purposes.begin(), purposes.end(), order.purpose) == purposes.end()) {
      continue;
    }
    if (planned.clinician_present_at_start.value_or(order.clinician_present_at_start) !=
        order.clinician_present_at_start) {
      continue;
    }
    return Holds(true);
  }
  return Holds(false);
}

Verdict Judge(const domain::MissedDoses& missed, const Context& context) {
  const bool fresh = IsDoseOf(missed.names, context);
  const auto row = FindMissed(missed, context.state, context.policy, context.facts.observed_at());
  if (!row) return Holds(false, fresh);
  const char* what = missed.days ? " planned days without a dose" : " planned doses not reported";
  Verdict verdict =
      Holds(true, fresh,
            absl::StrCat(row->product, ": ", row->count, what, ", since ",
                         absl::FormatTime(absl::RFC3339_sec, row->first, absl::UTCTimeZone())));
  verdict.anchor = row->first;
  verdict.since = row->since;
  return verdict;
}

Verdict Judge(const domain::Untriggered& untriggered, const Context& context) {
  const auto* dose = context.facts.CheckIn<domain::DoseEvent>();
  if (dose == nullptr || context.plan == nullptr || dose->outcome != domain::DoseOutcome::kTaken) {
    return {};
  }
  const std::string product = ProductOf(dose->product, context.policy);
  const Instant at = context.facts.observed_at();
  for (const MedicationOrder& order : context.plan->medications) {
    if (!order.trigger || ProductOf(order.product, context.policy) != product || !Runs(order, at)) {
      continue;
    }
    const std::string code = FactCode(domain::Measure::kTotal, order.trigger->instrument);
    const auto series = context.state.series.find(code);
    bool allowed = false;
    if (series != context.state.series.end()) {
      for (const Series::Point& point : series->second.points) {
        allowed |= point.observed_at <= at && point.observed_at >= at - untriggered.within &&
                   point.value >= order.trigger->total_at_least;
      }
    }
    return Holds(!allowed, true,
                 absl::StrCat(product, " taken without ", order.trigger->instrument, " of ",
                              order.trigger->total_at_least, " or more in the ",
                              Age(untriggered.within), " before"));
  }
  return {};
}

}  // namespace withdrawal::alerting
