#include "libs/kafka/topics.h"

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/client.h"
#include "yaml-cpp/yaml.h"

namespace withdrawal::kafka {

extern const char* const kTopicsYaml;  // topics_yaml.cc, made from deploy/topics.yaml by the build

namespace {

struct AdminDeleter {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_DeleteTopic_t* topic) const { rd_kafka_DeleteTopic_destroy(topic); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, AdminDeleter>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, AdminDeleter>;
using Event = std::unique_ptr<rd_kafka_event_t, AdminDeleter>;

void Merge(const YAML::Node& node, std::map<std::string, std::string>& config) {
  for (const auto& entry : node) {
    config[entry.first.as<std::string>()] = entry.second.as<std::string>();
  }
}

std::vector<TopicSpec> Read(const YAML::Node& root, const TopicOverrides& overrides) {
  const YAML::Node defaults = root["defaults"];
  std::vector<TopicSpec> topics;
  for (const auto& entry : root["topics"]) {
    TopicSpec topic;
    topic.name = overrides.prefix + entry.first.as<std::string>();
    topic.partitions = overrides.partitions.value_or(defaults["partitions"].as<int>());
    topic.replication = overrides.replication.value_or(defaults["replication"].as<int>());
    Merge(defaults["config"], topic.config);
    Merge(entry.second, topic.config);
    if (topic.replication < 3) topic.config["min.insync.replicas"] = "1";
    topics.push_back(std::move(topic));
  }
  return topics;
}

absl::StatusOr<NewTopic> ToNewTopic(const TopicSpec& spec) {
  std::array<char, 256> reason{};
  NewTopic topic(rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication,
                                       reason.data(), reason.size()));
  if (topic == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("topic ", spec.name, ": ", reason.data()));
  }
  for (const auto& [name, value] : spec.config) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  return topic;
}

Options MakeOptions(rd_kafka_t* handle, rd_kafka_admin_op_t operation, absl::Duration timeout) {
  Options options(rd_kafka_AdminOptions_new(handle, operation));
  std::array<char, 128> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), ToMilliseconds(timeout), reason.data(),
                                            reason.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), ToMilliseconds(timeout), reason.data(),
                                              reason.size());
  return options;
}

absl::Status FirstFailure(const rd_kafka_topic_result_t** results, size_t count,
                          rd_kafka_resp_err_t accepted) {
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == accepted) continue;
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    return absl::FailedPreconditionError(
        absl::StrCat("topic ", rd_kafka_topic_result_name(results[i]), ": ", text ? text : ""));
  }
  return absl::OkStatus();
}

absl::Status CreateMissing(rd_kafka_t* handle, const std::vector<TopicSpec>& specs,
                           absl::Duration timeout) {
  std::vector<NewTopic> owned;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const TopicSpec& spec : specs) {
    absl::StatusOr<NewTopic> topic = ToNewTopic(spec);
    if (!topic.ok()) return topic.status();
    raw.push_back(topic->get());
    owned.push_back(*std::move(topic));
  }
  Queue queue(rd_kafka_queue_new(handle));
  Options options = MakeOptions(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout);
  rd_kafka_CreateTopics(handle, raw.data(), raw.size(), options.get(), queue.get());
  Event event(rd_kafka_queue_poll(queue.get(), ToMilliseconds(timeout)));
  if (event == nullptr) return absl::UnavailableError("create topics: no answer in time");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(
        absl::StrCat("create topics: ", rd_kafka_event_error_string(event.get())));
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  return FirstFailure(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
}

// A topic made a moment ago may not be known to every broker yet.
absl::StatusOr<int> AwaitPartitionCount(rd_kafka_t* handle, const std::string& topic,
                                        absl::Time deadline) {
  for (;;) {
    absl::StatusOr<int> count = PartitionCount(handle, topic, deadline - absl::Now());
    bool not_yet = count.ok()
                       ? *count == 0
                       : absl::IsNotFound(count.status()) || absl::IsUnavailable(count.status());
    if (!not_yet || absl::Now() > deadline) return count;
    rd_kafka_poll(handle, 50);
  }
}

}  // namespace

absl::StatusOr<std::vector<TopicSpec>> ParseTopics(const std::string& yaml,
                                                   const TopicOverrides& overrides) {
  try {
    return Read(YAML::Load(yaml), overrides);
  } catch (const YAML::Exception& failure) {
    return absl::InvalidArgumentError(absl::StrCat("topics: ", failure.what()));
  }
}

absl::StatusOr<std::vector<TopicSpec>> DeclaredTopics(const TopicOverrides& overrides) {
  return ParseTopics(kTopicsYaml, overrides);
}

absl::Status EnsureTopics(const ClientConfig& config, const std::vector<TopicSpec>& topics,
                          absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  for (const TopicSpec& spec : topics) {
    if (spec.partitions != topics.front().partitions) {
      return absl::FailedPreconditionError(
          absl::StrCat("topics ", topics.front().name, " and ", spec.name,
                       " are declared with different partition counts; they must be equal"));
    }
  }
  absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_PRODUCER, config, {});
  if (!handle.ok()) return handle.status();
  absl::Status created = CreateMissing(handle->get(), topics, timeout);
  if (!created.ok()) return created;
  for (const TopicSpec& spec : topics) {
    absl::StatusOr<int> count = AwaitPartitionCount(handle->get(), spec.name, deadline);
    if (!count.ok()) return count.status();
    if (*count != spec.partitions) {
      return absl::FailedPreconditionError(absl::StrCat(
          "topic ", spec.name, " has ", *count, " partitions on the brokers, declared are ",
          spec.partitions,
          ". State is kept per partition, so the count of a topic in use cannot change: declare ",
          *count, " or move to new topics"));
    }
  }
  return absl::OkStatus();
}

absl::Status DeleteTopics(const ClientConfig& config, const std::vector<std::string>& names,
                          absl::Duration timeout) {
  absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_PRODUCER, config, {});
  if (!handle.ok()) return handle.status();
  if (names.empty()) return absl::OkStatus();
  std::vector<std::unique_ptr<rd_kafka_DeleteTopic_t, AdminDeleter>> owned;
  std::vector<rd_kafka_DeleteTopic_t*> raw;
  for (const std::string& name : names) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    raw.push_back(owned.back().get());
  }
  Queue queue(rd_kafka_queue_new(handle->get()));
  Options options = MakeOptions(handle->get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout);
  rd_kafka_DeleteTopics(handle->get(), raw.data(), raw.size(), options.get(), queue.get());
  Event event(rd_kafka_queue_poll(queue.get(), ToMilliseconds(timeout)));
  if (event == nullptr) return absl::UnavailableError("delete topics: no answer in time");
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  return FirstFailure(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

}  // namespace withdrawal::kafka
