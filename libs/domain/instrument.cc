#include "libs/domain/instrument.h"

#include <algorithm>

namespace withdrawal::domain {

namespace {

bool Names(const std::vector<std::string>& names, std::string_view key) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

}  // namespace

std::string MarkName(Mark mark) {
  switch (mark) {
    case Mark::kChecked:
      return "checked";
    case Mark::kUnchecked:
      return "unchecked";
    case Mark::kEngineering:
      return "engineering";
  }
  return "";
}

const Band* FindBand(const BandScheme& scheme, int total) {
  for (const Band& band : scheme.bands) {
    if (band.from <= total && total <= band.to) return &band;
  }
  return nullptr;
}

bool Item::Allows(int value) const {
  return std::binary_search(allowed.begin(), allowed.end(), value);
}

int MeasuredItem::PointsFor(int measured) const {
  for (const Step& step : steps) {
    if (measured <= step.to) return step.points;
  }
  return steps.back().points;
}

const Item* Instrument::FindItem(std::string_view code) const {
  for (const Item& item : items) {
    if (item.code == code) return &item;
  }
  return nullptr;
}

const Subscale* Instrument::FindSubscale(std::string_view subscale_id) const {
  for (const Subscale& subscale : subscales) {
    if (subscale.id == subscale_id) return &subscale;
  }
  return nullptr;
}

std::optional<int> Instrument::CategoryRank(std::string_view category_id) const {
  for (size_t i = 0; i < categories.size(); ++i) {
    if (categories[i].id == category_id) return static_cast<int>(categories.size() - 1 - i);
  }
  return std::nullopt;
}

const BandScheme* Instrument::FindScheme(std::string_view scheme_id) const {
  for (const BandScheme& candidate : schemes) {
    if (candidate.id == scheme_id) return &candidate;
  }
  return nullptr;
}

const BandScheme& Instrument::scheme() const { return *FindScheme(default_scheme); }

int Instrument::total_max() const {
  if (!has_total()) return 0;
  int sum = 0;
  int count = 0;
  for (const Item& item : items) {
    if (!item.in_total) continue;
    sum += item.allowed.back();
    ++count;
  }
  return total == TotalKind::kMeanTenths && count > 0 ? sum * 10 / count : sum;
}

int Instrument::MaxOf(const Subscale& subscale) const {
  int sum = 0;
  for (const std::string& code : subscale.items) sum += FindItem(code)->allowed.back();
  return sum;
}

std::string ResolveKey(const Instrument& instrument, std::string_view key) {
  for (const Item& item : instrument.items) {
    if (item.code == key || Names(item.aliases, key)) return item.code;
    if (!key.empty() && item.loinc == key) return item.code;
  }
  const auto& measured = instrument.measured;
  if (measured && (measured->field == key || Names(measured->aliases, key))) {
    return measured->field;
  }
  return "";
}

Freshness FreshnessOf(Duration fresh_for, Instant observed_at, Instant now) {
  const Duration age = std::max(now - observed_at, absl::ZeroDuration());
  return {age, age > fresh_for};
}

}  // namespace withdrawal::domain
