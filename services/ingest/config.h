// The settings of withdrawal-ingest.
#pragma once

#include <string>

#include "libs/catalogue/catalogue.h"
#include "libs/identity/settings.h"
#include "libs/kafka/topics.h"
#include "libs/runtime/options.h"

namespace withdrawal::ingest {

struct Settings {
  Settings() {
    service.service = "ingest";
    service.metrics_address = "127.0.0.1:9101";
    service.health_address = "127.0.0.1:50061";
  }

  void AddTo(runtime::Options& options) {
    options.AddService(&service);
    options.AddCatalogue(&catalogue.directory, &catalogue.overrides);
    options.Add("listen-address", &listen_address, "host:port of IngestService; port 0 = any");
    options.AddTransport(&transport);
    options.Add("topic", &topic, "where check-ins are stored");
    options.Add("care-plans-topic", &care_plans_topic, "whose each person is, and merged records");
    options.Add("audit-topic", &audit_topic, "who was refused");
    identity.AddTo(options);
    options.Add("in-flight-max", &in_flight_max,
                "check-ins awaiting the brokers before more are turned away", 1, 100'000);
    options.Add("in-flight-megabytes-max", &in_flight_megabytes_max, "the same by size", 1, 4096);
    options.Add("drain-delay-ms", &drain_delay_ms,
                "after SIGTERM: not ready, still serving, for load balancers to notice", 0, 20'000);
  }

  runtime::ServiceSettings service;
  catalogue::Location catalogue;
  std::string listen_address = "127.0.0.1:50051";
  rpc::ServerTransport transport;
  std::string topic{kafka::kCheckInsTopic};
  std::string care_plans_topic{kafka::kCarePlansTopic};
  std::string audit_topic{kafka::kAuditTopic};
  identity::Settings identity;
  int in_flight_max = 4096;
  int in_flight_megabytes_max = 64;
  int drain_delay_ms = 5000;
};

}  // namespace withdrawal::ingest
