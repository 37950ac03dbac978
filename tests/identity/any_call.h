// Calls any rpc by its descriptor, with a token.
#pragma once

#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

namespace withdrawal::identity {

struct Answered {
  std::string reason;  // "OK", else the ErrorInfo's reason, or the code's name
  std::string bytes;   // of the first message, if there was one
};

// A stream is left after its first message. Metadata: what is sent along, "authorization" and so
// on.
Answered CallAny(const std::shared_ptr<grpc::Channel>& channel,
                 const google::protobuf::MethodDescriptor& method,
                 const google::protobuf::Message& request,
                 const std::multimap<std::string, std::string>& metadata);

}  // namespace withdrawal::identity
