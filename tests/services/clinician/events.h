// Events as scoring, alerting and the clinicians' side write them, for tests.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "libs/kafka/records.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::clinician {

inline google::protobuf::Timestamp At(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

// How much too early a check-in may come.
inline constexpr absl::Duration kEarly = absl::Hours(1);

inline const absl::Time kNoon = absl::FromUnixSeconds(1'790'000'000);

inline events::v1::CheckInScored Scored(const std::string& patient, const std::string& check_in,
                                        absl::Time observed_at, const std::string& instrument,
                                        int total) {
  events::v1::CheckInScored scored;
  auto& input = *scored.mutable_recorded()->mutable_check_in();
  input.set_patient_id(patient);
  input.set_check_in_id(check_in);
  *input.mutable_observed_at() = At(observed_at);
  *scored.mutable_recorded()->mutable_received_at() = At(observed_at);
  auto& score = *scored.add_scores();
  score.set_instrument(instrument);
  score.set_status(events::v1::SCORE_STATUS_COMPLETE);
  score.set_total(total);
  score.set_partial_sum(total);
  scored.set_disposition(events::v1::CHECK_IN_DISPOSITION_ACCEPTED);
  return scored;
}

// The alert's event number `version`: raised by the first, else of the state given.
inline events::v1::AlertEvent AlertOf(const std::string& patient, const std::string& alert_id,
                                      int64_t version, events::v1::Priority priority,
                                      absl::Time raised_at,
                                      events::v1::AlertState state = events::v1::ALERT_STATE_OPEN,
                                      const std::string& team = "north") {
  events::v1::AlertEvent event;
  event.set_event_id(absl::StrCat(alert_id, "/", version));
  *event.mutable_occurred_at() = At(raised_at + absl::Seconds(version));
  auto& alert = *event.mutable_alert();
  alert.set_alert_id(alert_id);
  alert.set_patient_id(patient);
  alert.set_rule_id("SC-01a");
  alert.set_version(version);
  alert.set_priority(priority);
  alert.set_state(state);
  alert.set_team(team);
  *alert.mutable_raised_at() = At(raised_at);
  if (state == events::v1::ALERT_STATE_RESOLVED) {
    event.mutable_resolved()->set_command_id("resolve-" + alert_id);
  } else if (state == events::v1::ALERT_STATE_ACKNOWLEDGED) {
    event.mutable_acknowledged()->set_actor("dr-1");
  } else if (version == 1) {
    event.mutable_raised();
  } else {
    event.mutable_repeated();
  }
  return event;
}

inline events::v1::CarePlanRecorded PlanOf(const std::string& patient, const std::string& team,
                                           const std::string& etag, absl::Time recorded_at) {
  events::v1::CarePlanRecorded recorded;
  auto& plan = *recorded.mutable_care_plan();
  plan.set_patient_id(patient);
  plan.set_etag(etag);
  plan.set_team(team);
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  *plan.mutable_monitoring_started_at() = At(recorded_at);
  *recorded.mutable_recorded_at() = At(recorded_at);
  recorded.set_author("dr-1");
  recorded.set_reason("admission");
  return recorded;
}

inline const std::string& PatientOf(const events::v1::CheckInScored& scored) {
  return scored.recorded().check_in().patient_id();
}
inline const std::string& PatientOf(const events::v1::AlertEvent& event) {
  return event.alert().patient_id();
}
inline const std::string& PatientOf(const events::v1::CarePlanRecorded& recorded) {
  return recorded.care_plan().patient_id();
}

// A record of partition 0 as the consumer hands it over.
template <typename Message>
kafka::OwnedRecord RecordOf(const std::string& topic, int64_t offset, const Message& message) {
  kafka::OwnedRecord record;
  record.topic = topic;
  record.offset = offset;
  record.key = PatientOf(message);
  record.value = message.SerializeAsString();
  return record;
}

}  // namespace withdrawal::clinician
