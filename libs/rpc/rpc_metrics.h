// Count and latency of every call of a server, by method and code:
//   withdrawal_rpc_handled_total{method,code}   withdrawal_rpc_handling_seconds{method,code}
// `method` is "package.Service/Method" of a service compiled in, else "other": the set is closed.
// `code` is the code the handler finished with. Health checks are not counted.
#pragma once

#include <memory>

#include "grpcpp/support/server_interceptor.h"
#include "prometheus/registry.h"

namespace withdrawal::rpc {

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcMetrics(
    prometheus::Registry& registry);

}  // namespace withdrawal::rpc
