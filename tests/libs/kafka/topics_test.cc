#include "libs/kafka/topics.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::kafka {
namespace {

TopicSpec Find(const std::vector<TopicSpec>& topics, std::string_view name) {
  auto found = std::find_if(topics.begin(), topics.end(),
                            [&](const TopicSpec& topic) { return topic.name == name; });
  return found == topics.end() ? TopicSpec{} : *found;
}

TEST(Topics, EveryTopicTheServicesUseIsDeclaredWithTheSamePartitionCount) {
  auto topics = DeclaredTopics({});
  ASSERT_TRUE(topics.ok()) << topics.status();
  EXPECT_EQ(topics->size(), 12u);
  for (std::string_view name :
       {kCheckInsTopic, kCarePlansTopic, kScoresTopic, kAlertsTopic, kAlertCommandsTopic,
        kIntakesTopic, kConsentsTopic, kDisclosuresTopic, kAuditTopic, kDeadLettersTopic,
        kScoringStateTopic, kAlertingStateTopic}) {
    EXPECT_EQ(Find(*topics, name).partitions, 48) << name;
    EXPECT_EQ(Find(*topics, name).replication, 3) << name;
  }
}

TEST(Topics, TheClinicalRecordIsNeverDeletedByAge) {
  auto topics = DeclaredTopics({});
  ASSERT_TRUE(topics.ok()) << topics.status();
  for (std::string_view name : {kCarePlansTopic, kAlertsTopic, kConsentsTopic, kDisclosuresTopic}) {
    EXPECT_EQ(Find(*topics, name).config["retention.ms"], "-1") << name;
    EXPECT_EQ(Find(*topics, name).config.count("cleanup.policy"), 0u) << name;
  }
}

TEST(Topics, StateIsCompactedEarly) {
  auto topics = DeclaredTopics({});
  ASSERT_TRUE(topics.ok()) << topics.status();
  for (std::string_view name : {kScoringStateTopic, kAlertingStateTopic}) {
    EXPECT_EQ(Find(*topics, name).config["cleanup.policy"], "compact") << name;
    EXPECT_EQ(Find(*topics, name).config["min.cleanable.dirty.ratio"], "0.1") << name;
  }
}

TEST(Topics, ALaptopOverridesPartitionsAndReplication) {
  auto topics = DeclaredTopics({.partitions = 6, .replication = 1, .prefix = "x."});
  ASSERT_TRUE(topics.ok()) << topics.status();
  TopicSpec scores = Find(*topics, "x.withdrawal.scores.v1");
  EXPECT_EQ(scores.partitions, 6);
  EXPECT_EQ(scores.replication, 1);
  EXPECT_EQ(scores.config["min.insync.replicas"], "1");
}

TEST(Topics, UnreadableDeclarationsAreRefused) {
  EXPECT_EQ(ParseTopics("defaults: {partitions: many}\ntopics: {a: {}}", {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Topics, DeclaringDifferentPartitionCountsIsRefusedBeforeAnythingIsCreated) {
  absl::Status status = EnsureTopics({.brokers = "127.0.0.1:1", .client_id = "test"},
                                     {{"a", 6, 1, {}}, {"b", 12, 1, {}}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("partition counts"));
}

}  // namespace
}  // namespace withdrawal::kafka
