// Settings of the clinician service that main reads and tests set.
#pragma once

#include <set>
#include <string>

#include "libs/kafka/client_config.h"
#include "libs/kafka/topics.h"
#include "services/clinician/watch_config.h"

namespace withdrawal::clinician {

struct TopicNames {
  std::string check_ins{kafka::kCheckInsTopic};
  std::string scores{kafka::kScoresTopic};
  std::string alerts{kafka::kAlertsTopic};
  std::string care_plans{kafka::kCarePlansTopic};
  std::string alert_commands{kafka::kAlertCommandsTopic};
  std::string dead_letters{kafka::kDeadLettersTopic};
  std::string intakes{kafka::kIntakesTopic};
  std::string consents{kafka::kConsentsTopic};
  std::string disclosures{kafka::kDisclosuresTopic};
  std::string audit{kafka::kAuditTopic};
};

// Those the tables are made of.
inline std::set<std::string> ProjectedTopics(const TopicNames& topics) {
  return {topics.scores,   topics.alerts,      topics.care_plans, topics.intakes,
          topics.consents, topics.disclosures, topics.audit};
}

struct Config {
  kafka::ClientConfig kafka;
  std::string group = "withdrawal-clinician";  // shares the projection's partitions out
  // Whose backlog is watched (AL-13), and how often; zero = not at all.
  std::string scoring_group = "withdrawal-scoring";
  std::string alerting_group = "withdrawal-alerting";
  absl::Duration health_every = absl::Seconds(10);
  std::string database_url;
  TopicNames topics;
  int workers = 8;              // threads with a database connection each
  int queue_max = 256;          // queries waiting for them
  int batch_records_max = 500;  // of one projection transaction
  size_t ring_events_max = 16384;
  int64_t ring_history = 250;  // events per partition read again at start, for resume tokens
  absl::Duration retry_min = absl::Milliseconds(200);  // back-off after a failure, doubled up to
  absl::Duration retry_max = absl::Seconds(5);
  absl::Duration outcomes_every = absl::Minutes(5);  // how often the outcome gauges are counted
  absl::Duration check_in_early = absl::Hours(1);    // of the catalogue: MissedCheckInPolicy
  WatchConfig watch;
};

}  // namespace withdrawal::clinician
