#include "services/clinician/consents.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/codec/bytes.h"
#include "libs/rpc/status.h"
#include "services/clinician/consent_check.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using events::v1::ConsentEvent;

constexpr size_t kRecentMax = 4096;
// The service is not ready when its tables are 30 s behind; beyond this the topic decides.
constexpr absl::Duration kRecentFor = absl::Minutes(10);

constexpr char kConsentsSql[] =
    "SELECT recorded, consent_id, revoked_micros FROM consent WHERE patient_id = $1::text";
constexpr char kRestrictionsSql[] = "SELECT recorded FROM restriction WHERE patient_id = $1::text";

bool SameMessage(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  return codec::DeterministicBytes(a) == codec::DeterministicBytes(b);
}

grpc::Status Exists(const std::string& reason) {
  return rpc::Error(grpc::StatusCode::ALREADY_EXISTS, reason,
                    "this id was given to another one: nothing is done, choose another");
}

void ApplyConsentRow(const Row& row, ConsentBook& book) {
  ConsentEvent event;
  if (!row.IsNull(0) && event.ParseFromString(row.Bytes(0))) book.Apply(event);
  if (row.IsNull(2)) return;
  ConsentEvent revoked;
  revoked.mutable_revoked()->set_consent_id(row.Text(1));
  *revoked.mutable_occurred_at() = ToTimestamp(absl::FromUnixMicros(row.Int(2)));
  book.Apply(revoked);
}

}  // namespace

