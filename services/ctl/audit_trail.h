// The audit trail on the command line: its rows as text and JSON, and the proof of all of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/audit/chain.h"
#include "libs/kafka/client_config.h"
#include "withdrawal/events/v1/audit.pb.h"

namespace withdrawal::ctl {

// One JSON object of the event, with the names of its proto fields; hashes as base64.
std::string AuditJson(const events::v1::AuditEvent& event);
std::string AuditText(const std::vector<events::v1::AuditEvent>& events);

// What topic and table hold, writer by writer.
struct Trail {
  std::map<std::string, std::vector<audit::Link>> links;  // of the topic, in its order
  std::map<std::string, audit::Contents> topic;           // as far as the table has read
  std::map<std::string, audit::Contents> table;
  std::vector<std::string> unreadable;  // places in topic and table
  int64_t events = 0;
  int64_t unread = 0;  // in the topic, not yet in the table
};

struct TrailPlaces {
  kafka::ClientConfig kafka;
  std::string topic;
  std::string database_url;
  absl::Time since = absl::InfinitePast();  // by the time of the event
};
absl::StatusOr<Trail> ReadTrail(const TrailPlaces& places);

struct Verdict {
  std::vector<std::string> lines;  // one for each fault, then a summary
  bool sound = true;
};
// `whole`: the trail was read from its beginning.
Verdict Judge(const Trail& trail, bool whole);

}  // namespace withdrawal::ctl
