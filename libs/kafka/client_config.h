// What every Kafka handle of a process is made from.
#pragma once

#include <map>
#include <string>

namespace withdrawal::kafka {

struct ClientConfig {
  std::string brokers;    // host:port, comma separated
  std::string client_id;  // seen in broker logs and quotas, e.g. "withdrawal-ingest"
  // Further librdkafka properties (security.protocol, sasl.*, ...), applied last: they win.
  std::map<std::string, std::string> overrides = {};
};

}  // namespace withdrawal::kafka
