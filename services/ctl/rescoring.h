// What another catalogue would have made of the same people: their plans, check-ins and commands as
// they were recorded, judged by both in simulated time (offline.h), and what differs. Nothing is
// written anywhere. Pure.
//
// Commands name alerts of the first judgement; where the other has no such alert they do nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::ctl {

struct RecordedStep {
  absl::Time at;  // when it was recorded
  std::variant<events::v1::CarePlanRecorded, events::v1::CheckInRecorded, events::v1::AlertCommand>
      what;
};
using History = std::vector<RecordedStep>;  // of one person, in order of time

struct RaisedAlert {
  std::string patient_id;
  std::string rule_id;
  absl::Time raised_at;
  events::v1::Priority priority;
  std::string evidence;
};

struct Judgement {
  std::vector<RaisedAlert> raised;
  int64_t escalations = 0;
  int64_t unusable = 0;  // steps a service would set aside
};

// Timers run until `until`, and only what was raised from `since` on is kept: earlier steps are
// there to know the person.
absl::StatusOr<Judgement> Judge(const catalogue::Catalogue& catalogue,
                                const std::map<std::string, History>& histories, absl::Time since,
                                absl::Time until);

struct Difference {
  struct Counts {
    int64_t before = 0;
    int64_t after = 0;
  };
  std::map<std::string, Counts> rules;
  std::vector<RaisedAlert> gone;       // by the first only
  std::vector<RaisedAlert> fresh;      // by the second only
  std::vector<RaisedAlert> otherwise;  // by both, with the second's other priority
};
// Two alerts are one when person, rule and time are the same.
Difference Compare(const Judgement& before, const Judgement& after);

// At most `lines_max` alerts of each kind are named.
std::string DifferenceText(const Difference& difference, int lines_max);

}  // namespace withdrawal::ctl
