#include <map>
#include <utility>

#include "libs/catalogue/condition_parts.h"

namespace withdrawal::catalogue {

domain::Condition ReadEngagement(Reader& reader) {
  static const std::map<std::string, std::pair<double, double>> ranges = {
      {"lapse", {0, 1}},
      {"use_days_in_7", {0, 7}},
      {"earlier_pattern", {0, 1}},
      {"missed_sessions_in_a_row", {0, 96}},
      {"weeks_below_hours", {0, 520}},
      {"support_fall_categories", {-4, 4}}};
  domain::Observed observed;
  observed.measure = domain::Measure::kEngagement;
  observed.subject = reader.Text("code");
  const auto range = ranges.find(observed.subject);
  if (range == ranges.end()) {
    reader.Problem("code", "unknown number " + observed.subject);
    return {observed};
  }
  ReadBounds(reader, range->second.first, range->second.second, false, observed);
  return {observed};
}

}  // namespace withdrawal::catalogue
