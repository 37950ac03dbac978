// Whether a care plan can be monitored: every id known, every time and bound plausible. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "libs/domain/field_error.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::clinician {

// What the catalogue says about the ids a plan may name.
struct PlanBounds {
  std::map<std::string, int> total_max;                          // by instrument, NEWS2 included
  std::map<std::string, std::pair<double, double>> vital_range;  // by vital code, inclusive
  std::vector<std::string> check_ins;  // what an entry may be satisfied by
  // By product: the most milligrams plausible in one dose, where there is such a number.
  std::map<std::string, std::optional<double>> products = {};
  std::set<std::string> taper_schemes = {};
  std::map<std::string, std::set<std::string>> schemes = {};  // band schemes by instrument
  // By rule: the edges a plan may give it, inclusive.
  std::map<std::string, std::pair<double, double>> adjustable = {};

  static PlanBounds Of(const catalogue::Catalogue& catalogue);
};

// Every error found, with paths from the plan ("schedule.entries[0].every"). Nothing is changed.
std::vector<domain::FieldError> CheckCarePlan(const events::v1::CarePlan& plan,
                                              const PlanBounds& bounds, absl::Time now);

}  // namespace withdrawal::clinician
