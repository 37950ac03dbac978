// What one check-in says, as the numbers that observed conditions look at.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/rule.h"
#include "libs/domain/score.h"

namespace withdrawal::alerting {

struct Fact {
  double value = 0;
  // A total or item sum of an incomplete form: the true value is this or more, so it never clears.
  bool lower_bound = false;
  // Clearing looks at this one: with NEWS2 it includes parameters last known from earlier.
  double clearing_value = 0;
  std::string text;  // evidence for people: "SpO2 88 %"
};

class Facts {
 public:
  explicit Facts(const domain::ScoredCheckIn& scored);

  // Null when the check-in does not say.
  const Fact* Find(const domain::Observed& observed) const;
  const domain::Score* FindScore(std::string_view instrument) const;
  domain::Instant observed_at() const { return scored_.check_in.observed_at; }
  // Only the day of the observation is known: it has no place in a window of hours.
  bool to_the_day() const { return scored_.check_in.precision == domain::Precision::kDay; }
  const domain::ScoredCheckIn& scored() const { return scored_; }

 private:
  void AddVitals(const domain::VitalSigns& vitals);
  void AddScore(const domain::Score& score);
  void AddTotal(const domain::Score& score);
  void AddParts(const domain::Score& score);
  void AddSetAside();
  void AddCraving(const domain::Craving& craving);
  void Add(std::string code, double value, std::string text);

  const domain::ScoredCheckIn& scored_;
  std::map<std::string, Fact> facts_;
};

// Names one number: "vital/spo2", "item/CIWA-Ar/tremor".
std::string FactCode(const domain::Observed& observed);

}  // namespace withdrawal::alerting
