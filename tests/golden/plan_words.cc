#include "tests/golden/plan_words.h"

#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace withdrawal::golden {
namespace {

using domain::MedicationPurpose;
using domain::Programme;

absl::Status Unread(absl::string_view word) {
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", word));
}

const std::map<std::string, Programme>& Programmes() {
  static const std::map<std::string, Programme> programmes = {
      {"alcohol", Programme::kAlcohol},     {"opioid", Programme::kOpioid},
      {"stimulant", Programme::kStimulant}, {"benzodiazepine", Programme::kBenzodiazepine},
      {"cannabis", Programme::kCannabis},   {"nicotine", Programme::kNicotine}};
  return programmes;
}

const std::map<std::string, MedicationPurpose>& Purposes() {
  static const std::map<std::string, MedicationPurpose> purposes = {
      {"induction", MedicationPurpose::kInduction},
      {"low-dose-induction", MedicationPurpose::kLowDoseInduction},
      {"maintenance", MedicationPurpose::kMaintenance},
      {"fixed-schedule", MedicationPurpose::kFixedSchedule},
      {"taper", MedicationPurpose::kTaper},
      {"relapse-prevention", MedicationPurpose::kRelapsePrevention},
      {"adjunct", MedicationPurpose::kAdjunct}};
  return purposes;
}

// "12h", "5d"; days are 24 hours.
bool ParseLength(const std::string& text, absl::Duration& length) {
  double number = 0;
  if (text.size() < 2 || !absl::SimpleAtod(text.substr(0, text.size() - 1), &number)) return false;
  length = number * absl::Hours(text.back() == 'd' ? 24 : 1);
  return text.back() == 'd' || text.back() == 'h';
}

bool ParseStep(std::string text, domain::DoseStep& step) {
  step.from = kPlanBegins;
  if (text.starts_with("+")) {
    const std::vector<std::string> parts = absl::StrSplit(text, '=');
    absl::Duration later;
    if (parts.size() != 2 || !ParseLength(parts[0].substr(1), later)) return false;
    step.from += later;
    text = parts[1];
  }
  const std::vector<std::string> parts = absl::StrSplit(text, '@');
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &step.milligrams)) return false;
  if (parts[1].starts_with("every")) {
    absl::Duration every;
    if (!ParseLength(parts[1].substr(5), every)) return false;
    step.every = every;
    return true;
  }
  for (const auto& time : absl::StrSplit(parts[1], ',')) {
    const std::vector<std::string> clock = absl::StrSplit(time, ':');
    domain::LocalTime at;
    if (clock.size() != 2 || !absl::SimpleAtoi(clock[0], &at.hour) ||
        !absl::SimpleAtoi(clock[1], &at.minute)) {
      return false;
    }
    step.daily_at.push_back(at);
  }
  return true;
}

bool ParseOption(const std::string& word, domain::MedicationOrder& order) {
  const std::vector<std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
  absl::Duration length;
  double number = 0;
  if (pair[0] == "present") {
    order.clinician_present_at_start = true;
  } else if (pair[0] == "ends" && ParseLength(pair[1], length)) {
    order.ends_at = kPlanBegins + length;
  } else if (pair[0] == "days" && absl::SimpleAtod(pair[1], &number)) {
    order.days_dispensed = number;
  } else if (pair[0] == "scheme") {
    order.taper_scheme = pair[1];
  } else if (pair[0] == "route") {
    order.route = pair[1];
  } else {
    return false;
  }
  return true;
}

bool ParseOrder(const std::string& text, domain::CarePlan& plan) {
  domain::MedicationOrder order;
  const std::vector<std::string> options = absl::StrSplit(text, ';');
  const std::vector<std::string> parts = absl::StrSplit(options[0], absl::MaxSplits(':', 2));
  if (parts.size() != 3 || !Purposes().contains(parts[1])) return false;
  order.order_id = absl::StrCat("order-", plan.medications.size());
  order.product = parts[0];
  order.purpose = Purposes().at(parts[1]);
  for (const auto& step : absl::StrSplit(parts[2], '/')) {
    if (!ParseStep(std::string(step), order.steps.emplace_back())) return false;
  }
  for (size_t i = 1; i < options.size(); ++i) {
    if (!ParseOption(options[i], order)) return false;
  }
  plan.medications.push_back(order);
  return true;
}

bool ParseAnswer(const std::string& id, const std::string& text,
                 const domain::assessment::Inputs& inputs, domain::assessment::Assessment& intake) {
  const auto input = inputs.find(id);
  if (input == inputs.end()) return false;
  double number = 0;
  if (input->second.type == domain::assessment::InputType::kYesNo) {
    intake.values[id] = text == "yes";
  } else if (input->second.type == domain::assessment::InputType::kChoice) {
    intake.values[id] = text;
  } else if (absl::SimpleAtod(text, &number)) {
    intake.values[id] = number;
  }
  return intake.values.contains(id) &&
         !domain::assessment::CheckValue(input->second, intake.values.at(id));
}

// The two parts of "a:1" or "a@1".
bool Split(const std::string& text, char by, std::string& left, std::string& right) {
  const std::vector<std::string> parts = absl::StrSplit(text, by);
  if (parts.size() != 2) return false;
  left = parts[0];
  right = parts[1];
  return true;
}

bool ParseWord(const std::string& key, const std::string& value,
               const domain::assessment::Inputs& inputs, PlanInWords& parsed) {
  domain::CarePlan& plan = parsed.plan;
  std::string left, right;
  absl::Duration before;
  double number = 0;
  if (key == "order") return ParseOrder(value, plan);
  if (key == "session") {
    plan.sessions.push_back({value, 1, 60, std::nullopt});
    return true;
  }
  if (key == "age" && absl::SimpleAtod(value, &number)) {
    plan.age_years = static_cast<int>(number);
    return true;
  }
  if (key == "used" && Split(value, '@', left, right) && ParseLength(right, before)) {
    plan.substances.push_back({left, kPlanBegins - before});
    return true;
  }
  if (key == "threshold" && Split(value, ':', left, right) && absl::SimpleAtod(right, &number)) {
    plan.thresholds[left] = number;
    return true;
  }
  if (key == "vital" && Split(value, ':', left, right) && absl::SimpleAtod(right, &number) &&
      domain::VitalFromCode(left)) {
    plan.baseline_vitals[*domain::VitalFromCode(left)] = number;
    return true;
  }
  return ParseAnswer(key, value, inputs, parsed.intake);
}

}  // namespace

absl::StatusOr<PlanInWords> ParsePlan(const std::string& programmes, const std::string& words,
                                      const domain::assessment::Inputs& inputs) {
  PlanInWords parsed;
  parsed.plan.patient_id = "p1";
  parsed.plan.time_zone = "Europe/London";
  parsed.plan.monitoring_started_at = kPlanBegins;
  for (const auto& name : absl::StrSplit(programmes, ',')) {
    const auto found = Programmes().find(std::string(absl::StripAsciiWhitespace(name)));
    if (found == Programmes().end()) return Unread(name);
    parsed.plan.programmes.push_back(found->second);
  }
  parsed.intake.programmes = parsed.plan.programmes;
  for (const auto& word : absl::StrSplit(words, ' ', absl::SkipEmpty())) {
    const std::vector<std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (pair.size() != 2 || !ParseWord(pair[0], pair[1], inputs, parsed)) return Unread(word);
  }
  return parsed;
}

}  // namespace withdrawal::golden
