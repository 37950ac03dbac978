// The topics of the system (deploy/topics.yaml, embedded), and making the brokers agree with them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"

namespace withdrawal::kafka {

inline constexpr std::string_view kCheckInsTopic = "withdrawal.check-ins.v1";
inline constexpr std::string_view kCarePlansTopic = "withdrawal.care-plans.v1";
inline constexpr std::string_view kScoresTopic = "withdrawal.scores.v1";
inline constexpr std::string_view kAlertsTopic = "withdrawal.alerts.v1";
inline constexpr std::string_view kAlertCommandsTopic = "withdrawal.alert-commands.v1";
inline constexpr std::string_view kIntakesTopic = "withdrawal.intakes.v1";
inline constexpr std::string_view kConsentsTopic = "withdrawal.consents.v1";
inline constexpr std::string_view kDisclosuresTopic = "withdrawal.disclosures.v1";
inline constexpr std::string_view kAuditTopic = "withdrawal.audit.v1";
inline constexpr std::string_view kDeadLettersTopic = "withdrawal.dead-letters.v1";
inline constexpr std::string_view kScoringStateTopic = "withdrawal.scoring-state.v1";
inline constexpr std::string_view kAlertingStateTopic = "withdrawal.alerting-state.v1";

struct TopicSpec {
  std::string name;
  int partitions = 0;
  int replication = 0;
  std::map<std::string, std::string> config = {};
};

// What an installation changes about the declared topics.
struct TopicOverrides {
  std::optional<int> partitions = {};   // of every topic; a laptop takes 6
  std::optional<int> replication = {};  // a single broker takes 1
  std::string prefix = {};              // before every name; tests keep apart with it
};

// InvalidArgument says what is wrong with the text.
absl::StatusOr<std::vector<TopicSpec>> ParseTopics(const std::string& yaml,
                                                   const TopicOverrides& overrides);

// The topics of deploy/topics.yaml as of the build.
absl::StatusOr<std::vector<TopicSpec>> DeclaredTopics(const TopicOverrides& overrides);

// Creates what is missing and compares the partition counts of what is there.
//   FailedPrecondition   a topic exists with another partition count, or the specs differ among
//   each
//                        other: partition p of every topic must hold the same patients
//   Unavailable          the brokers did not answer in time
absl::Status EnsureTopics(const ClientConfig& config, const std::vector<TopicSpec>& topics,
                          absl::Duration timeout = absl::Seconds(30));

// For tests. Topics that do not exist are no error.
absl::Status DeleteTopics(const ClientConfig& config, const std::vector<std::string>& names,
                          absl::Duration timeout = absl::Seconds(30));

}  // namespace withdrawal::kafka
