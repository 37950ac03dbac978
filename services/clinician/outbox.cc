#include "services/clinician/outbox.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codec/bytes.h"
#include "libs/kafka/headers.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {

using Outcome = rpc::RecentRequests::Outcome;

constexpr size_t kRememberedMax = 20'000;

// Equal for equal requests of one kind only.
hash::Digest DigestOf(const google::protobuf::Message& request) {
  return hash::Sha256(
      absl::StrCat(request.GetTypeName(), "\n", codec::DeterministicBytes(request)));
}

grpc::Status StatusOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kStored:
      return grpc::Status::OK;
    case Outcome::kOther:
      return RequestIdConflict();
    case Outcome::kNotStored:
      break;
  }
  return rpc::Unavailable("NOT_CONFIRMED", "the brokers did not confirm it: try again");
}

}  // namespace

grpc::Status RequestIdConflict() {
  return rpc::Error(grpc::StatusCode::ALREADY_EXISTS, "REQUEST_ID_CONFLICT",
                    "this request_id was used for something else: nothing is done, choose another");
}

void Outbox::Send(const Outgoing& outgoing, prometheus::Counter& stored, Done done) {
  producer_.Send({.topic = outgoing.topic,
                  .key = outgoing.patient_id,
                  .value = outgoing.event.SerializeAsString(),
                  .headers = kafka::EventHeaders(outgoing.event.GetTypeName(), outgoing.id,
                                                 outgoing.trace_parent)},
                 [&stored, done = std::move(done), written = outgoing.written](
                     const absl::StatusOr<kafka::Position>& position) mutable {
                   if (position.ok()) {
                     stored.Increment();
                     if (written)
                       written({position->topic, position->partition, position->offset + 1});
                   }
                   done(position.ok() ? grpc::Status::OK : rpc::FromAbsl(position.status()));
                 });
}

void Outbox::SendOnce(const std::string& request_id, const google::protobuf::Message& request,
                      const Outgoing& outgoing, absl::Time now, prometheus::Counter& stored,
                      OnceDone done) {
  // One of the two callbacks below is called, the other dropped.
  auto answer = std::make_shared<OnceDone>(std::move(done));
  const auto again = [this, answer, request_id,
                      note = outgoing.written](const rpc::RecentRequests::Answer& known) {
    const auto written = Recall(request_id);
    if (known.outcome == Outcome::kStored && written && note) note(*written);
    (*answer)(StatusOf(known.outcome), known.received_at);
  };
  if (!recent_.Begin(request_id, DigestOf(request), now, again)) return;
  Outgoing noted = outgoing;
  noted.written = [this, request_id, note = outgoing.written](const Written& written) {
    Remember(request_id, written);
    if (note) note(written);
  };
  Send(noted, stored, [this, request_id, now, answer](const grpc::Status& status) {
    recent_.Finish(request_id, status.ok(), now);
    (*answer)(status, now);
  });
}

void Outbox::Remember(const std::string& request_id, const Written& written) {
  absl::MutexLock lock(&mutex_);
  if (written_.insert_or_assign(request_id, written).second) remembered_.push_back(request_id);
  if (remembered_.size() <= kRememberedMax) return;
  written_.erase(remembered_.front());
  remembered_.pop_front();
}

std::optional<Written> Outbox::Recall(const std::string& request_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = written_.find(request_id);
  if (found == written_.end()) return std::nullopt;
  return found->second;
}

}  // namespace withdrawal::clinician
