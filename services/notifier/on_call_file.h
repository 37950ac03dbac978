// The on-call file: who is on call when, and how people are reached. Read again when it changes.
//
//   people:
//     - id: nurse-1                       # opaque: no names
//       channels:                         # in the order in which they are tried
//         - {kind: webhook, to: "https://push.example.org/nurse-1"}
//         - {kind: sms, to: "+441632960001"}
//         - {kind: smtp, to: "nurse-1@example.org"}
//         - {kind: webhook}                 # the one of the setting webhook-url
//   teams:                                # one is `default`: for every other team
//     - id: default
//       rotas:                            # one for each role: primary, secondary, supervisor,
//       duty-manager
//         - role: primary
//           time_zone: Europe/London
//           layers:                       # the first that has somebody counts; none: nobody, ever
//             - shifts: [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}]
//               people: [nurse-1]         # together
//             - turns: {people: [nurse-1, nurse-2], days: 7, first_day: 2026-01-05, hand_over:
//             "09:00"}
//           overrides:                    # local time; count before the layers; []: nobody
//             - {from: 2026-12-24T18:00, to: 2026-12-26T09:00, people: [nurse-2]}
//   patients:                             # messages about missed check-ins
//     - id: ann
//       channels: [{kind: sms, to: "+441632960101"}]
//       contacts:                         # contact ids of the plan
//         - id: sister
//           channels: [{kind: sms, to: "+441632960102"}]
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/notifier/core/on_call.h"

namespace withdrawal::notifier {

// What the process is set up to send by.
struct Gateways {
  bool webhook = false;  // for channels that name none
  bool sms = false;
  bool smtp = false;
};

// InvalidArgument names each wrong field and why.
absl::StatusOr<OnCall> ParseOnCall(const std::string& file, const std::string& yaml,
                                   const Gateways& gateways);

class OnCallFile {
 public:
  OnCallFile(std::string path, Gateways gateways) : path_(std::move(path)), gateways_(gateways) {}

  // Reads the file if its content is another than the last time. An error leaves what was known
  // before and is told once per content.
  absl::Status Refresh();

  const OnCall& current() const { return current_; }
  // Whether that is what the file says now.
  bool good() const { return good_; }

 private:
  const std::string path_;
  const Gateways gateways_;
  std::string text_;
  bool read_ = false;
  bool good_ = false;
  OnCall current_;
};

}  // namespace withdrawal::notifier
