// Sends many check-ins over SubmitCheckIns, each at its time, until every one has a final answer.
//
// Order: the check-ins of one person are sent in the order given, the next after the answer to the
// one before; different people go side by side, at most `in_flight_max` at a time. Retries (broker
// away, too many in flight, stream broken) repeat the same check_in_id, so nothing counts twice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/ctl/clients.h"
#include "services/ctl/interrupt.h"

namespace withdrawal::ctl {

struct Outgoing {
  epb::CheckIn check_in;
  absl::Time send_at = absl::InfinitePast();
};

struct SendLimits {
  int in_flight_max = 256;
  absl::Duration retry_min = absl::Milliseconds(100);  // doubles with each retry in a row
  absl::Duration retry_max = absl::Seconds(5);
  absl::Duration stuck_max = absl::Minutes(2);  // without a final answer while some are awaited
};

class BatchSender {
 public:
  // Called once per check-in with its final answer, one call at a time, on a thread of the sender.
  using OnAnswer = std::function<void(size_t index, const ipb::SubmitCheckInsResponse& answer)>;

  // `stub` and `interrupt` outlive the sender.
  BatchSender(ipb::IngestService::Stub& stub, const Interrupt& interrupt, SendLimits limits = {});

  // `outgoing` in the order wanted per person. Once per sender.
  //   Unavailable   no final answer for stuck_max
  //   Cancelled     interrupted
  absl::Status Run(const std::vector<Outgoing>& outgoing, OnAnswer on_answer);

  int64_t retries() const;

 private:
  struct Person {
    std::vector<size_t> indices;  // into outgoing
    size_t next = 0;
    absl::Duration back_off;
  };
  struct Turn {
    absl::Time at;
    size_t index = 0;  // ties go in the order given
    bool operator>(const Turn& other) const {
      return std::pair(at, index) > std::pair(other.at, other.index);
    }
  };
  using Stream = grpc::ClientReaderWriter<ipb::SubmitCheckInsRequest, ipb::SubmitCheckInsResponse>;

  void Plan(const std::vector<Outgoing>& outgoing);
  bool RunStream();
  // The next check-in to send now; absent when done, broken or interrupted.
  std::optional<size_t> AwaitTurn();
  void ReadAnswers(Stream& stream);
  void Take(const ipb::SubmitCheckInsResponse& answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TryAgain(size_t index, absl::Duration wait_min) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeBackUnanswered() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool stuck() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ipb::IngestService::Stub& stub_;
  const Interrupt& interrupt_;
  const SendLimits limits_;
  const std::vector<Outgoing>* outgoing_ = nullptr;
  OnAnswer on_answer_;

  mutable absl::Mutex mutex_;
  std::vector<Person> people_ ABSL_GUARDED_BY(mutex_);
  std::vector<size_t> person_of_ ABSL_GUARDED_BY(mutex_);  // by index into outgoing
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_ ABSL_GUARDED_BY(mutex_);
  std::vector<bool> awaited_ ABSL_GUARDED_BY(mutex_);  // sent on this stream, not answered
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t unfinished_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t retries_ ABSL_GUARDED_BY(mutex_) = 0;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t answers_ ABSL_GUARDED_BY(mutex_) = 0;
  // Since when something is sent and nothing is settled.
  std::optional<absl::Time> stuck_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace withdrawal::ctl
