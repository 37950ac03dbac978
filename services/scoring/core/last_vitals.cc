#include "services/scoring/core/last_vitals.h"

#include <set>
#include <string_view>

namespace withdrawal::scoring {
namespace {

using domain::CheckIn;
using domain::News2Input;
using domain::News2Parameter;
using domain::Spo2Scale;
using domain::VitalSigns;

constexpr std::string_view kFieldPrefix = "vital_signs.";

std::set<News2Parameter> SetAside(const CheckIn& check_in) {
  std::set<News2Parameter> parameters;
  for (const domain::SetAsideReading& reading : check_in.set_aside) {
    std::string_view field = reading.field;
    if (!field.starts_with(kFieldPrefix)) continue;
    field.remove_prefix(kFieldPrefix.size());
    if (const auto parameter = domain::News2FromCode(field)) parameters.insert(*parameter);
  }
  return parameters;
}

Spo2Scale ScaleOf(const PatientState& state, domain::Instant at) {
  const PlanVersion* plan = PlanInForce(state, at);
  return plan == nullptr ? Spo2Scale::kScale1 : plan->spo2_scale;
}

void Remember(PatientState& state, News2Parameter parameter, const LastVital& reading) {
  const auto [known, added] = state.last_vitals.try_emplace(parameter, reading);
  if (added || known->second.observed_at > reading.observed_at) return;
  // Of two readings of one instant a good one outweighs one set aside.
  const bool same_instant = known->second.observed_at == reading.observed_at;
  if (same_instant && reading.set_aside && !known->second.set_aside) return;
  known->second = reading;
}

}  // namespace

News2Input CompleteFromLastKnown(const PatientState& state, const CheckIn& check_in,
                                 const VitalSigns& vitals, const domain::News2& news2) {
  News2Input input = ToNews2Input(vitals, ScaleOf(state, check_in.observed_at));
  if (check_in.precision == domain::Precision::kDay) return input;
  const std::set<News2Parameter> set_aside = SetAside(check_in);
  for (const auto& [parameter, last] : state.last_vitals) {
    if (input.Get(parameter) || last.set_aside || set_aside.contains(parameter)) continue;
    const domain::Duration age = check_in.observed_at - last.observed_at;
    if (age < absl::ZeroDuration()) continue;
    if (age > news2.last_known_for[static_cast<size_t>(parameter)]) continue;
    input.Set(parameter, last.value, age);
  }
  return input;
}

void RememberVitals(PatientState& state, const CheckIn& check_in, const VitalSigns& vitals) {
  if (check_in.precision == domain::Precision::kDay) return;
  const News2Input own = ToNews2Input(vitals, Spo2Scale::kScale1);
  for (int i = 0; i < domain::kNews2ParameterCount; ++i) {
    const auto parameter = static_cast<News2Parameter>(i);
    if (const auto& reading = own.Get(parameter)) {
      Remember(state, parameter, {reading->value, check_in.observed_at, false});
    }
  }
  for (const News2Parameter parameter : SetAside(check_in)) {
    Remember(state, parameter, {0, check_in.observed_at, true});
  }
}

bool ConcernsNews2(const CheckIn& check_in, const VitalSigns& vitals) {
  if (!SetAside(check_in).empty()) return true;
  const News2Input own = ToNews2Input(vitals, Spo2Scale::kScale1);
  for (const auto& reading : own.readings) {
    if (reading) return true;
  }
  return false;
}

}  // namespace withdrawal::scoring
