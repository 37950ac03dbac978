// The read side: answers from the tables, one short transaction per call. No state; any thread with
// a connection of its own.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "libs/domain/engagement.h"
#include "libs/identity/caller.h"
#include "services/clinician/database.h"
#include "services/clinician/token.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// How long a score counts as current, by instrument id; of the catalogue.
using FreshFor = std::map<std::string, absl::Duration>;

using NoteWritten = std::function<void(const Written&)>;

// How one call runs: `timeout` bounds each statement, `now` is what ages are counted from.
struct QueryContext {
  Connection& connection;
  absl::Duration timeout;
  absl::Time now;
  const identity::Caller* caller = nullptr;  // set in every call of an rpc
  // Lists show people of these teams only, "" = people no team has yet; null = all.
  const std::vector<std::string>* teams = nullptr;
  NoteWritten written = {};  // for whatever the call writes through the outbox
};

// All answer INVALID_ARGUMENT with the field (page_size, page_token, read_mask, patient_id, since,
// ...), UNAVAILABLE when the database cannot be reached, DEADLINE_EXCEEDED when it is too slow.
class Queries {
 public:
  explicit Queries(FreshFor fresh_for, domain::EngagementPolicy engagement = {})
      : fresh_for_(std::move(fresh_for)), engagement_(std::move(engagement)) {}

  grpc::Status ListPatients(const QueryContext& context, const v1::ListPatientsRequest& request,
                            v1::ListPatientsResponse& response) const;
  // NOT_FOUND when nothing is known of the person.
  grpc::Status GetPatient(const QueryContext& context, const v1::GetPatientRequest& request,
                          v1::PatientSummary& response) const;
  grpc::Status GetTimeline(const QueryContext& context, const v1::GetTimelineRequest& request,
                           v1::GetTimelineResponse& response) const;
  grpc::Status ListAlerts(const QueryContext& context, const v1::ListAlertsRequest& request,
                          v1::ListAlertsResponse& response) const;

 private:
  static void AddVerdicts(Transaction& transaction,
                          google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients);
  void AddScores(Transaction& transaction, absl::Time now,
                 google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients) const;
  v1::LatestScore ToLatestScore(const std::string& bytes, int64_t observed_micros,
                                absl::Time now) const;

  static void AddVitals(Transaction& transaction, v1::PatientSummary& patient);
  static void AddDoses(Transaction& transaction, absl::Time now, v1::PatientSummary& patient);
  void AddEngagement(Transaction& transaction, absl::Time now, v1::PatientSummary& patient) const;

  const FreshFor fresh_for_;
  const domain::EngagementPolicy engagement_;
};

}  // namespace withdrawal::clinician
