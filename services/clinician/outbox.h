// The way of every event this service writes: to its topic, answered when the brokers have it. What
// a client sends again under its request_id is written once.
#pragma once

#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"
#include "libs/kafka/producer.h"
#include "libs/rpc/recent_requests.h"
#include "prometheus/counter.h"

namespace withdrawal::clinician {

// Called exactly once, on the caller's thread (refused) or the producer's (delivered or not).
using Done = absl::AnyInvocable<void(grpc::Status)>;

struct Outgoing {
  std::string topic;
  std::string patient_id;  // the key
  std::string id;          // of the event
  std::string trace_parent;
  const google::protobuf::Message& event;
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
  kafka::Producer& producer_;
  rpc::RecentRequests recent_{{}};
};

grpc::Status RequestIdConflict();

}  // namespace withdrawal::clinician
