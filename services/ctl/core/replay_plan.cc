#include "services/ctl/core/replay_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/ctl/core/csv.h"

namespace withdrawal::ctl {
namespace {

struct Category {
  std::string_view name;  // in the vitals file
  std::string_view code;  // field of VitalSigns
  std::string_view unit;  // what a value without a unit is in
};
constexpr Category kCategories[] = {
    {"heart_rate", "pulse", "/min"}, {"respiratory_rate", "respiratory_rate", "/min"},
    {"spo2", "spo2", "%"},           {"sbp", "systolic", "mm[Hg]"},
    {"dbp", "diastolic", "mm[Hg]"},  {"temp_c", "temperature", "Cel"},
    {"weight_kg", "weight", "kg"},   {"", "breath_alcohol", "g/L"},
};

// One row in the terms both shapes share. `reason` set: refused.
struct Row {
  std::string person;
  Instant at;
  std::string instrument;
  PlannedValue value;
  std::string reason;
  bool derived = false;  // follows from other readings: left out, unless refused before
};

Row Refused(const char* reason) {
  Row row;
  row.reason = reason;
  return row;
}

std::optional<Instant> ParseTime(const std::string& text) {
  Instant at;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &at, &error)) return std::nullopt;
  return at;
}

// Columns shared by both shapes: person, time and number.
Row ReadCommon(const std::string& person, const std::string& time, const std::string& text) {
  if (person.empty()) return Refused("MISSING_PATIENT");
  const auto at = ParseTime(time);
  if (!at) return Refused("BAD_TIME");
  const auto number = absl::StripAsciiWhitespace(text);
  if (number.empty()) return Refused("BLANK_VALUE");
  Row row;
  row.person = person;
  row.at = *at;
  if (!absl::SimpleAtod(number, &row.value.value) || !std::isfinite(row.value.value)) {
    return Refused("NOT_A_NUMBER");
  }
  return row;
}

class Shape {
 public:
  virtual ~Shape() = default;
  virtual Row Read(const CsvRow& row) const = 0;
};

class VitalsShape : public Shape {
 public:
  explicit VitalsShape(const CsvTable& table)
      : person_(table.Column("hospitalization_id")),
        time_(table.Column("recorded_dttm")),
        category_(table.Column("vital_category")),
        value_(table.Column("vital_value")) {}

  bool fits() const { return person_ >= 0 && time_ >= 0 && category_ >= 0 && value_ >= 0; }

  Row Read(const CsvRow& fields) const override {
    const std::string& name = Field(fields, category_);
    const auto* category = std::find_if(std::begin(kCategories), std::end(kCategories),
                                        [&](const Category& c) { return c.name == name; });
    if (name == "map") {
      Row row = ReadCommon(Field(fields, person_), Field(fields, time_), Field(fields, value_));
      row.value.code = name;
      row.derived = true;
      return row;
    }
    if (name.empty() || category == std::end(kCategories)) return Refused("UNKNOWN_CATEGORY");
    Row row = ReadCommon(Field(fields, person_), Field(fields, time_), Field(fields, value_));
    row.instrument = kVitalSigns;
    row.value.code = category->code;
    row.value.unit = category->unit;
    return row;
  }

 private:
  int person_, time_, category_, value_;
};

class ItemsShape : public Shape {
 public:
  explicit ItemsShape(const CsvTable& table)
      : person_(table.Column("patient_id")),
        time_(table.Column("observed_at")),
        instrument_(table.Column("instrument")),
        item_(table.Column("item")),
        value_(table.Column("value")),
        unit_(table.Column("unit")) {}

  bool fits() const {
    return person_ >= 0 && time_ >= 0 && instrument_ >= 0 && item_ >= 0 && value_ >= 0;
  }

  Row Read(const CsvRow& fields) const override {
    Row row = ReadCommon(Field(fields, person_), Field(fields, time_), Field(fields, value_));
    if (!row.reason.empty()) return row;
    row.instrument = Field(fields, instrument_);
    row.value.code = Field(fields, item_);
    if (row.instrument.empty() || row.value.code.empty()) return Refused("UNKNOWN_CATEGORY");
    if (row.instrument == kVitalSigns) return WithUnit(std::move(row), Field(fields, unit_));
    return row.value.value == std::trunc(row.value.value) ? row : Refused("NOT_A_NUMBER");
  }

