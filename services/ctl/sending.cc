#include "services/ctl/sending.h"

#include <unistd.h>

#include <iostream>

#include "absl/time/clock.h"
#include "services/ctl/arguments.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

constexpr absl::Duration kRedraw = absl::Milliseconds(100);
constexpr int kBarWidth = 40;

}  // namespace

SendReport SendBatch(const Settings& settings, const std::vector<Outgoing>& batch,
                     int in_flight_max, const Interrupt& interrupt) {
  const bool shows_bar = IsTerminal(STDERR_FILENO);
  const auto total = static_cast<int64_t>(batch.size());
  const auto stub = ConnectIngest(settings);
  BatchSender sender(*stub, interrupt, {.in_flight_max = in_flight_max});
  SendReport report;
  absl::Time drawn_at = absl::InfinitePast();
  report.status = sender.Run(batch, [&](size_t index, const auto& answer) {
    Count(batch[index].check_in.patient_id(), answer, report.tally);
    const int64_t done = report.tally.answered();
    if (!shows_bar || (done < total && absl::Now() - drawn_at < kRedraw)) return;
    drawn_at = absl::Now();
    std::cerr << '\r' << ProgressBar(done, total, kBarWidth) << "\x1b[K" << std::flush;
  });
  if (shows_bar) std::cerr << '\n';
  report.retries = sender.retries();
  return report;
}

bool PutCarePlans(const Settings& settings, const std::vector<epb::CarePlan>& plans) {
  const auto stub = ConnectClinician(settings);
  for (const epb::CarePlan& plan : plans) {
    cpb::PutCarePlanRequest request;
    *request.mutable_care_plan() = plan;
    request.set_actor(settings.actor);
    request.set_reason("enrolled with withdrawalctl");
    cpb::PutCarePlanResponse response;
    if (!Shows(response,
               [&](auto& context) { return stub->PutCarePlan(&context, request, &response); })) {
      std::cerr << "while enrolling " << plan.patient_id() << '\n';
      return false;
    }
  }
  return true;
}

}  // namespace withdrawal::ctl
