// The notifier's records between protobuf and its core.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/notifier/core/outbox.h"
#include "services/notifier/core/page.h"
#include "withdrawal/events/v1/command.pb.h"
#include "withdrawal/events/v1/consent.pb.h"

namespace withdrawal::notifier {

// What an alerts record says.
//   InvalidArgument      not an AlertEvent with an alert: skip it
//   FailedPrecondition   a kind we do not know that must not be ignored: stop
absl::StatusOr<AlertNews> Decode(const std::string& value);

// The command id is the same for the same page and fate.
events::v1::AlertCommand CommandOf(const Report& report);

// Words that go with a disclosure, and their version (reference PR-08).
struct Notice {
  std::string version;
  std::string text;
};

// REQUIRES: report.told_by.
events::v1::DisclosureRecorded DisclosureOf(const Report& report, const Notice& notice);

}  // namespace withdrawal::notifier
