// What every subcommand of withdrawalctl is told: where the services are and how to reach them.
#pragma once

#include <string>

#include "libs/catalogue/catalogue.h"
#include "libs/kafka/client_config.h"
#include "libs/rpc/transport.h"

namespace withdrawal::ctl {

// Options in front of the subcommand, each with an environment variable.
struct Settings {
  std::string ingest_address = "127.0.0.1:50051";
  std::string clinician_address = "127.0.0.1:50052";
  kafka::ClientConfig kafka = {.brokers = "127.0.0.1:19092", .client_id = "withdrawalctl"};
  rpc::ClientTransport transport;
  catalogue::Location catalogue;
  std::string actor = "withdrawalctl";
};

}  // namespace withdrawal::ctl
