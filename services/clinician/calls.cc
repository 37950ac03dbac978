#include "services/clinician/calls.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "libs/identity/actor.h"
#include "libs/identity/fields.h"
#include "libs/rpc/status.h"
#include "libs/rpc/trace_context.h"
#include "services/clinician/consistency.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kStatementMax = absl::Seconds(5);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

absl::Duration TimeLeft(const grpc::CallbackServerContext& context, absl::Time now) {
  return absl::FromChrono(context.deadline()) - now;
}

// Refused before anybody looked whose data it is about: whom the request names.
void AddNamed(const identity::Row& row, const google::protobuf::Message& request,
              identity::AuditEntry& entry) {
  for (const std::string_view field : row.about) {
    const std::string_view word = identity::LastWord(field);
    std::string value = identity::TextOf(request, field);
    if (value.empty() || word == "team") continue;
    if (word == "alert_id") {
      entry.alert_id = std::move(value);
    } else {
      entry.patient_ids.push_back(std::move(value));
    }
  }
}

std::string TokenOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find(kConsistencyTokenKey);
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

identity::AuditEntry EntryOf(const identity::Admitted& admitted, const Access& access,
                             const google::protobuf::Message& request, const std::string& peer,
                             const grpc::Status& status) {
  identity::AuditEntry entry = identity::EntryOf(admitted, request, peer);
  entry.patient_ids = access.patient_ids;
  entry.alert_id = access.alert_id;
  if (entry.patient_ids.empty()) AddNamed(*admitted.row, request, entry);
  entry.break_glass = access.break_glass;
  if (entry.break_glass) entry.reason = admitted.break_glass_reason;
  entry.outcome = rpc::CodeName(status.error_code());
  return entry;
}

}  // namespace

// Lives until the call is answered.
struct Calls::Call {
  grpc::CallbackServerContext& context;
  grpc::ServerUnaryReactor* reactor;
  std::unique_ptr<Message> request;  // with the actor that the caller is
  Message& response;
  identity::Admitted admitted;
  Work work;
  Access access;
};

// Lives until the stream begins.
struct Calls::Opening {
  std::string peer;
  std::unique_ptr<Message> request;
  Begin begin;
  identity::Admitted admitted;
  Access access;
};

grpc::ServerUnaryReactor* Calls::Start(grpc::CallbackServerContext& context, const Message& request,
                                       Message& response, Work work) {
  std::unique_ptr<Message> own(request.New());
  own->CopyFrom(request);
  auto call = std::make_shared<Call>(
      Call{context, context.DefaultReactor(), std::move(own), response, {}, std::move(work), {}});
  grpc::ServerUnaryReactor* reactor = call->reactor;
  const identity::Row* row = identity::FindRowOf(*request.GetDescriptor());
  const grpc::Status status = gate_.Admit(context, row, absl::Now(), call->admitted);
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
    Answer(*call, status);
  } else if (!status.ok()) {
    reactor->Finish(status);
  } else if (!workers_.Submit([this, call](Connection& connection) { Run(call, connection); })) {
    metrics_.shed.Increment();
    rpc::AddPushback(context, kRetryAfter);
    reactor->Finish(
        rpc::ResourceExhausted("SERVER_BUSY", "too many queries are waiting", kRetryAfter));
  }
  return reactor;
}

void Calls::Run(const std::shared_ptr<Call>& call, Connection& connection) {
  const absl::Time now = absl::Now();
  const absl::Duration left = TimeLeft(call->context, now);
  if (call->context.IsCancelled() || left <= absl::ZeroDuration()) {
    // It waited in the queue for as long as the caller was willing to.
    return call->reactor->Finish(rpc::Error(grpc::StatusCode::DEADLINE_EXCEEDED,
                                            "DEADLINE_EXCEEDED",
                                            "the call waited too long for a database connection"));
  }
  Done answer = [this, call](const grpc::Status& status) { Answer(*call, status); };
  // A patient's app writes nothing here that it would have to wait for.
  if (call->admitted.reach != identity::Reach::kSelf) {
    const grpc::Status shown = consistency_.Await(connection, TokenOf(call->context), left);
    if (!shown.ok()) return answer(shown);
  }
  QueryContext query{connection, std::min(left, kStatementMax), absl::Now(),
                     &call->admitted.caller};
  query.written = [call](const Written& written) {
    call->context.AddTrailingMetadata(kConsistencyTokenKey, EncodeConsistencyToken(written));
  };
  grpc::Status allowed =
      CheckAccess(&query, ring_, belonging_, call->admitted, *call->request, call->access);
  if (allowed.ok()) allowed = identity::SetActor(call->admitted.caller, *call->request);
  if (!allowed.ok()) return answer(allowed);
  if (call->access.break_glass) gate_.NoteBreakGlass(call->admitted);
  if (call->access.teams) query.teams = &*call->access.teams;
  call->work(query, *call->request, std::move(answer));
}

void Calls::Answer(Call& call, const grpc::Status& status) {
  identity::AuditEntry entry =
      EntryOf(call.admitted, call.access, *call.request, call.context.peer(), status);
  if (entry.patient_ids.empty() && status.ok()) {
    entry.patient_ids = PatientsShown(call.response);
  }
  audit_.Record(std::move(entry), [reactor = call.reactor, status] { reactor->Finish(status); });
}

void Calls::Watch(grpc::CallbackServerContext& context, const Message& request, Begin begin) {
  std::unique_ptr<Message> own(request.New());
  own->CopyFrom(request);
  auto opening =
      std::make_shared<Opening>(Opening{context.peer(), std::move(own), std::move(begin), {}, {}});
  const identity::Row* row = identity::FindRowOf(*request.GetDescriptor());
  const grpc::Status status = gate_.Admit(context, row, absl::Now(), opening->admitted);
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) return Grant(opening, status);
  if (!status.ok()) return opening->begin({status, {}, {}, nullptr});
  if (!NeedsTables(opening->admitted, request)) return Open(opening, nullptr);
  const bool taken = workers_.Submit([this, opening](Connection& connection) {
    const QueryContext query{connection, kStatementMax, absl::Now(), &opening->admitted.caller};
    Open(opening, &query);
  });
  if (taken) return;
  metrics_.shed.Increment();
  opening->begin(
      {rpc::ResourceExhausted("SERVER_BUSY", "too many queries are waiting", kRetryAfter),
       {},
       {},
       nullptr});
}

void Calls::Open(const std::shared_ptr<Opening>& opening, const QueryContext* query) {
  const grpc::Status status =
      CheckAccess(query, ring_, belonging_, opening->admitted, *opening->request, opening->access);
  if (status.ok() && opening->access.break_glass) gate_.NoteBreakGlass(opening->admitted);
  Grant(opening, status);
}

void Calls::Grant(const std::shared_ptr<Opening>& opening, const grpc::Status& status) {
  identity::AuditEntry entry =
      EntryOf(opening->admitted, opening->access, *opening->request, opening->peer, status);
  const auto shown = status.ok() ? std::make_shared<ShownPeople>(audit_, entry) : nullptr;
  audit_.Record(std::move(entry), [opening, status, shown] {
    opening->begin(
        {status, std::move(opening->access.teams), opening->admitted.caller.valid_until, shown});
  });
}

std::string Calls::TraceParent(const grpc::CallbackServerContext& context) {
  return rpc::FormatTraceparent(rpc::TraceOf(context));
}

}  // namespace withdrawal::clinician
