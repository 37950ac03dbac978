// IngestService over an Intake. The rpcs hold no thread while the brokers answer.
#pragma once

#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "services/ingest/intake.h"
#include "services/ingest/metrics.h"
#include "services/ingest/senders.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"

namespace withdrawal::ingest {

class SubmitStream;

class Service final : public v1::IngestService::CallbackService {
 public:
  // `per_stream_max`: check-ins of one stream unanswered at a time; then it is not read from.
  Service(Intake& intake, Senders& senders, Metrics& metrics, int per_stream_max = 256);
  ~Service() override;

  grpc::ServerUnaryReactor* SubmitCheckIn(grpc::CallbackServerContext* context,
                                          const v1::SubmitCheckInRequest* request,
                                          v1::SubmitCheckInResponse* response) override;

  grpc::ServerBidiReactor<v1::SubmitCheckInsRequest, v1::SubmitCheckInsResponse>* SubmitCheckIns(
      grpc::CallbackServerContext* context) override;

  // First step of a shutdown: closes the intake; each open stream ends with UNAVAILABLE once what
  // it has sent is answered. Calls go on being answered until the server stops.
  void Drain();

 private:
  void Submit(grpc::CallbackServerContext& context, grpc::ServerUnaryReactor& reactor,
              const v1::SubmitCheckInRequest& request, const Intake::Origin& origin,
              v1::SubmitCheckInResponse& response);

  Intake& intake_;
  Senders& senders_;
  Metrics& metrics_;
  const int per_stream_max_;
  absl::Mutex mutex_;
  std::set<std::shared_ptr<SubmitStream>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace withdrawal::ingest
