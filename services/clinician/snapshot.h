// What a watch stream starts with: the offsets of the read model, then the open alerts page by
// page.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/clinician/alert_filter.h"
#include "services/clinician/database.h"
#include "services/clinician/token.h"

namespace withdrawal::clinician {

// The offsets up to which `topic` is in the tables.
absl::StatusOr<Positions> ReadOffsets(Connection& connection, const std::string& topic,
                                      absl::Duration timeout);

// The open and acknowledged alerts after `after` (empty: from the start), most urgent first, in a
// transaction of its own: an alert that changes between two pages is in the events after the
// offsets read before the first page, so pages need not be of one moment.
struct SnapshotPage {
  std::vector<events::v1::Alert> alerts;
  PageKey next;  // empty = last page
};
absl::StatusOr<SnapshotPage> ReadSnapshotPage(Connection& connection, const AlertFilter& filter,
                                              const PageKey& after, int alerts_max,
                                              absl::Duration timeout);

}  // namespace withdrawal::clinician
