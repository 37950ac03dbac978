#include "libs/catalogue/override_bounds.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace withdrawal::catalogue {
namespace {

constexpr double kRounding = 1e-9;

bool Holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string RefusalOfPriority(const ValueChange& change, const OverrideBounds& bounds) {
  static const std::vector<std::string> order = {"routine", "urgent", "emergency"};
  const auto from = std::find(order.begin(), order.end(), change.base);
  const auto to = std::find(order.begin(), order.end(), change.to);
  if (to == order.end()) return "must be routine, urgent or emergency";
  if (change.base == "emergency") return "an emergency stays one";
  if (std::abs(to - from) > bounds.priority_steps) return "too many steps from " + change.base;
  return "";
}

std::string RefusalOfDuration(absl::Duration base, const ValueChange& change,
                              const OverrideBounds& bounds) {
  absl::Duration to;
  if (!absl::ParseDuration(change.to, &to)) return "must be a duration such as 15m or 24h";
  const absl::Duration shortest = base * bounds.shortest;
  const absl::Duration longest = base * bounds.longest;
  if (to >= shortest && to <= longest) return "";
  return absl::StrCat("outside the bounds ", absl::FormatDuration(shortest), " to ",
                      absl::FormatDuration(longest));
}

std::string RefusalOfNumber(double base, const ValueChange& change, const OverrideBounds& bounds) {
  double to = 0;
  if (!absl::SimpleAtod(change.to, &to)) return "must be a number";
  for (const OverrideBounds::Number& bound : bounds.numbers) {
    const bool concerns = bound.in == change.in && Holds(bound.keys, change.key) &&
                          (bound.code.empty() || bound.code == change.code);
    if (!concerns) continue;
    if (std::abs(to - base) <= bound.by + kRounding) return "";
    return absl::StrCat("outside the bounds ", base - bound.by, " to ", base + bound.by);
  }
  return "cannot be overridden";
}

}  // namespace

OverrideBounds ReadOverrideBounds(Reader& root) {
  OverrideBounds bounds;
  root.Text("source");
  root.MarkOf("mark");
  for (Reader& entry : root.List("numbers")) {
    bounds.numbers.push_back(
        {entry.Text("in"), entry.OptionalText("code"), entry.Texts("keys"), entry.Number("by")});
    if (bounds.numbers.back().by <= 0) entry.Problem("by", "must be positive");
    entry.Done();
  }
  Reader durations = root.Map("durations");
  bounds.shortest = durations.Number("shortest");
  bounds.longest = durations.Number("longest");
  if (bounds.shortest > 1 || bounds.longest < 1) durations.Problem("", "must allow no change");
  durations.Done();
  Reader priority = root.Map("priority");
  bounds.priority_steps = priority.Int("steps");
  priority.Done();
  bounds.texts = root.Texts("texts");
  root.Done();
  return bounds;
}

std::string RefusalOf(const ValueChange& change, const OverrideBounds& bounds) {
  if (change.to.empty()) return "must not be empty";
  if (change.key == "priority") return RefusalOfPriority(change, bounds);
  if (Holds(bounds.texts, change.key)) return "";
  double number = 0;
  if (absl::SimpleAtod(change.base, &number)) return RefusalOfNumber(number, change, bounds);
  absl::Duration duration;
  if (absl::ParseDuration(change.base, &duration)) {
    return RefusalOfDuration(duration, change, bounds);
  }
  return "cannot be overridden";
}

}  // namespace withdrawal::catalogue