absl::StatusOr<ConsentBook> Consents::Read(const QueryContext& query,
                                           const std::string& patient_id) {
  ConsentBook book;
  const absl::Status status = query.connection.Transact(
      [&](Transaction& transaction) {
        book = ConsentBook();
        for (const Row& row : transaction.Execute(kConsentsSql, {patient_id}).rows) {
          ApplyConsentRow(row, book);
        }
        for (const Row& row : transaction.Execute(kRestrictionsSql, {patient_id}).rows) {
          ConsentEvent event;
          if (event.ParseFromString(row.Bytes(0))) book.Apply(event);
        }
        return absl::OkStatus();
      },
      query.timeout);
  if (!status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  for (const Recent& recent : recent_) {
    if (recent.stored && recent.event.patient_id() == patient_id) book.Apply(recent.event);
  }
  return book;
}

void Consents::Record(const QueryContext& query, const v1::RecordConsentRequest& request,
                      const std::string& trace_parent, v1::ConsentRecord& response, Done done) {
  auto violations = CheckConsent(request.consent(), policy_, query.now);
  CheckActor(request.actor(), violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  const auto known = Read(query, request.consent().patient_id());
  if (!known.ok()) return done(rpc::FromAbsl(known.status()));
  const v1::ConsentRecord* same = known->FindConsent(request.consent().consent_id());
  if (same != nullptr) {
    if (!SameMessage(same->consent(), request.consent())) return done(Exists("CONSENT_EXISTS"));
    response = *same;
    response.set_active(IsActive(response, query.now));
    return done(grpc::Status::OK);
  }
  ConsentEvent event;
  *event.mutable_recorded() = request.consent();
  event.set_patient_id(request.consent().patient_id());
  if (event.recorded().consent_id().empty()) event.mutable_recorded()->set_consent_id(NewId());
  event.set_event_id(absl::StrCat(event.recorded().consent_id(), "/recorded"));
  *response.mutable_consent() = event.recorded();
  *response.mutable_recorded_at() = ToTimestamp(query.now);
  response.set_active(IsActive(response, query.now));
  Send(query, std::move(event), request.actor(), trace_parent, metrics_.consents, std::move(done));
}

void Consents::Revoke(const QueryContext& query, const v1::RevokeConsentRequest& request,
                      const std::string& trace_parent, v1::ConsentRecord& response, Done done) {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("patient_id", request.patient_id(), violations);
  CheckLookup("consent_id", request.consent_id(), violations);
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), false, violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  const auto known = Read(query, request.patient_id());
  if (!known.ok()) return done(rpc::FromAbsl(known.status()));
  const v1::ConsentRecord* record = known->FindConsent(request.consent_id());
  if (record == nullptr) {
    return done(rpc::Error(grpc::StatusCode::NOT_FOUND, "CONSENT_NOT_FOUND",
                           "this person has no consent with this consent_id"));
  }
  response = *record;
  if (record->has_revoked_at()) return done(grpc::Status::OK);
  ConsentEvent event;
  event.set_patient_id(request.patient_id());
  event.set_event_id(absl::StrCat(request.consent_id(), "/revoked"));
  event.mutable_revoked()->set_consent_id(request.consent_id());
  event.mutable_revoked()->set_reason(request.reason());
  *response.mutable_revoked_at() = ToTimestamp(query.now);
  Send(query, std::move(event), request.actor(), trace_parent, metrics_.revocations,
       std::move(done));
}

void Consents::Restrict(const QueryContext& query, const v1::RecordRestrictionRequest& request,
                        const std::string& trace_parent, v1::RecordRestrictionResponse& response,
                        Done done) {
  auto violations = CheckRestriction(request.restriction());
  CheckPatientId("patient_id", request.patient_id(), violations);
  CheckActor(request.actor(), violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  const auto known = Read(query, request.patient_id());
  if (!known.ok()) return done(rpc::FromAbsl(known.status()));
  const auto* stored = known->FindRestriction(request.restriction().restriction_id());
  events::v1::Restriction next = request.restriction();
  if (next.lifted()) {
    if (stored == nullptr) {
      return done(rpc::Error(grpc::StatusCode::NOT_FOUND, "RESTRICTION_NOT_FOUND",
                             "this person has no restriction with this restriction_id"));
    }
    next = *stored;
    next.set_lifted(true);
  } else if (stored != nullptr && !SameMessage(*stored, next)) {
    return done(Exists("RESTRICTION_EXISTS"));
  }
  if (next.restriction_id().empty()) next.set_restriction_id(NewId());
  *response.mutable_restriction() = next;
  if (stored != nullptr && SameMessage(*stored, next)) return done(grpc::Status::OK);
  ConsentEvent event;
  event.set_patient_id(request.patient_id());
  event.set_event_id(absl::StrCat(next.restriction_id(), next.lifted() ? "/lifted" : "/asked"));
  *event.mutable_restriction() = std::move(next);
  Send(query, std::move(event), request.actor(), trace_parent, metrics_.restrictions,
       std::move(done));
}

grpc::Status Consents::List(const QueryContext& query, const v1::ListConsentsRequest& request,
                            v1::ListConsentsResponse& response) {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("patient_id", request.patient_id(), violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  const auto known = Read(query, request.patient_id());
  if (!known.ok()) return rpc::FromAbsl(known.status());
  known->Tell(query.now, response);
  return grpc::Status::OK;
}

void Consents::Send(const QueryContext& query, ConsentEvent event, const std::string& actor,
                    const std::string& trace_parent, prometheus::Counter& counter, Done done) {
  event.set_actor(actor);
  *event.mutable_occurred_at() = ToTimestamp(query.now);
  if (!Remember(event, query.now)) {
    return done(rpc::Unavailable("CONSENT_ON_ITS_WAY", "it is being recorded: ask again"));
  }
  const std::string id = absl::StrCat(event.patient_id(), "/", event.event_id());
  outbox_.Send(
      {config_.topics.consents, event.patient_id(), id, trace_parent, event, query.written},
      counter, [this, id, done = std::move(done)](const grpc::Status& status) mutable {
        Settle(id, status.ok());
        done(status);
      });
}

bool Consents::Remember(const ConsentEvent& event, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  while (!recent_.empty() &&
         (recent_.size() >= kRecentMax || now - recent_.front().at > kRecentFor)) {
    recent_.pop_front();
  }
  for (const Recent& recent : recent_) {
    if (recent.event.patient_id() == event.patient_id() &&
        recent.event.event_id() == event.event_id()) {
      return false;
    }
  }
  recent_.push_back({event, now, false});
  return true;
}

void Consents::Settle(const std::string& id, bool stored) {
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(recent_.begin(), recent_.end(), [&](const Recent& recent) {
    return absl::StrCat(recent.event.patient_id(), "/", recent.event.event_id()) == id &&
           !recent.stored;
  });
  if (found == recent_.end()) return;
  if (stored) {
    found->stored = true;
  } else {
    recent_.erase(found);
  }
}

}  // namespace withdrawal::clinician
