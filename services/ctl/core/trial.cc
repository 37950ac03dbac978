#include "services/ctl/core/trial.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "services/ctl/core/csv.h"

namespace withdrawal::ctl {
namespace {

constexpr int kDayMax = 3650;
constexpr double kMilligramsMax = 1000;

struct TrialRow {
  int64_t who = 0;
  int day = 0;
  double value = 0;
};

class Rows {
 public:
  Rows(const CsvTable& table, const char* value) {
    who_ = table.Column("who");
    value_ = table.Column(value);
    when_ = table.Column("when");
  }

  bool fits() const { return who_ >= 0 && value_ >= 0 && when_ >= 0; }

  // Absent: refused, and counted by reason.
  std::optional<TrialRow> Read(const CsvRow& row, double value_max, Trial& trial) const {
    ++trial.rows_read;
    const auto refuse = [&trial](const char* reason) {
      ++trial.rows_refused[reason];
      return std::nullopt;
    };
    for (const int column : {who_, value_, when_}) {
      if (Field(row, column).empty()) return refuse("BLANK_VALUE");
    }
    TrialRow read;
    double day = 0;
    if (!absl::SimpleAtoi(Field(row, who_), &read.who) ||
        !absl::SimpleAtod(Field(row, when_), &day) ||
        !absl::SimpleAtod(Field(row, value_), &read.value)) {
      return refuse("NOT_A_NUMBER");
    }
    const bool in_range = day >= 0 && day <= kDayMax && read.value >= 0 && read.value <= value_max;
    if (!in_range || day != std::floor(day)) return refuse("OUT_OF_RANGE");
    read.day = static_cast<int>(day);
    return read;
  }

 private:
  int who_ = -1;
  int value_ = -1;
  int when_ = -1;
};

template <typename Entry>
bool HasDay(const std::vector<Entry>& entries, int day) {
  return std::any_of(entries.begin(), entries.end(),
                     [day](const Entry& entry) { return entry.day == day; });
}

template <typename Entry>
void Add(std::vector<Entry>& entries, Entry entry, Trial& trial) {
  if (HasDay(entries, entry.day)) {
    ++trial.rows_refused["DUPLICATE"];
    return;
  }
  entries.push_back(entry);
}

template <typename Entry>
void SortByDay(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.day < b.day; });
}

}  // namespace

bool TrialPerson::OnBuprenorphine() const {
  return !doses.empty() && std::all_of(doses.begin(), doses.end(), [](const TrialDose& dose) {
    return dose.milligrams <= kBuprenorphineMilligramsMax;
  });
}

int TrialPerson::first_day() const { return doses.front().day; }

int TrialPerson::last_day() const { return doses.back().day; }

absl::StatusOr<Trial> ReadTrial(std::string_view withdrawal, std::string_view treatment) {
  const auto bands = ParseCsv(withdrawal);
  if (!bands.ok()) return bands.status();
  const auto doses = ParseCsv(treatment);
  if (!doses.ok()) return doses.status();
  const Rows band_rows(*bands, "withdrawal");
  const Rows dose_rows(*doses, "amount");
  if (!band_rows.fits()) {
    return absl::InvalidArgumentError("withdrawal: the header is not who,withdrawal,when");
  }
  if (!dose_rows.fits()) {
    return absl::InvalidArgumentError("treatment: the header is not who,amount,when");
  }
  Trial trial;
  std::map<int64_t, TrialPerson> persons;
  for (const CsvRow& row : bands->rows) {
    const auto read = band_rows.Read(row, kTrialBands - 1, trial);
    if (!read) continue;
    Add(persons[read->who].bands, {read->day, static_cast<int>(read->value)}, trial);
  }
  for (const CsvRow& row : doses->rows) {
    const auto read = dose_rows.Read(row, kMilligramsMax, trial);
    if (read) Add(persons[read->who].doses, {read->day, read->value}, trial);
  }
  for (auto& [who, person] : persons) {
    person.who = std::to_string(who);
    SortByDay(person.doses);
    SortByDay(person.bands);
    trial.persons.push_back(std::move(person));
  }
  return trial;
}

std::vector<TrialPerson> Selected(const Trial& trial, int patients_max, int days_max) {
  std::vector<TrialPerson> selected;
  for (const TrialPerson& person : trial.persons) {
    if (!person.OnBuprenorphine()) continue;
    if (patients_max > 0 && static_cast<int>(selected.size()) >= patients_max) break;
    TrialPerson part = person;
    const int first = part.first_day();
    if (days_max > 0) {
      std::erase_if(part.doses,
                    [&](const TrialDose& dose) { return dose.day >= first + days_max; });
    }
    const int last = part.last_day();
    std::erase_if(part.bands,
                  [&](const TrialBand& band) { return band.day < first || band.day > last; });
    selected.push_back(std::move(part));
  }
  return selected;
}

int MiddleOfBand(const domain::BandScheme& scheme, int band) {
  const domain::Band& of_scheme = scheme.bands.at(static_cast<size_t>(band));
  return (of_scheme.from + of_scheme.to) / 2;
}

std::vector<std::pair<std::string, int>> AnswersWithTotal(const domain::Instrument& instrument,
                                                          int total) {
  // reachable[i][t]: the items from the i-th on can add up to t.
  const size_t count = instrument.items.size();
  std::vector<std::vector<bool>> reachable(count + 1,
                                           std::vector<bool>(static_cast<size_t>(total) + 1));
  reachable[count][0] = true;
  for (size_t i = count; i-- > 0;) {
    for (int sum = 0; sum <= total; ++sum) {
      for (const int value : instrument.items[i].allowed) {
        if (value <= sum && reachable[i + 1][sum - value]) reachable[i][sum] = true;
      }
    }
  }
  std::vector<std::pair<std::string, int>> answers;
  int left = total;
  for (size_t i = 0; i < count; ++i) {
    const double even = static_cast<double>(left) / static_cast<double>(count - i);
    std::optional<int> best;
    for (const int value : instrument.items[i].allowed) {
      if (value > left || !reachable[i + 1][left - value]) continue;
      if (!best || std::abs(value - even) < std::abs(*best - even)) best = value;
    }
    if (!best) return {};
    answers.emplace_back(instrument.items[i].code, *best);
    left -= *best;
  }
  return answers;
}

}  // namespace withdrawal::ctl
