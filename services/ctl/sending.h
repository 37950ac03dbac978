// Sending a batch with a progress bar, shared by replay and simulate.
#pragma once

#include <string>
#include <vector>

#include "services/ctl/batch_sender.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/send_tally.h"
#include "services/ctl/settings.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ctl {

struct SendReport {
  absl::Status status;
  SendTally tally;
  int64_t retries = 0;
};

// A progress bar on stderr when that is a terminal.
SendReport SendBatch(const Settings& settings, const std::vector<Outgoing>& batch,
                     int in_flight_max, const Interrupt& interrupt);

// Stores each plan. The first refusal is printed to stderr and ends it: false.
bool PutCarePlans(const Settings& settings, const std::vector<epb::CarePlan>& plans);

}  // namespace withdrawal::ctl
