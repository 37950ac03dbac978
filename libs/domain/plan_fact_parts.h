// Parts of the derivation of plan facts. Used by plan_facts*.cc only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/plan_facts.h"
#include "libs/domain/planned_doses.h"

namespace withdrawal::domain {

inline constexpr Duration kDosingDay = absl::Hours(23);

// A daily dose from a moment on.
struct DailyDose {
  Instant from;
  double milligrams = 0;
};

// To a millionth: 10 % of 18 is no more than 10 %.
double Rounded(double number);

class FactBuilder {
 public:
  FactBuilder(const PlanReviewPolicy& policy, const CarePlan& plan)
      : policy_(policy), plan_(plan) {}

  const PlanReviewPolicy& policy() const { return policy_; }
  const CarePlan& plan() const { return plan_; }

  void Set(const std::string& id, bool yes) { facts_.values[id] = yes; }
  void Set(const std::string& id, double number) { facts_.values[id] = Rounded(number); }
  void SetText(const std::string& id, const std::string& choice) { facts_.values[id] = choice; }
  // Keeps the higher, or the lower, of what several orders say.
  void Raise(const std::string& id, double number);
  void Lower(const std::string& id, double number);

  std::string ClassOf(const MedicationOrder& order) const;
  std::vector<const MedicationOrder*> Of(const std::string& product) const;
  std::vector<const MedicationOrder*> OfClass(const std::string& medication_class) const;
  bool Uses(const std::vector<std::string>& substance_classes) const;
  std::optional<Instant> FirstDoseAt(const MedicationOrder& order) const;
  double FirstDose(const MedicationOrder& order) const;
  double FirstDay(const MedicationOrder& order) const;
  std::vector<DailyDose> DailyDoses(const std::vector<const MedicationOrder*>& orders) const;

  assessment::Assessment Take() { return std::move(facts_); }

 private:
  const PlanReviewPolicy& policy_;
  const CarePlan& plan_;
  assessment::Assessment facts_;
};

// The largest change of the daily dose by steps that begin less than `window` apart: milligrams up
// (sign 1) or percent of the dose before them down (sign -1). Zero without such steps.
double LargestRise(const std::vector<DailyDose>& doses, Duration window);
double LargestCutPercent(const std::vector<DailyDose>& doses, Duration window);

void AddOpioidFacts(FactBuilder& facts);    // plan_facts_opioid.cc
void AddSedativeFacts(FactBuilder& facts);  // plan_facts_sedative.cc
void AddOtherFacts(FactBuilder& facts);     // plan_facts_other.cc

}  // namespace withdrawal::domain
