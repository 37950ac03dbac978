// The C boundary of librdkafka: handles, configuration, error classes. Included by the .cc files of
// this library only; services see producer.h, consumer.h, stream_runner.h and topics.h.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"

namespace withdrawal::kafka {

struct Deleter {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_consumer_group_metadata_t* metadata) const {
    rd_kafka_consumer_group_metadata_destroy(metadata);
  }
};
using Handle = std::unique_ptr<rd_kafka_t, Deleter>;
using Message = std::unique_ptr<rd_kafka_message_t, Deleter>;
using Error = std::unique_ptr<rd_kafka_error_t, Deleter>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Deleter>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t, Deleter>;

using Settings = std::vector<std::pair<std::string, std::string>>;

// Called by librdkafka with `opaque`; each may be null.
struct Callbacks {
  void* opaque = nullptr;
  void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void* opaque) = nullptr;
  void (*failed)(rd_kafka_t*, int code, const char* reason, void* opaque) = nullptr;
  void (*rebalanced)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*,
                     void* opaque) = nullptr;
};

// InvalidArgument names the property librdkafka refused.
absl::StatusOr<Handle> CreateHandle(rd_kafka_type_t type, const ClientConfig& config,
                                    const Settings& settings, const Callbacks& callbacks = {});

// Settings shared by all consumers that read what has been committed and keep their own offsets.
Settings ReaderSettings();

// What the caller can do about an error: the whole policy of this library.
enum class ErrorClass {
  kRetriable,  // make the same call again
  kAbortable,  // abort the transaction, go back to the committed state, go on
  kFatal,      // this handle is of no more use (fenced, unauthorised, ...): end the process
};
ErrorClass Classify(const rd_kafka_error_t* error);
ErrorClass Classify(rd_kafka_resp_err_t code);

// Unavailable (retriable), Aborted (abortable) or Internal (fatal); `what` says what was tried.
absl::Status ToStatus(const std::string& what, rd_kafka_resp_err_t code);
absl::Status ToStatus(const std::string& what, const rd_kafka_error_t* error);

int ToMilliseconds(absl::Duration duration);  // at least 0, at most a day

PartitionList ToList(const std::vector<Position>& positions);
std::vector<Position> FromList(const rd_kafka_topic_partition_list_t& list);
std::vector<stream::Header> ReadHeaders(const rd_kafka_message_t& message);
OwnedRecord ToOwned(const rd_kafka_message_t& message);

// Hands the record to the handle's queue. `partition` RD_KAFKA_PARTITION_UA = by key. A null value
// is written when `tombstone`. `opaque` comes back in the delivery report.
rd_kafka_resp_err_t Produce(rd_kafka_t* handle, const stream::OutputRecord& record,
                            int32_t partition, bool tombstone, void* opaque);

// Partition count of each topic. NotFound names a topic that does not exist.
absl::StatusOr<int> PartitionCount(rd_kafka_t* handle, const std::string& topic,
                                   absl::Duration timeout);

// Ends of the partitions as the handle's isolation level sees them, in one round trip per leader.
absl::StatusOr<std::vector<Position>> QueryEnds(rd_kafka_t* handle,
                                                const std::vector<Position>& partitions,
                                                absl::Duration timeout);

}  // namespace withdrawal::kafka
