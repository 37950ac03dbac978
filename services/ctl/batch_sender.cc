#include "services/ctl/batch_sender.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

// How often a waiting sender looks whether it was interrupted.
constexpr absl::Duration kGlance = absl::Milliseconds(200);

bool IsTransient(const ipb::SubmitCheckInsResponse& answer) {
  if (!answer.has_refused()) return false;
  const auto code = static_cast<grpc::StatusCode>(answer.refused().code());
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         code == grpc::StatusCode::DEADLINE_EXCEEDED || code == grpc::StatusCode::ABORTED;
}

absl::Duration RetryDelay(const google::rpc::Status& status) {
  for (const auto& detail : status.details()) {
    google::rpc::RetryInfo info;
    if (detail.UnpackTo(&info)) return codec::FromProto(info.retry_delay());
  }
  return absl::ZeroDuration();
}

}  // namespace

BatchSender::BatchSender(ipb::IngestService::Stub& stub, const Interrupt& interrupt,
                         SendLimits limits)
    : stub_(stub), interrupt_(interrupt), limits_(limits) {}

int64_t BatchSender::retries() const {
  absl::MutexLock lock(&mutex_);
  return retries_;
}

absl::Status BatchSender::Run(const std::vector<Outgoing>& outgoing, OnAnswer on_answer) {
  outgoing_ = &outgoing;
  on_answer_ = std::move(on_answer);
  Plan(outgoing);
  absl::Duration back_off = limits_.retry_min;
  while (true) {
    const bool heard = RunStream();
    absl::Duration wait;
    {
      absl::MutexLock lock(&mutex_);
      TakeBackUnanswered();
      if (unfinished_ == 0) return absl::OkStatus();
      if (stuck())
        return absl::UnavailableError(
            "ingest settles nothing; are ingest and the brokers running?");
      back_off = heard ? limits_.retry_min : std::min(back_off * 2, limits_.retry_max);
      wait = back_off;
    }
    if (interrupt_.WaitFor(wait)) return absl::CancelledError("interrupted");
  }
}

void BatchSender::Plan(const std::vector<Outgoing>& outgoing) {
  absl::MutexLock lock(&mutex_);
  std::unordered_map<std::string, size_t> known;
  for (size_t i = 0; i < outgoing.size(); ++i) {
    const auto [row, is_new] = known.emplace(outgoing[i].check_in.patient_id(), people_.size());
    if (is_new) people_.push_back({{}, 0, limits_.retry_min});
    people_[row->second].indices.push_back(i);
    person_of_.push_back(row->second);
  }
  for (const Person& person : people_) {
    turns_.push({outgoing[person.indices[0]].send_at, person.indices[0]});
  }
  awaited_.assign(outgoing.size(), false);
  unfinished_ = outgoing.size();
}

// One stream from open to end; true when it brought an answer.
bool BatchSender::RunStream() {
  grpc::ClientContext context;
  const auto stream = stub_.SubmitCheckIns(&context);
  int64_t answers_before = 0;
  {
    absl::MutexLock lock(&mutex_);
    broken_ = false;
    answers_before = answers_;
  }
  std::thread reader([&] { ReadAnswers(*stream); });
  while (const auto index = AwaitTurn()) {
    ipb::SubmitCheckInsRequest request;
    *request.mutable_check_in() = (*outgoing_)[*index].check_in;
    request.set_sequence(static_cast<int64_t>(*index));
    if (!stream->Write(request)) break;
  }
  bool all_answered = false;
  {
    absl::MutexLock lock(&mutex_);
    all_answered = unfinished_ == 0;
  }
  if (all_answered) {
    stream->WritesDone();
  } else {
    context.TryCancel();
  }
  reader.join();
  stream->Finish();
  absl::MutexLock lock(&mutex_);
  return answers_ > answers_before;
}

std::optional<size_t> BatchSender::AwaitTurn() {
  while (!interrupt_.requested()) {
    absl::MutexLock lock(&mutex_);
    if (broken_ || unfinished_ == 0 || stuck()) return std::nullopt;
    const absl::Time now = absl::Now();
    const bool may_send = in_flight_ < limits_.in_flight_max && !turns_.empty();
    if (may_send && turns_.top().at <= now) {
      const size_t index = turns_.top().index;
      turns_.pop();
      awaited_[index] = true;
      ++in_flight_;
      if (!stuck_since_) stuck_since_ = now;
      return index;
    }
    const absl::Duration until_turn = may_send ? turns_.top().at - now : kGlance;
    const int64_t in_flight = in_flight_;
    const auto changed = [&] {
      mutex_.AssertHeld();
      return broken_ || unfinished_ == 0 || in_flight_ != in_flight;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&changed), std::min(until_turn, kGlance));
  }
  return std::nullopt;
}

void BatchSender::ReadAnswers(Stream& stream) {
  ipb::SubmitCheckInsResponse answer;
  while (stream.Read(&answer)) {
    absl::MutexLock lock(&mutex_);
    Take(answer);
  }
  absl::MutexLock lock(&mutex_);
  broken_ = true;
}

void BatchSender::Take(const ipb::SubmitCheckInsResponse& answer) {
  const auto index = static_cast<size_t>(answer.sequence());
  if (index >= awaited_.size() || !awaited_[index]) return;
  ++answers_;
  if (IsTransient(answer)) {
    TryAgain(index, RetryDelay(answer.refused()));
    return;
  }
  awaited_[index] = false;
  --in_flight_;
  --unfinished_;
  stuck_since_.reset();
  if (in_flight_ > 0) stuck_since_ = absl::Now();
  Person& person = people_[person_of_[index]];
  person.back_off = limits_.retry_min;
  if (++person.next < person.indices.size()) {
    const size_t next = person.indices[person.next];
    turns_.push({(*outgoing_)[next].send_at, next});
  }
  on_answer_(index, answer);
}

void BatchSender::TryAgain(size_t index, absl::Duration wait_min) {
  awaited_[index] = false;
  --in_flight_;
  ++retries_;
  Person& person = people_[person_of_[index]];
  turns_.push({absl::Now() + std::max(wait_min, person.back_off), index});
  person.back_off = std::min(person.back_off * 2, limits_.retry_max);
}

void BatchSender::TakeBackUnanswered() {
  for (size_t index = 0; index < awaited_.size(); ++index) {
    if (awaited_[index]) TryAgain(index, absl::ZeroDuration());
  }
}

bool BatchSender::stuck() const {
  return stuck_since_ && absl::Now() - *stuck_since_ > limits_.stuck_max;
}

}  // namespace withdrawal::ctl
