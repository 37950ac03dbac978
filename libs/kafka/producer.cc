#include "libs/kafka/producer.h"

#include <array>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/kafka/client.h"
#include "libs/kafka/partition_health.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kPartitionFailingMax = absl::Seconds(20);
constexpr absl::Duration kServeInterval = absl::Milliseconds(100);

// Travels with the record through librdkafka and is freed by its delivery report.
struct Pending {
  Producer::Done done;
};

absl::Status RefusalStatus(rd_kafka_resp_err_t code) {
  std::string text = absl::StrCat("send: ", rd_kafka_err2name(code));
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return absl::ResourceExhaustedError(text);
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return absl::InvalidArgumentError(text);
  return absl::UnavailableError(text);
}

}  // namespace

// The handle and its delivery thread.
class Producer::Delivery {
 public:
  Delivery() = default;
  ~Delivery();

  absl::Status Start(const ClientConfig& config);
  void Send(stream::OutputRecord record, Done done);
  absl::Status AwaitTopics(const std::vector<std::string>& topics, absl::Duration timeout);
  bool AwaitIdle(absl::Duration timeout);
  bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

 private:
  struct Refused {
    std::unique_ptr<Pending> pending;
    absl::Status status;
  };

  static void OnDelivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  static void OnFailed(rd_kafka_t* handle, int code, const char* reason, void* opaque);
  void Serve();
  void FinishRefused();
  void Finish(std::unique_ptr<Pending> pending, absl::StatusOr<Position> result);
  void Report(const rd_kafka_message_t& message, Position position);

  Handle handle_;
  Queue events_;
  std::thread thread_;
  std::atomic<bool> healthy_{true};
  std::atomic<bool> fatal_{false};
  PartitionHealth partitions_{kPartitionFailingMax};  // delivery thread only

  absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t pending_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Refused> refused_ ABSL_GUARDED_BY(mutex_);     // bounded by the callers in flight
  std::vector<TopicHandle> topics_ ABSL_GUARDED_BY(mutex_);  // keeps their metadata fresh
};

absl::Status Producer::Delivery::Start(const ClientConfig& config) {
  Settings settings = {
      {"enable.idempotence", "true"},    {"acks", "all"},
      {"partitioner", "murmur2_random"}, {"linger.ms", "2"},
      {"message.timeout.ms", "4000"},    {"request.timeout.ms", "4000"},
  };
  Callbacks callbacks{.opaque = this, .delivered = OnDelivered, .failed = OnFailed};
  absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_PRODUCER, config, settings, callbacks);
  if (!handle.ok()) return handle.status();
  handle_ = *std::move(handle);
  events_.reset(rd_kafka_queue_get_main(handle_.get()));
  thread_ = std::thread([this] { Serve(); });
  return absl::OkStatus();
}

Producer::Delivery::~Delivery() {
  if (!thread_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_queue_yield(events_.get());
  thread_.join();
  absl::MutexLock lock(&mutex_);
  topics_.clear();
}

void Producer::Delivery::Serve() {
  for (;;) {
    rd_kafka_queue_poll_callback(events_.get(), ToMilliseconds(kServeInterval));
    FinishRefused();
    if (fatal_) {
      rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                        RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
    absl::MutexLock lock(&mutex_);
    if (closing_ && pending_count_ == 0) return;
  }
}

void Producer::Delivery::Send(stream::OutputRecord record, Done done) {
  auto pending = std::make_unique<Pending>(Pending{std::move(done)});
  bool refuse = false;
  {
    absl::MutexLock lock(&mutex_);
    ++pending_count_;
    refuse = closing_ || fatal_;
  }
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__FATAL;
  if (!refuse) {
    code = Produce(handle_.get(), record, RD_KAFKA_PARTITION_UA, false, pending.get());
  }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    (void)pending.release();  // the delivery report has it
    return;
  }
  {
    absl::MutexLock lock(&mutex_);
    refused_.push_back({std::move(pending), RefusalStatus(code)});
  }
  rd_kafka_queue_yield(events_.get());
}

void Producer::Delivery::FinishRefused() {
  std::vector<Refused> refused;
  {
    absl::MutexLock lock(&mutex_);
    refused.swap(refused_);
  }
  for (Refused& one : refused) Finish(std::move(one.pending), std::move(one.status));
}

void Producer::Delivery::Finish(std::unique_ptr<Pending> pending, absl::StatusOr<Position> result) {
  pending->done(std::move(result));
  absl::MutexLock lock(&mutex_);
  --pending_count_;
}

void Producer::Delivery::Report(const rd_kafka_message_t& message, Position position) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    partitions_.OnDelivered(position.topic, position.partition, absl::Now());
    return;
  }
  if (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
      message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT || message.partition < 0) {
    return;
  }
  if (partitions_.OnFailed(position.topic, position.partition, absl::Now()) &&
      healthy_.exchange(false)) {
    spdlog::error("kafka producer: {} partition {} keeps failing while others pass ({})",
                  position.topic, position.partition, rd_kafka_err2name(message.err));
  }
}

