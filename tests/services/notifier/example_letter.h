// A letter of the tests.
#pragma once

#include "services/notifier/core/on_call.h"

namespace withdrawal::notifier {

inline Letter ExampleLetter() {
  Letter letter;
  Page& page = letter.page;
  page.event_id = "a1/3";
  page.alert_id = "a1";
  page.patient_id = "p1";
  page.priority = Priority::kEmergency;
  page.rung = 1;
  page.target = "secondary";
  page.text = "Emergency.";
  page.occurred_at = absl::FromUnixMillis(1'800'000'000'250);
  letter.page_id = "a1/3/n1";
  letter.recipient = "n1";
  return letter;
}

}  // namespace withdrawal::notifier
