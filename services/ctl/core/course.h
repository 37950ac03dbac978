// How withdrawal runs, by substance class (reference B), as a level over time. Pure.
#pragma once

#include <string>
#include <vector>

#include "libs/domain/care_plan.h"

namespace withdrawal::ctl {

struct Course {
  std::string name;
  domain::Programme programme = domain::Programme::kAlcohol;
  std::string substance_class;
  // Hours since last use, reference B: signs begin, are at their height from..to, are over.
  double onset = 0;
  double height_from = 0;
  double height_to = 0;
  double over = 0;
  double height = 1;                 // level at the height: 1 = as bad as the scales go
  std::string self_instrument;       // empty = vital signs only
  std::string clinician_instrument;  // once a day; empty = none
  double self_every_hours = 4;
  double last_use_hours_from = 2;  // before the simulation begins
  double last_use_hours_to = 6;
  bool precipitated = false;  // buprenorphine too early, 8 h into the simulation
};

// One of each, in a fixed order.
const std::vector<Course>& Courses();

// 0 to `height`: 0 before onset and when over, straight lines between.
double LevelAt(const Course& course, double hours_since_last_use);

}  // namespace withdrawal::ctl