 private:
  static Row WithUnit(Row row, const std::string& unit) {
    const auto* category =
        std::find_if(std::begin(kCategories), std::end(kCategories),
                     [&](const Category& c) { return c.code == row.value.code; });
    if (category == std::end(kCategories)) return Refused("UNKNOWN_CATEGORY");
    row.value.unit = unit.empty() ? std::string(category->unit) : unit;
    return row;
  }

  int person_, time_, instrument_, item_, value_, unit_;
};

using GroupKey = std::tuple<Instant, std::string, std::string>;  // instant, person, instrument

void AddRows(const CsvTable& table, const Shape& shape, const std::string& content_id,
             ReplayPlan& plan) {
  std::map<GroupKey, PlannedCheckIn> groups;
  std::set<std::pair<GroupKey, std::string>> seen;
  for (PlannedCheckIn& check_in : plan.check_ins) {
    const GroupKey key{check_in.recorded_at, check_in.person, check_in.instrument};
    for (const PlannedValue& value : check_in.values) seen.emplace(key, value.code);
    groups.emplace(key, std::move(check_in));
  }
  for (const CsvRow& fields : table.rows) {
    ++plan.rows_read;
    Row row = shape.Read(fields);
    const GroupKey key{row.at, row.person, row.instrument};
    if (row.reason.empty() && !seen.emplace(key, row.value.code).second) {
      row.reason = "DUPLICATE_READING";
    }
    if (row.reason.empty() && row.derived) row.reason = "DERIVED_VALUE";
    if (!row.reason.empty()) {
      ++plan.rows_refused[row.reason];
      continue;
    }
    PlannedCheckIn& group = groups[key];
    if (group.values.empty()) {
      group.person = row.person;
      group.check_in_id = absl::StrCat(content_id, ":", fields.line);
      group.recorded_at = row.at;
      group.instrument = row.instrument;
    }
    group.values.push_back(std::move(row.value));
  }
  plan.check_ins.clear();
  for (auto& [key, group] : groups) plan.check_ins.push_back(std::move(group));
}

std::map<std::string, std::pair<Instant, Instant>> FirstAndLast(const ReplayPlan& plan) {
  std::map<std::string, std::pair<Instant, Instant>> spans;
  for (const PlannedCheckIn& check_in : plan.check_ins) {
    const Instant at = check_in.recorded_at;
    auto& [first, last] = spans.try_emplace(check_in.person, at, at).first->second;
    first = std::min(first, at);
    last = std::max(last, at);
  }
  return spans;
}

}  // namespace

absl::Status AddFile(std::string_view text, const std::string& content_id, ReplayPlan& plan) {
  const auto table = ParseCsv(text);
  if (!table.ok()) return table.status();
  const VitalsShape vitals(*table);
  const ItemsShape items(*table);
  if (!vitals.fits() && !items.fits()) {
    return absl::InvalidArgumentError(
        "the header has neither hospitalization_id,recorded_dttm,vital_category,vital_value nor "
        "patient_id,observed_at,instrument,item,value");
  }
  const Shape& shape = vitals.fits() ? static_cast<const Shape&>(vitals) : items;
  AddRows(*table, shape, content_id, plan);
  return absl::OkStatus();
}

Duration ReplayLength(const ReplayPlan& plan, double speed) {
  Duration longest = absl::ZeroDuration();
  if (speed <= 0) return longest;
  for (const auto& [person, span] : FirstAndLast(plan)) {
    longest = std::max(longest, span.second - span.first);
  }
  return longest / speed;
}

std::vector<TimedCheckIn> Schedule(const ReplayPlan& plan, Instant starts_at, double speed) {
  const Instant ends_at = starts_at + ReplayLength(plan, speed);
  const auto spans = FirstAndLast(plan);
  std::vector<TimedCheckIn> timed;
  timed.reserve(plan.check_ins.size());
  for (const PlannedCheckIn& check_in : plan.check_ins) {
    const Duration before_end = spans.at(check_in.person).second - check_in.recorded_at;
    const Duration wait = speed > 0 ? before_end / speed : absl::ZeroDuration();
    timed.push_back({&check_in, ends_at - before_end, ends_at - wait});
  }
  std::stable_sort(timed.begin(), timed.end(), [](const TimedCheckIn& a, const TimedCheckIn& b) {
    return std::tie(a.send_at, a.observed_at) < std::tie(b.send_at, b.observed_at);
  });
  return timed;
}

}  // namespace withdrawal::ctl
