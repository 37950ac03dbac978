// How far an override may move a value (data/override-bounds.yaml).
#pragma once

#include <string>
#include <vector>

#include "libs/catalogue/reader.h"

namespace withdrawal::catalogue {

struct OverrideBounds {
  struct Number {
    std::string in;    // kind of condition, list or file the number stands in
    std::string code;  // vital sign; empty = any
    std::vector<std::string> keys;
    double by = 0;
  };
  std::vector<Number> numbers;
  double shortest = 1;  // factors for durations
  double longest = 1;
  int priority_steps = 0;
  std::vector<std::string> texts;
};

// One value of the catalogue that shall be another.
struct ValueChange {
  std::string in;    // as OverrideBounds::Number
  std::string code;  // of a vital sign
  std::string key;
  std::string base;  // of the catalogue itself
  std::string to;
};

OverrideBounds ReadOverrideBounds(Reader& root);

// Why the change is not allowed; empty when it is.
std::string RefusalOf(const ValueChange& change, const OverrideBounds& bounds);

}  // namespace withdrawal::catalogue
