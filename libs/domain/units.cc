#include "libs/domain/units.h"

#include <array>

namespace withdrawal::domain {
namespace {

// canonical = (value + offset) * factor. The first unit of a kind is the canonical one.
struct Unit {
  std::string_view kind;
  std::string_view written;
  double factor = 1;
  double offset = 0;
};

constexpr std::array kUnits = {
    // Rates. UCUM allows annotations in braces; "bpm" and "1/min" are common written forms.
    Unit{"rate", "/min"},
    Unit{"rate", "1/min"},
    Unit{"rate", "{beats}/min"},
    Unit{"rate", "{breaths}/min"},
    Unit{"rate", "bpm"},
    Unit{"fraction", "%"},
    // Written rule: these spellings mean millimetres of mercury; kPa is another unit (case C13).
    Unit{"pressure", "mm[Hg]"},
    Unit{"pressure", "mmHg"},
    Unit{"pressure", "mm/Hg"},
    Unit{"pressure", "mm Hg"},
    Unit{"pressure", "kPa", 7.500615758456564},
    Unit{"temperature", "Cel"},
    Unit{"temperature", "[degF]", 5.0 / 9.0, -32},
    Unit{"temperature", "degF", 5.0 / 9.0, -32},
    Unit{"temperature", "K", 1, -273.15},
    Unit{"mass", "kg"},
    Unit{"mass", "g", 0.001},
    Unit{"mass", "[lb_av]", 0.45359237},
    // Grams of alcohol per litre of blood; 0.1 % is 1 g/L.
    Unit{"alcohol", "g/L"},
    Unit{"alcohol", "%", 10},
    Unit{"alcohol", "g/dL", 10},
};

std::string_view KindOf(Vital vital) {
  switch (vital) {
    case Vital::kPulse:
    case Vital::kRespiratoryRate:
      return "rate";
    case Vital::kSpo2:
      return "fraction";
    case Vital::kSystolic:
    case Vital::kDiastolic:
      return "pressure";
    case Vital::kTemperature:
      return "temperature";
    case Vital::kWeight:
      return "mass";
    case Vital::kBreathAlcohol:
      return "alcohol";
  }
  return "";
}

}  // namespace

std::string_view CanonicalUnit(Vital vital) {
  const std::string_view kind = KindOf(vital);
  for (const Unit& unit : kUnits) {
    if (unit.kind == kind) return unit.written;
  }
  return "";
}

std::optional<double> ToCanonical(Vital vital, double value, std::string_view written) {
  const std::string_view kind = KindOf(vital);
  for (const Unit& unit : kUnits) {
    if (unit.kind == kind && unit.written == written) return (value + unit.offset) * unit.factor;
  }
  return std::nullopt;
}

std::optional<double> ToMilligrams(double value, std::string_view unit) {
  if (unit == "mg") return value;
  if (unit == "ug" || unit == "mcg") return value / 1000;
  if (unit == "g") return value * 1000;
  return std::nullopt;
}

}  // namespace withdrawal::domain
