// The newest alert events of all partitions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/clinician/event_ring.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::clinician {

using RingEvent = HeldEvent<events::v1::AlertEvent>;

// Thread-safe.
class AlertRing : public EventRing<events::v1::AlertEvent> {
 public:
  using EventRing::EventRing;

  // What the ring holds of an alert, oldest first.
  std::vector<RingEvent> EventsOf(const std::string& alert_id) const {
    return Select([&](const auto& event) { return event.alert().alert_id() == alert_id; });
  }
  // The newest state of an alert among the events held.
  std::optional<events::v1::Alert> Find(const std::string& alert_id) const {
    const std::vector<RingEvent> events = EventsOf(alert_id);
    if (events.empty()) return std::nullopt;
    return events.back().event->alert();
  }
};

}  // namespace withdrawal::clinician
