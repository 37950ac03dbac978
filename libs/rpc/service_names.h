// The names of the services a grpc::Server is built with, which gRPC tells its plugins only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/server_builder_option.h"

namespace withdrawal::rpc {

// For ServerBuilder::SetOption; `names` is filled by BuildAndStart and outlives it.
std::unique_ptr<grpc::ServerBuilderOption> CollectServiceNames(std::vector<std::string>& names);

}  // namespace withdrawal::rpc
