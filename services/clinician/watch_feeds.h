// What the kinds of watch differ in, for WatchStream and WatchHub.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "services/clinician/alert_filter.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/patient_change.h"
#include "services/clinician/request_check.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

struct AlertFeed {
  using Request = v1::WatchAlertsRequest;
  using Response = v1::WatchAlertsResponse;
  using Filter = AlertFilter;
  using Event = events::v1::AlertEvent;
  using Ring = AlertRing;
  static constexpr bool kHasSnapshot = true;  // the open alerts

  static void SetEvent(const Event& event, Response& response) {
    *response.mutable_event() = event;
  }
  // Whom a message shows; empty for nobody.
  static const std::string& PatientOf(const Response& response) {
    return response.has_snapshot_alert() ? response.snapshot_alert().patient_id()
                                         : response.event().alert().patient_id();
  }
  static void SetHealth(const v1::MonitoringHealth& health, absl::Time, Response& response) {
    *response.mutable_health() = health;
  }
};

struct PatientFeed {
  using Request = v1::WatchPatientsRequest;
  using Response = v1::WatchPatientsResponse;
  using Filter = PatientFilter;
  using Event = PatientChange;
  using Ring = PatientRing;
  static constexpr bool kHasSnapshot = false;

  static void SetEvent(const Event& event, Response& response) {
    response.mutable_changed()->set_patient_id(event.patient_id);
    *response.mutable_changed()->mutable_at() = ToTimestamp(event.at);
    response.mutable_changed()->set_what(event.what);
  }
  static const std::string& PatientOf(const Response& response) {
    return response.changed().patient_id();
  }
  static void SetHealth(const v1::MonitoringHealth& health, absl::Time now, Response& response) {
    *response.mutable_heartbeat()->mutable_server_time() = ToTimestamp(now);
    *response.mutable_heartbeat()->mutable_health() = health;
  }
};

}  // namespace withdrawal::clinician
