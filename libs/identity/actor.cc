#include "libs/identity/actor.h"

#include "libs/identity/fields.h"
#include "libs/rpc/status.h"

namespace withdrawal::identity {
namespace {

constexpr char kActor[] = "actor";
constexpr size_t kTextMax = 2000;

// What no request may say is not kept either.
std::string ShortTextOf(const google::protobuf::Message& request, const char* field) {
  std::string text = TextOf(request, field);
  return text.size() <= kTextMax ? text : "";
}

}  // namespace

grpc::Status SetActor(const Caller& caller, google::protobuf::Message& request) {
  if (!caller.identified || !HasText(*request.GetDescriptor(), kActor)) return grpc::Status::OK;
  const std::string actor = TextOf(request, kActor);
  if (!actor.empty() && actor != caller.subject) {
    return rpc::Error(grpc::StatusCode::INVALID_ARGUMENT, "ACTOR_NOT_CALLER",
                      "actor is the caller: leave it empty");
  }
  const auto* field = request.GetDescriptor()->FindFieldByName(kActor);
  request.GetReflection()->SetString(&request, field, caller.subject);
  return grpc::Status::OK;
}

AuditEntry EntryOf(const Admitted& admitted, const google::protobuf::Message& request,
                   const std::string& peer) {
  AuditEntry entry;
  entry.subject = admitted.caller.subject;
  if (admitted.caller.identified) {
    entry.role = std::string(RoleName(admitted.caller.role));
  } else if (std::string actor = ShortTextOf(request, kActor); !actor.empty()) {
    entry.subject = std::move(actor);
  }
  entry.rpc = std::string(admitted.row->rpc);
  entry.action = admitted.row->action;
  entry.reason = ShortTextOf(request, "reason");
  entry.request_id = ShortTextOf(request, "request_id");
  entry.peer = peer;
  return entry;
}

}  // namespace withdrawal::identity
