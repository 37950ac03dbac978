// The way of every event this service writes: to its topic, answered when the brokers have it. What
// a client sends again under its request_id is written once.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"
#include "libs/kafka/producer.h"
#include "libs/rpc/recent_requests.h"
#include "prometheus/counter.h"
#include "services/clinician/queries.h"

namespace withdrawal::clinician {

// Called exactly once, on the caller's thread (refused) or the producer's (delivered or not).
using Done = absl::AnyInvocable<void(grpc::Status)>;

struct Outgoing {
  std::string topic;
  std::string patient_id;  // the key
  std::string id;          // of the event
  std::string trace_parent;
  const google::protobuf::Message& event;
  NoteWritten written = {};  // told where the record is, before the call is answered
};

// Thread-safe.
class Outbox {
 public:
  explicit Outbox(kafka::Producer& producer) : producer_(producer) {}

  // Counts what was stored. UNAVAILABLE when the brokers do not answer: it may or may not be there.
  void Send(const Outgoing& outgoing, prometheus::Counter& stored, Done done);

  // As Send, the first time `request_id` (made unique by the caller) brings `request`. The same
  // again is answered as the first is, with the time of the first.
  //   ALREADY_EXISTS  REQUEST_ID_CONFLICT: the id came with another request
  using OnceDone = absl::AnyInvocable<void(grpc::Status, absl::Time first_at)>;
  void SendOnce(const std::string& request_id, const google::protobuf::Message& request,
                const Outgoing& outgoing, absl::Time now, prometheus::Counter& stored,
                OnceDone done);

 private:
  void Remember(const std::string& request_id, const Written& written);
  // Where a request that is sent again was written; absent when it is forgotten.
  std::optional<Written> Recall(const std::string& request_id) const;

  kafka::Producer& producer_;
  rpc::RecentRequests recent_{{}};
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Written> written_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> remembered_ ABSL_GUARDED_BY(mutex_);  // oldest first
};

grpc::Status RequestIdConflict();

}  // namespace withdrawal::clinician
