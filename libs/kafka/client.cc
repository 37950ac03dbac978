#include "libs/kafka/client.h"

#include <syslog.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

void Log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  spdlog::level::level_enum severity = level <= LOG_ERR       ? spdlog::level::err
                                       : level <= LOG_WARNING ? spdlog::level::warn
                                       : level <= LOG_INFO    ? spdlog::level::info
                                                              : spdlog::level::debug;
  spdlog::log(severity, "kafka {} {}: {}", handle ? rd_kafka_name(handle) : "", facility, text);
}

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

}  // namespace

absl::StatusOr<Handle> CreateHandle(rd_kafka_type_t type, const ClientConfig& config,
                                    const Settings& settings, const Callbacks& callbacks) {
  Settings all = {
      {"bootstrap.servers", config.brokers},
      {"client.id", config.client_id},
      {"socket.nagle.disable", "true"},
      {"log.connection.close", "false"},
      {"reconnect.backoff.max.ms", "2000"},
      // A partition whose leader came back is noticed within this, whatever else is missed.
      {"topic.metadata.refresh.interval.ms", "10000"},
  };
  all.insert(all.end(), settings.begin(), settings.end());
  if (!config.security_file.empty()) {
    const auto security = ReadSecurity(config.security_file);
    if (!security.ok()) return security.status();
    all.insert(all.end(), security->begin(), security->end());
  }
  all.insert(all.end(), config.overrides.begin(), config.overrides.end());

  std::unique_ptr<rd_kafka_conf_t, ConfDeleter> conf(rd_kafka_conf_new());
  std::array<char, 512> reason{};
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK) {
      return absl::InvalidArgumentError(absl::StrCat("Kafka property ", name, ": ", reason.data()));
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), callbacks.opaque);
  rd_kafka_conf_set_log_cb(conf.get(), Log);
  if (callbacks.delivered) rd_kafka_conf_set_dr_msg_cb(conf.get(), callbacks.delivered);
  if (callbacks.failed) rd_kafka_conf_set_error_cb(conf.get(), callbacks.failed);
  if (callbacks.rebalanced) rd_kafka_conf_set_rebalance_cb(conf.get(), callbacks.rebalanced);

  Handle handle(rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (handle == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("Kafka client: ", reason.data()));
  }
  (void)conf.release();  // owned by the handle now
  return handle;
}

Settings ReaderSettings() {
  return {
      {"enable.auto.commit", "false"},         {"enable.auto.offset.store", "false"},
      {"isolation.level", "read_committed"},   {"auto.offset.reset", "earliest"},
      {"enable.partition.eof", "true"},        {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},       {"queued.min.messages", "10000"},
      {"queued.max.messages.kbytes", "32768"},
  };
}

ErrorClass Classify(const rd_kafka_error_t* error) {
  if (rd_kafka_error_is_fatal(error)) return ErrorClass::kFatal;
  if (rd_kafka_error_is_retriable(error)) return ErrorClass::kRetriable;
  if (rd_kafka_error_txn_requires_abort(error)) return ErrorClass::kAbortable;
  return ErrorClass::kFatal;
}

ErrorClass Classify(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
      return ErrorClass::kFatal;
    default:
      return ErrorClass::kRetriable;
  }
}

namespace {
absl::Status MakeStatus(const std::string& what, ErrorClass error_class, const char* name,
                        const char* text) {
  std::string message = absl::StrCat(what, ": ", name, " ", text);
  switch (error_class) {
    case ErrorClass::kRetriable:
      return absl::UnavailableError(message);
    case ErrorClass::kAbortable:
      return absl::AbortedError(message);
    case ErrorClass::kFatal:
      break;
  }
  return absl::InternalError(message);
}
}  // namespace

absl::Status ToStatus(const std::string& what, rd_kafka_resp_err_t code) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return MakeStatus(what, Classify(code), rd_kafka_err2name(code), rd_kafka_err2str(code));
}

