// What every Kafka handle of a process is made from.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace withdrawal::kafka {

struct ClientConfig {
  std::string brokers;    // host:port, comma separated
  std::string client_id;  // seen in broker logs and quotas, e.g. "withdrawal-ingest"
  // How to reach and convince the brokers (ReadSecurity); empty = plaintext.
  std::string security_file = {};
  // Further librdkafka properties, applied last: they win.
  std::map<std::string, std::string> overrides = {};
};

// The properties of a file of `name=value` lines (# begins a comment), as operators mount it from a
// secret: security.protocol, ssl.ca.location, sasl.mechanism, sasl.username, sasl.password, ...
// Only what is about security and sockets may be set: the rest decides whether events are lost.
//   InvalidArgument names the file and the line, never a value
absl::StatusOr<std::map<std::string, std::string>> ReadSecurity(const std::string& file);

}  // namespace withdrawal::kafka
