// A gRPC server as every service of the project runs it: health service, reflection, bounds on
// message size, memory and connections, count and latency of every call.
//
// Services use the callback API: callbacks run on a few shared threads, so a handler never blocks
// (architecture note a).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "libs/rpc/transport.h"
#include "prometheus/registry.h"

namespace withdrawal::rpc {

struct ServerConfig {
  std::string address;                // "127.0.0.1:50051"; port 0 = any free one
  int message_bytes_max = 64 * 1024;  // of one received message
  size_t memory_bytes_max = 256 * 1024 * 1024;
  int streams_per_connection_max = 1024;
  ServerTransport transport = {};
};

class Server {
 public:
  // Listens and serves at once, NOT_SERVING in health until SetServing(true). The services and the
  // registry outlive the server.
  //   Unavailable         the address cannot be bound
  //   FailedPrecondition  an rpc of a service has no row in the policy (libs/identity/policy.h)
  //   InvalidArgument     as MakeCredentials
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerConfig& config,
                                                       const std::vector<grpc::Service*>& services,
                                                       prometheus::Registry& registry);
  ~Server();  // as Shutdown(zero)

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port bound, also when 0 was asked for.
  int port() const { return port_; }

  // What the health service says for the server and each of its services. Any thread.
  void SetServing(bool serving);

  // NOT_SERVING, no new calls; waits up to `grace` for the calls in flight, then cancels the rest
  // and returns when their handlers have finished. Idempotent; one thread.
  void Shutdown(absl::Duration grace);

 private:
  Server(std::unique_ptr<grpc::Server> server, int port);

  std::unique_ptr<grpc::Server> server_;
  int port_;
  bool down_ = false;
};

}  // namespace withdrawal::rpc
