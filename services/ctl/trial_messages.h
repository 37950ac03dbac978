// A person of a trial (core/trial.h) as a care plan and check-ins, as if they had been at home.
// Pure.
//
// What the tables do not say is made up the same way for everybody, and printed by the commands:
// a band is reported by the person at 08:30 as complete SOWS16 answers (or by a clinician as COWS)
// whose total lies in the middle of the band; a dose is reported at 09:00, when it is taken; a day
// without a row in the treatment table is a day on which nothing is reported. The plan expects each
// dose by 09:00 and any report by 10:00 each day, and a rating every seven days, from the first
// dose to the last; last use was 18 h before the first dose.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "services/ctl/core/trial.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ctl {

struct TrialWords {
  std::string prefix;                 // of patient ids
  std::string instrument = "SOWS16";  // or COWS
  std::string team = "trial";
};

// The day of the first dose begins at `starts_at`, midnight UTC.
struct TrialClock {
  absl::Time starts_at;
  int first_day = 0;

  absl::Time At(int day, absl::Duration time_of_day) const {
    return starts_at + absl::Hours(24) * (day - first_day) + time_of_day;
  }
};

events::v1::CarePlan TrialPlan(const TrialPerson& person, const TrialClock& clock,
                               const TrialWords& words);

// Ordered by observation. REQUIRES: words.instrument is in the catalogue.
std::vector<events::v1::CheckIn> TrialCheckIns(const TrialPerson& person, const TrialClock& clock,
                                               const TrialWords& words,
                                               const catalogue::Catalogue& catalogue);

// One sentence a line, for the head of a summary.
std::vector<std::string> TrialAssumptions(const TrialWords& words);

}  // namespace withdrawal::ctl
