// The two tables of a published opioid-treatment trial network study (CTN-0094), as far as they can
// stand for check-ins: withdrawal as observed in bands, and the daily doses given. Pure.
//
//   withdrawal  who,withdrawal,when   band 0 none, 1 mild, 2 moderate, 3 severe; day of the study
//   treatment   who,amount,when       mg given on that day
//
// The tables do not name the medicine. Amounts above the highest buprenorphine dose mean methadone.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/domain/instrument.h"

namespace withdrawal::ctl {

inline constexpr int kTrialBands = 4;
inline constexpr double kBuprenorphineMilligramsMax = 32;

struct TrialDose {
  int day = 0;
  double milligrams = 0;
};
struct TrialBand {
  int day = 0;
  int band = 0;
};

// Both lists by day, one entry a day: the first of the file stands.
struct TrialPerson {
  std::string who;
  std::vector<TrialDose> doses;
  std::vector<TrialBand> bands;

  // At least one dose, and none above kBuprenorphineMilligramsMax.
  bool OnBuprenorphine() const;
  int first_day() const;  // of the first dose; REQUIRES: doses is not empty
  int last_day() const;   // of the last dose
};

struct Trial {
  std::vector<TrialPerson> persons;  // in order of `who` as a number
  int rows_read = 0;
  std::map<std::string, int> rows_refused;  // BLANK_VALUE, NOT_A_NUMBER, OUT_OF_RANGE, DUPLICATE
};

// InvalidArgument: not CSV, or without the columns above.
absl::StatusOr<Trial> ReadTrial(std::string_view withdrawal, std::string_view treatment);

// Those on buprenorphine, at most `patients_max` (0 = all), from the first dose to the last within
// `days_max` days (0 = all): whoever was not dosed was not seen.
std::vector<TrialPerson> Selected(const Trial& trial, int patients_max, int days_max);

// Total in the middle of the band that the tables' word means in `scheme`, rounded down. The severe
// band of the tables is the one of the scheme that follows "moderate" (case C31).
int MiddleOfBand(const domain::BandScheme& scheme, int band);

// Answers to all items that add up to `total`, none much higher than another; empty when no answers
// do. REQUIRES: 0 <= total <= instrument.total_max().
std::vector<std::pair<std::string, int>> AnswersWithTotal(const domain::Instrument& instrument,
                                                          int total);

}  // namespace withdrawal::ctl