void Producer::Delivery::OnDelivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* self = static_cast<Delivery*>(opaque);
  std::unique_ptr<Pending> pending(static_cast<Pending*>(message->_private));
  Position position{rd_kafka_topic_name(message->rkt), message->partition, message->offset};
  self->Report(*message, position);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    self->Finish(std::move(pending), std::move(position));
  } else {
    self->Finish(std::move(pending), absl::UnavailableError(absl::StrCat(
                                         "delivery: ", rd_kafka_err2name(message->err))));
  }
}

void Producer::Delivery::OnFailed(rd_kafka_t* handle, int code, const char* reason, void* opaque) {
  auto* self = static_cast<Delivery*>(opaque);
  if (code != RD_KAFKA_RESP_ERR__FATAL) {
    spdlog::warn("kafka producer: {} {}", rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)),
                 reason);
    return;
  }
  std::array<char, 512> text{};
  rd_kafka_resp_err_t cause = rd_kafka_fatal_error(handle, text.data(), text.size());
  spdlog::error("kafka producer failed for good: {} {}", rd_kafka_err2name(cause), text.data());
  self->fatal_ = true;
  self->healthy_ = false;
}

absl::Status Producer::Delivery::AwaitTopics(const std::vector<std::string>& topics,
                                             absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  for (const std::string& topic : topics) {
    TopicHandle local(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
    absl::StatusOr<int> count = PartitionCount(handle_.get(), topic, deadline - absl::Now());
    if (!count.ok()) return count.status();
    absl::MutexLock lock(&mutex_);
    topics_.push_back(std::move(local));
  }
  return absl::OkStatus();
}

bool Producer::Delivery::AwaitIdle(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  auto idle = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return pending_count_ == 0; };
  return mutex_.AwaitWithTimeout(absl::Condition(&idle), timeout);
}

absl::StatusOr<std::unique_ptr<Producer>> Producer::Create(const ClientConfig& config) {
  auto delivery = std::make_unique<Delivery>();
  absl::Status status = delivery->Start(config);
  if (!status.ok()) return status;
  return std::unique_ptr<Producer>(new Producer(std::move(delivery)));
}

Producer::Producer(std::unique_ptr<Delivery> delivery) : delivery_(std::move(delivery)) {}
Producer::~Producer() = default;

void Producer::Send(stream::OutputRecord record, Done done) {
  delivery_->Send(std::move(record), std::move(done));
}

absl::Status Producer::AwaitTopics(const std::vector<std::string>& topics, absl::Duration timeout) {
  return delivery_->AwaitTopics(topics, timeout);
}

bool Producer::healthy() const { return delivery_->healthy(); }

absl::Status Producer::Flush(absl::Duration timeout) {
  if (delivery_->AwaitIdle(timeout)) return absl::OkStatus();
  return absl::DeadlineExceededError("flush: records still wait for the brokers");
}

}  // namespace withdrawal::kafka
