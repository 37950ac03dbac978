// What happens to one check-in, whichever rpc brought it: a place, examination, the recent-id
// table, the log, an answer. The rpcs (service.h, stream.h) only carry it in and the answer out.
//
// Thread-safe; nothing blocks. Answers come on the caller's thread when known at once, else on the
// log's delivery thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "libs/kafka/topics.h"
#include "libs/rpc/recent_requests.h"
#include "services/ingest/admission.h"
#include "services/ingest/amendments.h"
#include "services/ingest/core/check_in.h"
#include "services/ingest/metrics.h"
#include "services/ingest/record_log.h"
#include "withdrawal/ingest/v1/ingest.pb.h"

namespace withdrawal::ingest {

struct IntakeConfig {
  std::string topic{kafka::kCheckInsTopic};
  Admission::Limits admission;
  size_t check_in_bytes_max = 64 * 1024;
  // Of a message received: one that is too large is refused by itself; only beyond this a stream
  // ends.
  int message_bytes_max = 1024 * 1024;
  rpc::RecentRequests::Limits recent;
  absl::Duration retry_after = absl::Seconds(1);  // hint when full, up to half more at random
};

class Intake {
 public:
  struct Answer {
    grpc::Status status;
    v1::SubmitCheckInResponse response;  // when the status is OK
    absl::Duration retry_after;          // not zero when shed
  };
  using Done = absl::AnyInvocable<void(Answer)>;
  using Clock = std::function<domain::Instant()>;

  // All arguments outlive this, and this outlives every `done`.
  Intake(IntakeConfig config, Rules rules, RecordLog& log, Metrics& metrics, Clock clock);

  // Where a check-in comes from.
  struct Origin {
    std::string traceparent;
    std::string submitted_by = {};  // the caller's subject; empty where nobody is identified
  };

  // `done` is called exactly once. `check_in` may go when this returns.
  void Submit(const events::v1::CheckIn& check_in, const Origin& origin, Done done);

  // From now on every Submit is answered UNAVAILABLE; those under way go on.
  void Close() { closed_ = true; }
  bool closed() const { return closed_; }

 private:
  struct Submission;

  Answer Shed();
  void Deliver(std::shared_ptr<Submission> submission, const std::string& traceparent);
  void Repeat(Submission& submission, const rpc::RecentRequests::Answer& known);
  void CountSetAside(const v1::SubmitCheckInResponse& response);

  const IntakeConfig config_;
  const Rules rules_;
  RecordLog& log_;
  Metrics& metrics_;
  const Clock clock_;
  Admission admission_;
  rpc::RecentRequests recent_;
  Amendments amendments_;
  std::atomic<bool> closed_ = false;
};

}  // namespace withdrawal::ingest
