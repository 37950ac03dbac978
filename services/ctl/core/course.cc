#include "services/ctl/core/course.h"

#include <algorithm>

namespace withdrawal::ctl {

const std::vector<Course>& Courses() {
  using domain::Programme;
  static const auto* const kCourses = new std::vector<Course>{
      {"alcohol-mild", Programme::kAlcohol, "alcohol", 6, 24, 48, 120, 0.2, "SAWS", "CIWA-Ar"},
      {"opioid-short", Programme::kOpioid, "opioid-short-acting", 8, 24, 48, 120, 0.6, "SOWS16",
       "COWS", 8},
      {"alcohol-severe", Programme::kAlcohol, "alcohol", 6, 24, 72, 168, 0.65, "SAWS", "CIWA-Ar"},
      {"precipitated", Programme::kOpioid, "opioid-short-acting", 8, 24, 48, 120, 0.25, "SOWS16",
       "COWS", 8, 8, 10, true},
      {"alcohol-moderate", Programme::kAlcohol, "alcohol", 6, 24, 60, 144, 0.4, "SAWS", "CIWA-Ar"},
      {"opioid-long", Programme::kOpioid, "opioid-long-acting", 30, 72, 96, 240, 0.5, "ShOWS10",
       "COWS", 8, 20, 30},
      {"benzodiazepine-short", Programme::kBenzodiazepine, "benzodiazepine-short", 24, 48, 96, 336,
       0.45, "", "", 8, 20, 30},
  };
  return *kCourses;
}

double LevelAt(const Course& course, double hours) {
  if (hours <= course.onset || hours >= course.over) return 0;
  const double rising = (hours - course.onset) / (course.height_from - course.onset);
  const double falling = (course.over - hours) / (course.over - course.height_to);
  return course.height * std::min({1.0, rising, falling});
}

}  // namespace withdrawal::ctl