absl::Status ToStatus(const std::string& what, const rd_kafka_error_t* error) {
  if (error == nullptr) return absl::OkStatus();
  return MakeStatus(what, Classify(error), rd_kafka_error_name(error),
                    rd_kafka_error_string(error));
}

int ToMilliseconds(absl::Duration duration) {
  return static_cast<int>(
      absl::ToInt64Milliseconds(std::clamp(duration, absl::ZeroDuration(), absl::Hours(24))));
}

PartitionList ToList(const std::vector<Position>& positions) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const Position& position : positions) {
    rd_kafka_topic_partition_list_add(list.get(), position.topic.c_str(), position.partition)
        ->offset = position.offset;
  }
  return list;
}

std::vector<Position> FromList(const rd_kafka_topic_partition_list_t& list) {
  std::vector<Position> positions;
  for (int i = 0; i < list.cnt; ++i) {
    positions.push_back({list.elems[i].topic, list.elems[i].partition, list.elems[i].offset});
  }
  return positions;
}

std::vector<stream::Header> ReadHeaders(const rd_kafka_message_t& message) {
  std::vector<stream::Header> headers;
  rd_kafka_headers_t* raw = nullptr;
  if (rd_kafka_message_headers(&message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(raw, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    headers.push_back({name, value ? std::string(static_cast<const char*>(value), size) : ""});
  }
  return headers;
}

OwnedRecord ToOwned(const rd_kafka_message_t& message) {
  OwnedRecord record;
  record.topic = rd_kafka_topic_name(message.rkt);
  record.partition = message.partition;
  record.offset = message.offset;
  if (message.key) record.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload) record.value.assign(static_cast<const char*>(message.payload), message.len);
  rd_kafka_timestamp_type_t type{};
  record.timestamp = absl::FromUnixMillis(rd_kafka_message_timestamp(&message, &type));
  record.headers = ReadHeaders(message);
  return record;
}

rd_kafka_resp_err_t Produce(rd_kafka_t* handle, const stream::OutputRecord& record,
                            int32_t partition, bool tombstone, void* opaque) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const stream::Header& header : record.headers) {
    rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  void* value = tombstone ? nullptr : const_cast<char*>(record.value.data());
  rd_kafka_resp_err_t code =
      rd_kafka_producev(handle, RD_KAFKA_V_TOPIC(record.topic.c_str()),
                        RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                        RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
                        RD_KAFKA_V_VALUE(value, tombstone ? size_t{0} : record.value.size()),
                        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
  return code;
}

absl::StatusOr<int> PartitionCount(rd_kafka_t* handle, const std::string& topic,
                                   absl::Duration timeout) {
  TopicHandle local(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t code =
      rd_kafka_metadata(handle, 0, local.get(), &metadata, ToMilliseconds(timeout));
  std::unique_ptr<const rd_kafka_metadata_t, void (*)(const rd_kafka_metadata_t*)> owned(
      metadata, rd_kafka_metadata_destroy);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("metadata of " + topic, code);
  if (metadata->topic_cnt != 1) return absl::NotFoundError("topic " + topic);
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    return absl::NotFoundError(absl::StrCat("topic ", topic, " does not exist"));
  }
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("metadata of " + topic, found.err);
  return found.partition_cnt;
}

absl::StatusOr<std::vector<Position>> QueryEnds(rd_kafka_t* handle,
                                                const std::vector<Position>& partitions,
                                                absl::Duration timeout) {
  if (partitions.empty()) return std::vector<Position>();
  PartitionList list = ToList(partitions);
  for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = kEnd;  // "timestamp" of the end
  rd_kafka_resp_err_t code =
      rd_kafka_offsets_for_times(handle, list.get(), ToMilliseconds(timeout));
  for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; ++i) {
    code = list->elems[i].err;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("end offsets", code);
  return FromList(*list);
}

}  // namespace withdrawal::kafka
