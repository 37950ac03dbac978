// How many alerts a catalogue makes of the course of many people, and what dedupe, hysteresis and
// suppression spare the clinicians. Everything runs in simulated time (offline.h). Pure.
//
// Clinicians are made up: whoever is called acknowledges 10 min later and resolves 2 h after that;
// what is only on the worklist is resolved 8 h after it was raised. Without them one alert would
// stay open for ever and swallow all that follow.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"
#include "services/ctl/core/trial.h"
#include "services/ctl/trial_messages.h"

namespace withdrawal::ctl {

struct RuleCounts {
  int64_t raised = 0;
  int64_t repeated = 0;    // what dedupe kept in one alert
  int64_t suppressed = 0;  // true, but not raised
  int64_t paged = 0;       // alerts that called a clinician at least once
  int64_t closed_by_rule = 0;
};

struct Evaluation {
  int64_t patients = 0;
  int64_t patient_days = 0;
  int64_t ratings = 0;
  int64_t doses = 0;
  int64_t days_without_dose = 0;
  std::map<std::string, RuleCounts> rules;
  std::map<std::string, int64_t> raised_by_priority;  // "ROUTINE", as raised
  std::map<std::string, int64_t> suppressed_by_reason;
  int64_t paged = 0;
  // A day is stable when the last band is none or mild and not older than 14 days, and a dose was
  // taken on it and on the two days before.
  int64_t stable_days = 0;
  std::map<int, int64_t> stable_days_by_paged;  // how many of them have so many paged alerts

  int64_t raised() const;
  int64_t repeated() const;
  double Per100Days(int64_t count) const;
  // Of stable days, those with more than one paged alert; 0 to 1.
  double BusyStableShare() const;
};

// Errors: a record that scoring or alerting would set aside.
absl::StatusOr<Evaluation> Evaluate(const catalogue::Catalogue& catalogue,
                                    const std::vector<TrialPerson>& persons,
                                    const TrialWords& words);

// The same catalogue without margins, and with one reading enough to clear: what is raised with it
// and not with the catalogue itself, hysteresis removed.
catalogue::Files WithoutHysteresis(const catalogue::Files& files);

// Rules that look at planned doses nobody took or reported.
std::set<std::string> MissedDoseRules(const catalogue::Files& files);

std::string EvaluationText(const Evaluation& evaluation, const Evaluation& without_hysteresis,
                           const std::set<std::string>& missed_dose_rules);

}  // namespace withdrawal::ctl
