#include "services/ingest/submit_stream.h"

#include <utility>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kEchoedBytesMax = 256;  // no id that could be stored is longer

}  // namespace

SubmitStream::SubmitStream(Intake& intake, Senders& senders,
                           const grpc::CallbackServerContext& context, int unanswered_max,
                           OnEnd on_end)
    : intake_(intake),
      senders_(senders),
      trace_(rpc::TraceOf(context)),
      peer_(context.peer()),
      unanswered_max_(unanswered_max),
      on_end_(std::move(on_end)) {}

void SubmitStream::Start(grpc::CallbackServerContext& context) {
  const grpc::Status admitted =
      senders_.Admit(context, *v1::SubmitCheckInsRequest::descriptor(), sender_);
  if (!admitted.ok()) {
    return senders_.Refuse(
        sender_, peer_, admitted,
        [self = shared_from_this()](const auto& status) { self->EndWith(status); });
  }
  absl::MutexLock lock(&mutex_);
  Advance();
}

void SubmitStream::Drain() {
  EndWith(rpc::Unavailable("SHUTTING_DOWN", "this instance is stopping"));
}

void SubmitStream::EndWith(const grpc::Status& end) {
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    if (!end_) end_ = end;
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::OnReadDone(bool ok) {
  auto self = shared_from_this();  // the answer may come, and the call end, before this returns
  const auto request = std::make_shared<v1::SubmitCheckInsRequest>();
  std::optional<grpc::Status> status;
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (ok) {
      *request = std::move(request_);
      request_.Clear();
      ++submitted_;
    } else {
      all_read_ = true;
      status = Advance();
    }
  }
  if (!ok) return MaybeFinish(std::move(status));
  Submit(request);
  {
    absl::MutexLock lock(&mutex_);
    status = Advance();
  }
  MaybeFinish(std::move(status));
}

void SubmitStream::Submit(const std::shared_ptr<const v1::SubmitCheckInsRequest>& request) {
  const auto answer = [self = shared_from_this(), request](Intake::Answer known) {
    self->Answer(request->sequence(), request->check_in().check_in_id(), std::move(known));
  };
  if (absl::Now() >= sender_.caller.valid_until) {
    answer({identity::TokenExpired(), {}, {}});
    return EndWith(identity::TokenExpired());
  }
  if (const absl::Duration wait = senders_.Spend(sender_); wait > absl::ZeroDuration()) {
    return answer({identity::RateLimited(wait), {}, wait});
  }
  senders_.Judge(
      sender_, request->check_in(), peer_, [this, answer, request](const grpc::Status& allowed) {
        if (!allowed.ok()) return answer({allowed, {}, {}});
        intake_.Submit(request->check_in(),
                       {rpc::FormatTraceparent(rpc::NewChild(trace_)), SubmittedBy(sender_)},
                       answer);
      });
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
  const bool more = !all_read_ && !broken_ && !end_;
  const int unanswered = submitted_ + static_cast<int>(answers_.size());
  if (more && !reading_ && unanswered < unanswered_max_) {
    reading_ = true;
    StartRead(&request_);
  }
  if (more || submitted_ > 0 || writing_) return std::nullopt;
  finished_ = true;
  if (broken_) return grpc::Status::CANCELLED;
  if (all_read_) return grpc::Status::OK;
  return end_;
}

void SubmitStream::MaybeFinish(std::optional<grpc::Status> status) {
  if (status) Finish(*std::move(status));
}

}  // namespace withdrawal::ingest
