// Who calls, on every call of a channel: the token of a file, read again for each call, and the
// reason of break-glass.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace withdrawal::ctl {

struct CallMetadata {
  std::string token_file;   // empty = no token
  std::string break_glass;  // why a record of another team is opened; empty = it is not
};

// For every channel made from now on. Before the first call; one thread.
void SetCallMetadata(CallMetadata metadata);

using Interceptors =
    std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>;
Interceptors AddCallMetadata();

}  // namespace withdrawal::ctl
