#include "libs/domain/news2.h"

#include <algorithm>
#include <cmath>

namespace withdrawal::domain {
namespace {

constexpr std::array<std::string_view, kNews2ParameterCount> kCodes = {
    "respiratory_rate", "spo2", "oxygen", "systolic", "pulse", "consciousness", "temperature"};

// Half up; the small term absorbs the binary representation of 37.05 and of converted Fahrenheit.
int RoundHalfUp(double value) { return static_cast<int>(std::floor(value + 0.5 + 1e-6)); }
int Tenths(double value) { return RoundHalfUp(value * 10); }
int WholeInTenths(double value) { return RoundHalfUp(value) * 10; }

int Lookup(const News2Table& table, int tenths) {
  for (const News2Range& range : table) {
    if (tenths <= range.to_tenths) return range.points;
  }
  return table.back().points;
}

const News2Table& Spo2Table(const News2& news2, const News2Input& input) {
  if (input.spo2_scale == Spo2Scale::kScale1) return news2.spo2_scale1;
  const auto& oxygen = input.Get(News2Parameter::kOxygen);
  return oxygen && oxygen->value != 0 ? news2.spo2_scale2_oxygen : news2.spo2_scale2_air;
}

int PointsFor(const News2& news2, const News2Input& input, News2Parameter parameter, double value) {
  switch (parameter) {
    case News2Parameter::kRespiratoryRate:
      return Lookup(news2.respiratory_rate, WholeInTenths(value));
    case News2Parameter::kSpo2:
      return Lookup(Spo2Table(news2, input), WholeInTenths(value));
    case News2Parameter::kOxygen:
      return value != 0 ? news2.oxygen_points : 0;
    case News2Parameter::kSystolic:
      return Lookup(news2.systolic, WholeInTenths(value));
    case News2Parameter::kPulse:
      return Lookup(news2.pulse, WholeInTenths(value));
    case News2Parameter::kConsciousness:
      return news2.consciousness_points[static_cast<size_t>(value)];
    case News2Parameter::kTemperature:
      return Lookup(news2.temperature, Tenths(value));
  }
  return 0;
}

}  // namespace

std::string_view News2Code(News2Parameter parameter) {
  return kCodes[static_cast<size_t>(parameter)];
}

std::optional<News2Parameter> News2FromCode(std::string_view code) {
  const auto found = std::find(kCodes.begin(), kCodes.end(), code);
  if (found == kCodes.end()) return std::nullopt;
  return static_cast<News2Parameter>(found - kCodes.begin());
}

News2Input ToNews2Input(const VitalSigns& vitals, Spo2Scale scale) {
  News2Input input;
  input.spo2_scale = scale;
  const auto copy = [&](News2Parameter parameter, Vital vital) {
    if (const auto value = vitals.Get(vital)) input.Set(parameter, *value);
  };
  copy(News2Parameter::kRespiratoryRate, Vital::kRespiratoryRate);
  copy(News2Parameter::kSpo2, Vital::kSpo2);
  copy(News2Parameter::kSystolic, Vital::kSystolic);
  copy(News2Parameter::kPulse, Vital::kPulse);
  copy(News2Parameter::kTemperature, Vital::kTemperature);
  if (vitals.on_oxygen) input.Set(News2Parameter::kOxygen, *vitals.on_oxygen ? 1 : 0);
  if (vitals.consciousness) {
    input.Set(News2Parameter::kConsciousness, static_cast<double>(*vitals.consciousness));
  }
  return input;
}

Score ScoreNews2(const News2& news2, const News2Input& input) {
  Score score;
  score.instrument = news2.id;
  score.scheme = news2.scheme.id + (input.spo2_scale == Spo2Scale::kScale2 ? "/scale2" : "/scale1");
  score.total_max = news2.total_max;
  bool single_three = false;
  for (int i = 0; i < kNews2ParameterCount; ++i) {
    const auto parameter = static_cast<News2Parameter>(i);
    const auto& reading = input.Get(parameter);
    const std::string code(News2Code(parameter));
    if (!reading) {
      score.missing_items.push_back(code);
      continue;
    }
    const int points = PointsFor(news2, input, parameter, reading->value);
    score.items.push_back({code, points, reading->age});
    score.partial_sum += points;
    single_three = single_three || points == 3;
  }
  const std::string band = News2Band(news2, score.partial_sum, single_three);
  if (score.missing_items.empty()) {
    score.total = score.partial_sum;
    score.band = band;
  } else if (band != news2.scheme.bands.front().id) {
    score.band_at_least = band;
  }
  return score;
}

std::string News2Band(const News2& news2, int total, bool single_three) {
  const Band* band = FindBand(news2.scheme, total);
  if (single_three && band == &news2.scheme.bands.front()) return news2.single_three_band;
  return band->id;
}

}  // namespace withdrawal::domain
