// NEWS2 (Royal College of Physicians 2017; reference A.12) as data and its scoring. Pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/check_in.h"
#include "libs/domain/instrument.h"
#include "libs/domain/score.h"

namespace withdrawal::domain {

enum class News2Parameter {
  kRespiratoryRate,
  kSpo2,
  kOxygen,  // value 1 on supplemental oxygen, 0 on air
  kSystolic,
  kPulse,
  kConsciousness,  // value = the enum Consciousness
  kTemperature,
};
inline constexpr int kNews2ParameterCount = 7;
// "respiratory_rate", "spo2", "oxygen", "systolic", "pulse", "consciousness", "temperature": the
// codes in Score.items and Score.missing_items.
std::string_view News2Code(News2Parameter parameter);
std::optional<News2Parameter> News2FromCode(std::string_view code);

// Points for from <= value <= to, in tenths of the unit so that 35.0 and 35.1 are exact.
struct News2Range {
  int from_tenths = 0;
  int to_tenths = 0;
  int points = 0;
};
using News2Table = std::vector<News2Range>;  // ascending, without gap

struct News2 {
  std::string id;  // "NEWS2"
  std::string title;
  std::string licence;
  std::string source;
  News2Table respiratory_rate, systolic, pulse, temperature;
  News2Table spo2_scale1, spo2_scale2_air, spo2_scale2_oxygen;
  int oxygen_points = 0;
  std::array<int, 5> consciousness_points{};  // by enum Consciousness
  BandScheme scheme;                          // by total alone
  std::string single_three_band;              // a single 3 raises a lower band to this one
  int total_max = 0;
  // How old a last-known value may be to stand in for an absent one (engineering default).
  std::array<Duration, kNews2ParameterCount> last_known_for{};
  Duration fresh_for;  // as in Instrument
  std::map<std::string, std::string>
      aliases;  // other keys a file may use: "rr" -> "respiratory_rate"
};

struct News2Reading {
  double value = 0;             // unit of Vital; see News2Parameter for the other two
  std::optional<Duration> age;  // absent = measured now; else last known this long before
};
struct News2Input {
  std::array<std::optional<News2Reading>, kNews2ParameterCount> readings;
  Spo2Scale spo2_scale = Spo2Scale::kScale1;

  const std::optional<News2Reading>& Get(News2Parameter p) const {
    return readings[static_cast<size_t>(p)];
  }
  void Set(News2Parameter p, double value, std::optional<Duration> age = std::nullopt) {
    readings[static_cast<size_t>(p)] = News2Reading{value, age};
  }
};

// What one set of vital signs says by itself, without last-known values.
News2Input ToNews2Input(const VitalSigns& vitals, Spo2Scale scale);

// Missing parameter: no total, partial sum and band_at_least by total and single-3 rule of those
// present. Temperature is rounded half up to 0.1 Cel, the others to integers. On scale 2 with
// oxygen unknown SpO2 counts as on air: the partial sum stays a lower bound. Score.scheme is
// "rcp2017/scale1" or "rcp2017/scale2".
Score ScoreNews2(const News2& news2, const News2Input& input);

// "low", "low_medium", "medium" or "high". REQUIRES: 0 <= total <= total_max.
std::string News2Band(const News2& news2, int total, bool single_three);

}  // namespace withdrawal::domain
