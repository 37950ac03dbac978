#include "libs/domain/check_in.h"

namespace withdrawal::domain {
namespace {

constexpr std::array<std::string_view, kVitalCount> kCodes = {
    "pulse",     "respiratory_rate", "spo2",   "systolic",
    "diastolic", "temperature",      "weight", "breath_alcohol"};

}  // namespace

std::string_view VitalCode(Vital vital) { return kCodes[static_cast<size_t>(vital)]; }

std::optional<Vital> VitalFromCode(std::string_view code) {
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (kCodes[i] == code) return static_cast<Vital>(i);
  }
  return std::nullopt;
}

}  // namespace withdrawal::domain
