// One SubmitCheckIns call: reads requests while fewer than a bound are unanswered, answers each as
// soon as it is known (one write at a time), and ends when the client has said all and has all
// answers.
//
// Lives as long as the call or an answer under way needs it. All methods may be called on any
// thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "libs/rpc/trace_context.h"
#include "services/ingest/intake.h"
#include "services/ingest/senders.h"
#include "withdrawal/ingest/v1/ingest.pb.h"

namespace withdrawal::ingest {

class SubmitStream final
    : public grpc::ServerBidiReactor<v1::SubmitCheckInsRequest, v1::SubmitCheckInsResponse>,
      public std::enable_shared_from_this<SubmitStream> {
 public:
  using OnEnd = std::function<void(std::shared_ptr<SubmitStream>)>;

  // `on_end` is called once, when gRPC is through with the call.
  SubmitStream(Intake& intake, Senders& senders, const grpc::CallbackServerContext& context,
               int unanswered_max, OnEnd on_end);

  // Asks who sends; ends the call when that is nobody who may.
  void Start(grpc::CallbackServerContext& context);
  // Reads no more and ends with UNAVAILABLE when everything read is answered.
  void Drain();

 private:
  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override;

  // As Drain, with this status.
  void EndWith(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void Submit(const std::shared_ptr<const v1::SubmitCheckInsRequest>& request);
  void Answer(int64_t sequence, const std::string& check_in_id, Intake::Answer answer)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Starts the read and the write that are due. The status to finish with, when it is time.
  std::optional<grpc::Status> Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MaybeFinish(std::optional<grpc::Status> status) ABSL_LOCKS_EXCLUDED(mutex_);

  Intake& intake_;
  Senders& senders_;
  const rpc::TraceContext trace_;
  const std::string peer_;
  identity::Admitted sender_;  // set by Start
  const int unanswered_max_;
  const OnEnd on_end_;

  v1::SubmitCheckInsRequest request_;  // of the read under way
  absl::Mutex mutex_;
  std::deque<v1::SubmitCheckInsResponse> answers_ ABSL_GUARDED_BY(mutex_);  // front: being written
  int submitted_ ABSL_GUARDED_BY(mutex_) = 0;                               // answer not known yet
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;              // cancelled, or a write failed
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);  // once everything read is answered
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace withdrawal::ingest
