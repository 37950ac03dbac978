#include "services/clinician/disclosures.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/codec/bytes.h"
#include "libs/rpc/status.h"
#include "services/clinician/consent_check.h"
#include "services/clinician/paging.h"
#include "services/clinician/request_check.h"
#include "services/clinician/time_range.h"

namespace withdrawal::clinician {
namespace {

using events::v1::DisclosureRecorded;

constexpr int kPageSizeDefault = 100;
constexpr char kByIdSql[] =
    "SELECT disclosure FROM disclosure WHERE patient_id = $1::text AND disclosure_id = $2::text";

// No clock in it: the same request is the same disclosure.
DisclosureRecorded DisclosureOf(const v1::RecordEmergencyDisclosureRequest& request) {
  DisclosureRecorded disclosure;
  disclosure.set_disclosure_id(request.request_id().empty() ? NewId() : request.request_id());
  disclosure.set_patient_id(request.patient_id());
  *disclosure.mutable_occurred_at() = request.emergency().at();
  disclosure.set_basis(events::v1::DISCLOSURE_BASIS_MEDICAL_EMERGENCY);
  disclosure.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_MEDICAL_PERSONNEL);
  *disclosure.mutable_information() = request.information();
  disclosure.set_purpose("medical emergency");
  disclosure.set_alert_id(request.alert_id());
  disclosure.set_actor(request.actor());
  *disclosure.mutable_emergency() = request.emergency();
  return disclosure;
}

std::vector<std::string> FiltersOf(const v1::ListDisclosuresRequest& request) {
  return {"disclosures", request.patient_id(), request.since().SerializeAsString(),
          request.until().SerializeAsString()};
}

}  // namespace

absl::Time YearsBefore(absl::Time now, int years) {
  const absl::CivilSecond then = absl::ToCivilSecond(now, absl::UTCTimeZone());
  return absl::FromCivil(absl::CivilSecond(then.year() - years, then.month(), then.day(),
                                           then.hour(), then.minute(), then.second()),
                         absl::UTCTimeZone());
}

void Disclosures::RecordEmergency(const QueryContext& query,
                                  const v1::RecordEmergencyDisclosureRequest& request,
                                  const std::string& trace_parent, DisclosureRecorded& response,
                                  Done done) {
  auto violations = CheckEmergency(request, query.now);
  CheckActor(request.actor(), violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  response = DisclosureOf(request);
  const auto row = query.connection.ReadRow(
      kByIdSql, {response.patient_id(), response.disclosure_id()}, query.timeout);
  if (!row.ok()) return done(rpc::FromAbsl(row.status()));
  if (*row) {
    DisclosureRecorded stored;
    stored.ParseFromString((*row)->Bytes(0));
    const bool same = codec::DeterministicBytes(stored) == codec::DeterministicBytes(response);
    return done(same ? grpc::Status::OK : RequestIdConflict());
  }
  const std::string id = absl::StrCat(response.patient_id(), "/", response.disclosure_id());
  outbox_.SendOnce(
      "disclosure/" + id, request,
      {config_.topics.disclosures, response.patient_id(), id, trace_parent, response,
       query.written},
      query.now, metrics_.emergencies,
      [done = std::move(done)](const grpc::Status& status, absl::Time) mutable { done(status); });
}

grpc::Status Disclosures::List(const QueryContext& query, const v1::ListDisclosuresRequest& request,
                               v1::ListDisclosuresResponse& response) const {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("patient_id", request.patient_id(), violations);
  CheckRange(request, violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  Page page;
  const grpc::Status valid = ReadPage(request.page_size(), kPageSizeDefault, request.page_token(),
                                      FiltersOf(request), 2, 1, page);
  if (!valid.ok()) return valid;
  Where where;
  where.And("patient_id = ?::text", {request.patient_id()});
  const absl::Time since =
      request.has_since() ? codec::FromProto(request.since()) : YearsBefore(query.now, years_);
  where.And("at_micros >= ?::bigint", {MicrosValue(since)});
  if (request.has_until()) {
    where.And("at_micros < ?::bigint", {MicrosValue(codec::FromProto(request.until()))});
  }
  if (page.after) {
    where.And("(at_micros, disclosure_id) < (?::bigint, ?::text)",
              {page.after->begin(), page.after->end()});
  }
  const std::string sql =
      absl::StrCat("SELECT at_micros, disclosure_id, disclosure FROM disclosure ", where.Sql(),
                   " ORDER BY at_micros DESC, disclosure_id DESC LIMIT ", page.size + 1);
  const absl::Status status = query.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        PageKey last;
        for (const Row& row : transaction.Execute(sql, where.parameters()).rows) {
          if (response.disclosures_size() == page.size) {
            response.set_next_page_token(EncodePageToken(page.query, last));
            break;
          }
          response.add_disclosures()->ParseFromString(row.Bytes(2));
          last = {row.Text(0), row.Text(1)};
        }
        return absl::OkStatus();
      },
      query.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

}  // namespace withdrawal::clinician
