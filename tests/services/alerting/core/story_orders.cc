#include "tests/services/alerting/core/story_orders.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace withdrawal::alerting {
namespace {

// "15@08:00,20:00~-48h": 15 mg at these local times from 48 h ago on; "380@every28d~0h".
domain::DoseStep ReadStep(const std::string& text, Instant now) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar("@~"));
  if (parts.size() < 2) Bad("dose step " + text);
  domain::DoseStep step;
  step.milligrams = ReadNumber(parts[0]);
  step.from = now + (parts.size() > 2 ? ReadDuration(parts[2]) : absl::ZeroDuration());
  if (absl::StartsWith(parts[1], "every")) {
    step.every = ReadDuration(parts[1].substr(5));
  } else {
    step.daily_at = ReadTimes(parts[1]);
  }
  return step;
}

domain::MedicationPurpose ReadPurpose(const std::string& name) {
  static const std::vector<std::string> names = {
      "induction", "low-dose-induction", "maintenance", "triggered", "fixed", "taper", "relapse",
      "adjunct"};
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<domain::MedicationPurpose>(i);
  }
  Bad("purpose " + name);
}

}  // namespace

void Bad(const std::string& what) {
  std::fprintf(stderr, "story: cannot read %s\n", what.c_str());
  std::abort();
}

Duration ReadDuration(const std::string& text) {
  Duration duration;
  if (!absl::ParseDuration(text, &duration)) Bad("duration " + text);
  return duration;
}

double ReadNumber(const std::string& text) {
  double value = 0;
  if (!absl::SimpleAtod(text, &value)) Bad("number " + text);
  return value;
}

std::pair<std::string, std::string> KeyValue(const std::string& word) {
  return absl::StrSplit(word, absl::MaxSplits('=', 1));
}

std::vector<domain::LocalTime> ReadTimes(const std::string& text) {
  std::vector<domain::LocalTime> times;
  for (const auto& time : absl::StrSplit(text, ',')) {
    domain::LocalTime local;
    if (std::sscanf(std::string(time).c_str(), "%d:%d", &local.hour, &local.minute) != 2) {
      Bad("time " + text);
    }
    times.push_back(local);
  }
  return times;
}

domain::MedicationOrder ReadOrder(const std::string& text, Instant now) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() < 2) Bad("order " + text);
  domain::MedicationOrder order;
  order.order_id = order.product = parts[0];
  order.purpose = ReadPurpose(parts[1]);
  const std::string rest = absl::StrJoin(parts.begin() + 2, parts.end(), ":");
  std::vector<std::string> limits = absl::StrSplit(rest, '^');
  if (order.purpose == domain::MedicationPurpose::kSymptomTriggered) {
    const std::vector<std::string> words = absl::StrSplit(limits[0], '@');
    const std::vector<std::string> when = absl::StrSplit(words.at(1), ">=");
    order.trigger = {when.at(0), static_cast<int>(ReadNumber(when.at(1))), ReadNumber(words.at(0)),
                     ReadDuration(words.at(2))};
  } else if (!limits[0].empty()) {
    for (const auto& step : absl::StrSplit(limits[0], '/')) {
      order.steps.push_back(ReadStep(std::string(step), now));
    }
  }
  for (size_t i = 1; i < limits.size(); ++i) {
    const auto [key, value] = KeyValue(limits[i]);
    if (key == "max") order.dose_milligrams_max = ReadNumber(value);
    if (key == "daymax") order.daily_milligrams_max = ReadNumber(value);
    if (key == "ends") order.ends_at = now + ReadDuration(value);
    if (key == "clinician") order.clinician_present_at_start = value == "yes";
  }
  return order;
}

}  // namespace withdrawal::alerting
