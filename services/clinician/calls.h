// The one way of every unary call: who calls and may the role (at once, on gRPC's thread), then on
// a worker the wait for what a token says was written, whose data it is about, the work, the audit
// entry, and the answer with a token of what it wrote.
//
//   return calls_.Read(context, request, response, std::bind_front(&Queries::GetPatient,
//   &queries_)); return calls_.Write(context, request, response,
//                       std::bind_front(&Commands::Acknowledge, &commands_));
//
// What an rpc is allowed to whom is its row in libs/identity/policy.cc, found by its request.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "grpcpp/grpcpp.h"
#include "libs/identity/audit.h"
#include "libs/identity/gate.h"
#include "services/clinician/access.h"
#include "services/clinician/metrics.h"
#include "services/clinician/outbox.h"
#include "services/clinician/queries.h"
#include "services/clinician/shown_people.h"
#include "services/clinician/worker_pool.h"

namespace withdrawal::clinician {

class Consistency;

// What a stream may show, and for how long.
struct WatchGrant {
  grpc::Status status;                            // not OK: nothing
  std::optional<std::vector<std::string>> teams;  // as Access::teams
  absl::Time valid_until = absl::InfiniteFuture();
  std::shared_ptr<ShownPeople> shown;  // of an OK: is told whom the stream shows
};

class Calls {
 public:
  // All outlive the server.
  Calls(identity::Gate& gate, identity::AuditSink& audit, Consistency& consistency,
        const AlertRing& ring, Belonging belonging, WorkerPool& workers, Metrics& metrics)
      : gate_(gate),
        audit_(audit),
        consistency_(consistency),
        ring_(ring),
        belonging_(std::move(belonging)),
        workers_(workers),
        metrics_(metrics) {}

  // `work(query, request, response)` answers with a status.
  template <typename Request, typename Response, typename Work>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const Request* request,
                                 Response* response, Work work) {
    return Start(*context, *request, *response,
                 [response, work = std::move(work)](const QueryContext& query, const Message& asked,
                                                    Done done) mutable {
                   done(work(query, static_cast<const Request&>(asked), *response));
                 });
  }

  // `work(query, request, trace_parent, response, done)`; `done` may come later, from any thread.
  template <typename Request, typename Response, typename Work>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Work work) {
    return Start(*context, *request, *response,
                 [response, trace = TraceParent(*context), work = std::move(work)](
                     const QueryContext& query, const Message& asked, Done done) mutable {
                   work(query, static_cast<const Request&>(asked), trace, *response,
                        std::move(done));
                 });
  }

  // A stream: `begin` is called once, at once or from a worker, when it is decided and audited.
  using Begin = absl::AnyInvocable<void(const WatchGrant&)>;
  void Watch(grpc::CallbackServerContext& context, const google::protobuf::Message& request,
             Begin begin);

 private:
  using Message = google::protobuf::Message;
  using Work = absl::AnyInvocable<void(const QueryContext&, const Message& request, Done done)>;
  struct Call;
  struct Opening;

  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext& context, const Message& request,
                                  Message& response, Work work);
  void Run(const std::shared_ptr<Call>& call, Connection& connection);
  // The audit entry, then the answer.
  void Answer(Call& call, const grpc::Status& status);
  void Open(const std::shared_ptr<Opening>& opening, const QueryContext* query);
  void Grant(const std::shared_ptr<Opening>& opening, const grpc::Status& status);
  static std::string TraceParent(const grpc::CallbackServerContext& context);

  identity::Gate& gate_;
  identity::AuditSink& audit_;
  Consistency& consistency_;
  const AlertRing& ring_;
  const Belonging belonging_;
  WorkerPool& workers_;
  Metrics& metrics_;
};

}  // namespace withdrawal::clinician
