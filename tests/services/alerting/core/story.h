// Alert stories: what happens to one person, hour by hour, in a text a clinician can read, and what
// alerting is to do about it. The grammar is in tests/golden/alert_stories/README.txt.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/catalogue/catalogue.h"
#include "services/alerting/core/step.h"

namespace withdrawal::alerting {

// The catalogue of the repository, loaded once. Ends the test run when it does not load.
const catalogue::Catalogue& TestCatalogue();
const domain::AlertPolicy& TestPolicy();

class Person {
 public:
  // `rater` makes the check-ins that do not say by=...
  explicit Person(Instant start, domain::Rater rater = domain::Rater::kPatient);

  // Runs the timers up to `at`, then one input line without its time: "score CIWA-Ar 22".
  // The events of both, in order. Ends the test run on a line it cannot read.
  std::vector<domain::AlertEvent> Do(Instant at, const std::string& line);
  std::vector<domain::AlertEvent> Feed(const Input& input, Instant at);

  const State& state() const { return state_; }
  Instant now() const { return now_; }
  // A check-in as a line says it, with a fresh id: "vitals rr=8", "symptom seizure", "score SAWS
  // 12".
  domain::ScoredCheckIn CheckIn(const std::string& line, Instant received_at);

 private:
  std::vector<domain::AlertEvent> RunTimers(Instant until, bool caught_up);
  domain::CarePlan ReadPlan(const std::vector<std::string>& words) const;
  domain::AlertCommand ReadCommand(const std::vector<std::string>& words);
  void AddScore(domain::ScoredCheckIn& scored, domain::Score score);

  Instant now_;
  const domain::Rater rater_;
  State state_;
  int next_id_ = 0;
  std::map<std::string, std::string> alert_ids_;                   // newest by rule
  std::map<std::string, std::vector<domain::PriorTotal>> totals_;  // newest first, by instrument
};

// "08:05 escalated SC-01a to secondary"; the time counts from `start`.
std::string Describe(const domain::AlertEvent& event, Instant start);

}  // namespace withdrawal::alerting
