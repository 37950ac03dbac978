// Who did it, as commands and audit entries say it.
#pragma once

#include <string>

#include "google/protobuf/message.h"
#include "libs/identity/audit.h"
#include "libs/identity/gate.h"

namespace withdrawal::identity {

// A request's field `actor` becomes the caller's subject. INVALID_ARGUMENT ACTOR_NOT_CALLER when it
// names somebody else; left as sent where callers are not identified.
grpc::Status SetActor(const Caller& caller, google::protobuf::Message& request);

// What is known of an entry before the outcome: caller, rpc, the request's reason and request_id.
AuditEntry EntryOf(const Admitted& admitted, const google::protobuf::Message& request,
                   const std::string& peer);

}  // namespace withdrawal::identity
