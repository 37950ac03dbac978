#include "services/ingest/service.h"

#include <utility>
#include <vector>

#include "libs/rpc/status.h"
#include "libs/rpc/trace_context.h"
#include "services/ingest/submit_stream.h"

namespace withdrawal::ingest {
namespace {

grpc::Status MissingCheckIn() {
  return rpc::InvalidFields({{"check_in", "REQUIRED", "must be set"}});
}

}  // namespace

Service::Service(Intake& intake, Senders& senders, Metrics& metrics, int per_stream_max)
    : intake_(intake), senders_(senders), metrics_(metrics), per_stream_max_(per_stream_max) {}

Service::~Service() = default;

grpc::ServerUnaryReactor* Service::SubmitCheckIn(grpc::CallbackServerContext* context,
                                                 const v1::SubmitCheckInRequest* request,
                                                 v1::SubmitCheckInResponse* response) {
  auto* reactor = context->DefaultReactor();
  const auto finish = [reactor](const grpc::Status& status) { reactor->Finish(status); };
  identity::Admitted sender;
  const grpc::Status admitted = senders_.Admit(*context, *request->GetDescriptor(), sender);
  if (!admitted.ok()) {
    senders_.Refuse(sender, context->peer(), admitted, finish);
    return reactor;
  }
  if (!request->has_check_in()) {
    metrics_.Refused("REQUIRED");
    reactor->Finish(MissingCheckIn());
    return reactor;
  }
  const Intake::Origin origin{rpc::FormatTraceparent(rpc::TraceOf(*context)), SubmittedBy(sender)};
  senders_.Judge(sender, request->check_in(), context->peer(),
                 [this, context, reactor, request, response, origin](const grpc::Status& allowed) {
                   if (!allowed.ok()) return reactor->Finish(allowed);
                   Submit(*context, *reactor, *request, origin, *response);
                 });
  return reactor;
}

void Service::Submit(grpc::CallbackServerContext& context, grpc::ServerUnaryReactor& reactor,
                     const v1::SubmitCheckInRequest& request, const Intake::Origin& origin,
                     v1::SubmitCheckInResponse& response) {
  intake_.Submit(request.check_in(), origin,
                 [&context, &reactor, &response](Intake::Answer answer) {
                   if (answer.retry_after > absl::ZeroDuration())
                     rpc::AddPushback(context, answer.retry_after);
                   response = std::move(answer.response);
                   reactor.Finish(answer.status);
                 });
}

grpc::ServerBidiReactor<v1::SubmitCheckInsRequest, v1::SubmitCheckInsResponse>*
Service::SubmitCheckIns(grpc::CallbackServerContext* context) {
  auto stream = std::make_shared<SubmitStream>(intake_, senders_, *context, per_stream_max_,
                                               [this](std::shared_ptr<SubmitStream> done) {
                                                 metrics_.streams.Decrement();
                                                 absl::MutexLock lock(&mutex_);
                                                 streams_.erase(done);
                                               });
  metrics_.streams.Increment();
  {
    absl::MutexLock lock(&mutex_);
    streams_.insert(stream);
  }
  stream->Start(*context);
  if (intake_.closed()) stream->Drain();
  return stream.get();
}

void Service::Drain() {
  intake_.Close();
  std::vector<std::shared_ptr<SubmitStream>> open;
  {
    absl::MutexLock lock(&mutex_);
    open.assign(streams_.begin(), streams_.end());
  }
  for (const auto& stream : open) stream->Drain();
}

}  // namespace withdrawal::ingest
