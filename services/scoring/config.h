// The settings of withdrawal-scoring.
#pragma once

#include <string>

#include "libs/catalogue/catalogue.h"
#include "libs/kafka/stream_runner.h"
#include "libs/runtime/options.h"
#include "services/scoring/scoring_task.h"

namespace withdrawal::scoring {

struct Settings {
  Settings() {
    service.service = "scoring";
    service.metrics_address = "127.0.0.1:9102";
    service.health_address = "127.0.0.1:50062";
  }

  void AddTo(runtime::Options& options) {
    options.AddService(&service);
    options.AddCatalogue(&catalogue.directory, &catalogue.overrides);
    options.Add("instance-id", &instance_id, "stable across restarts, unique among the instances");
    options.Add("commit-interval-ms", &commit_interval_ms, "longest transaction", 1, 5000);
    options.Add("commit-records", &commit_records, "most records in a transaction", 1, 100000);
  }

  kafka::StreamConfig Stream() const {
    const ScoringTopics topics;
    kafka::StreamConfig config;
    config.client.brokers = service.kafka_brokers;
    config.client.security_file = service.kafka_security;
    config.client.client_id = "withdrawal-scoring-" + instance_id;
    config.service = service.service;
    config.instance_id = instance_id;
    config.inputs = {topics.check_ins, topics.care_plans};
    config.changelog = topics.state;
    config.outputs = {topics.scores};
    config.commit_interval = absl::Milliseconds(commit_interval_ms);
    config.commit_records_max = commit_records;
    return config;
  }

  runtime::ServiceSettings service;
  catalogue::Location catalogue;
  std::string instance_id = "0";
  int commit_interval_ms = 50;
  int commit_records = 500;
};

}  // namespace withdrawal::scoring
