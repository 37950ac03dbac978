#include "services/ingest/submit_stream.h"

#include <utility>

#include "libs/rpc/status.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kEchoedBytesMax = 256;  // no id that could be stored is longer

}  // namespace

SubmitStream::SubmitStream(Intake& intake, rpc::TraceContext trace, int unanswered_max,
                           OnEnd on_end)
    : intake_(intake),
      trace_(std::move(trace)),
      unanswered_max_(unanswered_max),
      on_end_(std::move(on_end)) {}

void SubmitStream::Start() {
  absl::MutexLock lock(&mutex_);
  Advance();
}

void SubmitStream::Drain() {
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::OnReadDone(bool ok) {
  auto self = shared_from_this();  // the answer may come, and the call end, before this returns
  v1::SubmitCheckInsRequest request;
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (ok) {
      request = std::move(request_);
      request_.Clear();
      ++submitted_;
    } else {
      all_read_ = true;
      status = Advance();
    }
  }
  if (!ok) return MaybeFinish(std::move(status));
  const std::string trace = rpc::FormatTraceparent(rpc::NewChild(trace_));
  intake_.Submit(
      request.check_in(), trace,
      [self, sequence = request.sequence(), check_in_id = request.check_in().check_in_id()](
          Intake::Answer answer) { self->Answer(sequence, check_in_id, std::move(answer)); });
  {
    absl::MutexLock lock(&mutex_);
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::Answer(int64_t sequence, const std::string& check_in_id, Intake::Answer answer) {
  v1::SubmitCheckInsResponse response;
  response.set_sequence(sequence);
  if (check_in_id.size() <= kEchoedBytesMax) response.set_check_in_id(check_in_id);
  if (answer.status.ok()) {
    *response.mutable_accepted() = std::move(answer.response);
  } else {
    *response.mutable_refused() = rpc::ToProto(answer.status);
  }
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    --submitted_;
    answers_.push_back(std::move(response));
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::OnWriteDone(bool ok) {
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    answers_.pop_front();
    if (!ok) broken_ = true;
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::OnCancel() {
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    broken_ = true;
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::OnDone() {
  const auto self = shared_from_this();  // on_end may drop the last other reference
  on_end_(self);
}

std::optional<grpc::Status> SubmitStream::Advance() {
  if (finished_) return std::nullopt;
  if (!broken_ && !writing_ && !answers_.empty()) {
    writing_ = true;
    StartWrite(&answers_.front());
  }
  const bool more = !all_read_ && !broken_ && !draining_;
  const int unanswered = submitted_ + static_cast<int>(answers_.size());
  if (more && !reading_ && unanswered < unanswered_max_) {
    reading_ = true;
    StartRead(&request_);
  }
  if (more || submitted_ > 0 || writing_) return std::nullopt;
  finished_ = true;
  if (broken_) return grpc::Status::CANCELLED;
  if (all_read_) return grpc::Status::OK;
  return rpc::Unavailable("SHUTTING_DOWN", "this instance is stopping");
}

void SubmitStream::MaybeFinish(std::optional<grpc::Status> status) {
  if (status) Finish(*std::move(status));
}

}  // namespace withdrawal::ingest
