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
  std::string text;        // evidence for people: "SpO2 88 %"
  std::string about = {};  // the product that it says this of, and of no other
};

class Facts {
 public:
  // `scored` outlives the facts.
  explicit Facts(const domain::ScoredCheckIn& scored);
  // No check-in: only time has passed.
  explicit Facts(domain::Instant now) : now_(now) {}

  // Null when the check-in does not say.
  const Fact* Find(const domain::Observed& observed) const;
  const Fact* FindCode(const std::string& code) const;
  const domain::Score* FindScore(std::string_view instrument) const;
  domain::Instant observed_at() const { return scored_ ? scored_->check_in.observed_at : now_; }
  // REQUIRES: there is a check-in.
  const domain::ScoredCheckIn& scored() const { return *scored_; }
  // Only the day of the observation is known: it has no place in a window of hours.
  bool to_the_day() const {
    return scored_ != nullptr && scored_->check_in.precision == domain::Precision::kDay;
  }
  // Null for another kind, and without a check-in.
  template <typename Kind>
  const Kind* CheckIn() const {
    return scored_ ? std::get_if<Kind>(&scored_->check_in.kind) : nullptr;
  }
  // Whether earlier and later readings may be compared with this one: not a pulse of exertion, and
  // nothing of which only the day is known.
  bool comparable(std::string_view code) const;

  void Add(std::string code, double value, std::string text, std::string about = "");

 private:
  void AddVitals(const domain::VitalSigns& vitals);
  void AddScore(const domain::Score& score);
  void AddTotal(const domain::Score& score);
  void AddParts(const domain::Score& score);
  void AddSetAside();
  void AddCraving(const domain::Craving& craving);
  void AddIntent(bool intends);

  const domain::ScoredCheckIn* scored_ = nullptr;
  domain::Instant now_;
  std::map<std::string, Fact> facts_;
};

// Names one number: "vital/spo2", "item/CIWA-Ar/tremor".
std::string FactCode(const domain::Observed& observed);
// The same, and the band scheme if only that counts: "total/CIWA-Ar:asam2020".
std::string MemoryCode(const domain::Observed& observed);
std::string FactCode(domain::Measure measure, std::string_view subject = "",
                     std::string_view item = "");

}  // namespace withdrawal::alerting
