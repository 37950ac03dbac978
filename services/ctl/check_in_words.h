// A check-in from the words of `submit`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ctl {

// Exactly one of instrument, vitals, red_flags, dose, craving, lapse, triggers and
// target_behaviour is set.
struct CheckInWords {
  std::string patient_id;
  std::string check_in_id;
  int revision = 0;
  std::string observed_at;  // empty = now; a date alone is known to the day
  std::string started_at;   // empty = not said
  std::string rater;        // empty = see BuildCheckIn
  std::string instrument;
  std::string json;  // answers of the instrument, see ReadInput
  std::string vitals;
  std::vector<std::string> red_flags;
  std::optional<double> vomiting_hours;
  std::string dose;
  std::optional<int> craving;
  std::string substance;
  bool intends_to_use = false;
  std::string lapse;
  std::string triggers;
  std::string target_behaviour;
};

// The rater defaults to clinician_in_person for an instrument that needs a clinician, else patient.
// Whether the values make sense is the service's to judge. Instrument "NEWS2" sends vital signs.
// InvalidArgument names each word or key that cannot be read; NotFound: the JSON file is not there.
absl::StatusOr<events::v1::CheckIn> BuildCheckIn(const catalogue::Catalogue& catalogue,
                                                 const CheckInWords& words, absl::Time now);

}  // namespace withdrawal::ctl
