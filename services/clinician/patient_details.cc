// What stands beside a person in the worklist and in GetPatient.
#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/care_plan.h"
#include "services/clinician/engagement_summary.h"
#include "services/clinician/queries.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

constexpr absl::Duration kDosesFor = absl::Hours(7 * 24);

// Hands each row of `select` that belongs to one of the patients to `add`, with the patient.
template <typename Add>
void ForEachOf(Transaction& transaction, const std::string& select, const std::string& order,
               google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients, Add add) {
  if (patients.empty()) return;
  std::map<std::string, v1::PatientSummary*> by_id;
  std::vector<Value> ids;
  std::vector<std::string> places;
  for (v1::PatientSummary& patient : patients) {
    by_id[patient.patient_id()] = &patient;
    ids.emplace_back(patient.patient_id());
    places.push_back(absl::StrCat("$", ids.size(), "::text"));
  }
  const Result result = transaction.Execute(
      absl::StrCat(select, " WHERE patient_id IN (", absl::StrJoin(places, ", "), ") ", order),
      ids);
  for (const Row& row : result.rows) add(*by_id[row.Text(0)], row);
}

}  // namespace

void Queries::AddVitals(Transaction& transaction, v1::PatientSummary& patient) {
  const Result result = transaction.Execute(
      "SELECT vital, value, unit, observed_micros FROM latest_vital WHERE patient_id = $1::text"
      " ORDER BY vital",
      {patient.patient_id()});
  for (const Row& row : result.rows) {
    double value = 0;
    if (!absl::SimpleAtod(row.Text(1), &value)) continue;
    v1::LatestVital& vital = *patient.add_latest_vitals();
    vital.set_vital(row.Text(0));
    vital.set_value(value);
    vital.set_unit(row.Text(2));
    *vital.mutable_observed_at() = TimeUtil::MicrosecondsToTimestamp(row.Int(3));
  }
}

// Held by the clinic is neither taken nor missed.
void Queries::AddDoses(Transaction& transaction, absl::Time now, v1::PatientSummary& patient) {
  const Row row =
      transaction
          .Execute(
              absl::StrCat("SELECT COUNT(CASE WHEN value = ", events::v1::DOSE_OUTCOME_TAKEN,
                           " AND at_micros > $2::bigint THEN 1 END), COUNT(CASE WHEN value IN (",
                           events::v1::DOSE_OUTCOME_MISSED, ", ", events::v1::DOSE_OUTCOME_REFUSED,
                           ", ", events::v1::DOSE_OUTCOME_VOMITED,
                           ") AND at_micros > $2::bigint THEN 1 END), MAX(CASE WHEN value = ",
                           events::v1::DOSE_OUTCOME_TAKEN,
                           " THEN at_micros END) FROM check_in_fact"
                           " WHERE patient_id = $1::text AND kind = 'dose_outcome'"),
              {patient.patient_id(), MicrosValue(now - kDosesFor)})
          .rows.front();
  v1::DoseAdherence& doses = *patient.mutable_doses();
  doses.set_taken(static_cast<int>(row.Int(0)));
  doses.set_missed(static_cast<int>(row.Int(1)));
  if (!row.IsNull(2)) {
    *doses.mutable_last_taken_at() = TimeUtil::MicrosecondsToTimestamp(row.Int(2));
  }
}

void Queries::AddEngagement(Transaction& transaction, absl::Time now,
                            v1::PatientSummary& patient) const {
  if (!patient.has_care_plan()) return;
  const auto plan = codec::FromProto(patient.care_plan());
  if (!plan.ok()) return;
  const auto facts = ReadFacts(transaction, patient.patient_id(), now);
  *patient.mutable_engagement() = EngagementOf(*plan, facts, engagement_, now);
}

void Queries::AddScores(Transaction& transaction, absl::Time now,
                        google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients) const {
  const auto add = [&](v1::PatientSummary& patient, const Row& row) {
    *patient.add_latest_scores() = ToLatestScore(row.Bytes(2), row.Int(1), now);
  };
  ForEachOf(transaction, "SELECT patient_id, observed_micros, score FROM latest_score",
            "ORDER BY patient_id, instrument", patients, add);
}

void Queries::AddVerdicts(Transaction& transaction,
                          google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients) {
  const auto add = [](v1::PatientSummary& patient, const Row& row) {
    events::v1::IntakeRecorded intake;
    intake.ParseFromString(row.Bytes(1));
    *patient.mutable_suitability() = std::move(*intake.mutable_verdict());
  };
  ForEachOf(transaction, "SELECT patient_id, intake FROM latest_intake", "", patients, add);
}

v1::LatestScore Queries::ToLatestScore(const std::string& bytes, int64_t observed_micros,
                                       absl::Time now) const {
  v1::LatestScore latest;
  latest.mutable_score()->ParseFromString(bytes);
  *latest.mutable_observed_at() = TimeUtil::MicrosecondsToTimestamp(observed_micros);
  // A clock ahead of ours must not make a score look younger than new.
  const absl::Duration age =
      std::max(absl::ZeroDuration(), now - absl::FromUnixMicros(observed_micros));
  *latest.mutable_age() = TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(age));
  const auto fresh_for = fresh_for_.find(latest.score().instrument());
  // Of an instrument this catalogue does not know we cannot say that it is current.
  latest.set_stale(fresh_for == fresh_for_.end() || age > fresh_for->second);
  return latest;
}

}  // namespace withdrawal::clinician
