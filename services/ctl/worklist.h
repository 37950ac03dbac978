// What `watch` shows: the open alerts as the stream tells of them. Pure but for being a state.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::ctl {

class Worklist {
 public:
  // `team`: the watch is for this team only, so an alert that leaves it leaves the list.
  explicit Worklist(std::string team = "") : team_(std::move(team)) {}

  // Applies one message; the newest version of an alert stands, resolved ones leave.
  void Apply(const clinician::v1::WatchAlertsResponse& message);

  // The stream will start again without a token: what the next snapshot does not name is gone.
  void ExpectSnapshot();

  // Highest priority first, then not acknowledged, then longest waiting, then alert_id.
  std::vector<const events::v1::Alert*> Ordered() const;

  // Whether the alerts can be trusted to be all (AL-13).
  const clinician::v1::MonitoringHealth& health() const { return health_; }

  // Where to resume; empty = from the start.
  const std::string& resume_token() const { return resume_token_; }

 private:
  void Keep(const events::v1::Alert& alert);
  void Hear(const events::v1::AlertEvent& event);

  const std::string team_;
  clinician::v1::MonitoringHealth health_;
  std::map<std::string, events::v1::Alert> alerts_;
  std::set<std::string> in_snapshot_;
  bool snapshot_running_ = true;
  std::string resume_token_;
};

// The whole screen: a heading and one line per alert, at most `rows` lines of `columns` code
// points.
std::string RenderWorklist(const Worklist& worklist, absl::Time now, int rows, int columns,
                           bool colour);

// One line for one message; empty for heartbeats and the end of the snapshot.
std::string EventLine(const clinician::v1::WatchAlertsResponse& message, bool colour);

}  // namespace withdrawal::ctl
