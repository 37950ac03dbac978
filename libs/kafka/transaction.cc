#include "libs/kafka/transaction.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/dead_letter.h"
#include "libs/kafka/headers.h"
#include "libs/stream/reason.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kRetryPause = absl::Milliseconds(20);

void OnFailed(rd_kafka_t*, int code, const char* reason, void*) {
  spdlog::warn("kafka transaction: {} {}",
               rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)), reason);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transaction>> Transaction::Create(const StreamConfig& config,
                                                                 StreamMetrics& metrics) {
  const std::string timeout = absl::StrCat(ToMilliseconds(config.transaction_timeout));
  Settings settings = {
      {"transactional.id", absl::StrCat("withdrawal-", config.service, "-", config.instance_id)},
      {"transaction.timeout.ms", timeout},
      {"message.timeout.ms", timeout},
      {"partitioner", "murmur2_random"},
      {"linger.ms", "5"},
      // The next transaction meets the unfinished markers of the last one and waits this long.
      {"retry.backoff.ms", "10"},
  };
  absl::StatusOr<Handle> handle =
      CreateHandle(RD_KAFKA_PRODUCER, config.client, settings, {.failed = OnFailed});
  if (!handle.ok()) return handle.status();
  std::unique_ptr<Transaction> transaction(new Transaction(config, metrics));
  transaction->handle_ = *std::move(handle);
  return transaction;
}

template <typename Call>
absl::Status Transaction::Insist(const char* what, Call call) {
  const absl::Time deadline = absl::Now() + 2 * config_.transaction_timeout;
  for (;;) {
    Error error(call());
    absl::Status status = ToStatus(what, error.get());
    if (!absl::IsUnavailable(status) || absl::Now() >= deadline) return status;
    spdlog::warn("kafka transaction: again: {}", std::string(status.message()));
    rd_kafka_poll(handle_.get(), ToMilliseconds(kRetryPause));
  }
}

absl::Status Transaction::Initialise(absl::Duration timeout) {
  Error error(rd_kafka_init_transactions(handle_.get(), ToMilliseconds(timeout)));
  return ToStatus("initialise transactions", error.get());
}

absl::StatusOr<int> Transaction::LearnTopic(const std::string& topic, absl::Duration timeout) {
  TopicHandle kept(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
  absl::StatusOr<int> count = PartitionCount(handle_.get(), topic, timeout);
  if (count.ok()) topics_.push_back(std::move(kept));
  return count;
}

absl::Status Transaction::Begin() {
  return Insist("begin", [this] { return rd_kafka_begin_transaction(handle_.get()); });
}

absl::Status Transaction::Enqueue(const stream::OutputRecord& record, int32_t partition,
                                  bool tombstone) {
  const absl::Time deadline = absl::Now() + config_.transaction_timeout;
  for (;;) {
    rd_kafka_resp_err_t code = Produce(handle_.get(), record, partition, tombstone, nullptr);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
    std::string what = absl::StrCat("write to ", record.topic, ": ", rd_kafka_err2name(code));
    // The transaction may have failed meanwhile; the abort will tell whether for good.
    if (code == RD_KAFKA_RESP_ERR__STATE || code == RD_KAFKA_RESP_ERR__FATAL) {
      return absl::AbortedError(what);
    }
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return absl::InternalError(what);
    if (absl::Now() >= deadline) return absl::AbortedError(what);
    rd_kafka_poll(handle_.get(), ToMilliseconds(kRetryPause));
  }
}

absl::Status Transaction::WriteRow(int32_t partition, std::string_view key, std::string_view row) {
  stream::OutputRecord record{config_.changelog, std::string(key), std::string(row), {}};
  return Enqueue(record, partition, row.empty());
}

absl::Status Transaction::Write(const stream::OutputRecord& record) {
  return Enqueue(record, RD_KAFKA_PARTITION_UA, false);
}

absl::Status Transaction::SetAside(const stream::InputRecord& record, const absl::Status& why,
                                   stream::Instant now) {
  events::v1::DeadLetter letter =
      ToDeadLetter(config_.service, record, stream::ReasonOf(why), std::string(why.message()), now);
  std::string id = absl::StrCat(letter.service(), "/", letter.topic(), "/", record.partition, "/",
                                record.offset);
  spdlog::error("set aside: {} {}", id, letter.reason());
  metrics_.SetAside(letter.reason());
  return Write({config_.dead_letters, letter.key(), letter.SerializeAsString(),
                EventHeaders(letter.GetDescriptor()->full_name(), id)});
}

absl::Status Transaction::Commit(const std::vector<Position>& next) {
  if (next.empty() || member_ == nullptr) {
    return absl::AbortedError("commit without own offsets: nobody could refuse it");
  }
  for (const Position& position : next) {
    if (position.offset < 0) return absl::AbortedError("commit with an offset that is not known");
  }
  const absl::Time start = absl::Now();
  PartitionList offsets = ToList(next);
  const int timeout = ToMilliseconds(config_.transaction_timeout);
  absl::Status status = Insist("send offsets", [&] {
    return rd_kafka_send_offsets_to_transaction(handle_.get(), offsets.get(), member_.get(),
                                                timeout);
  });
  // -1: as long as the transaction may last, which the brokers bound.
  if (status.ok()) {
    status = Insist("commit", [this] { return rd_kafka_commit_transaction(handle_.get(), -1); });
  }
  if (status.ok()) {
    metrics_.Committed(absl::Now() - start);
  } else {
    spdlog::warn("kafka transaction: not committed: {}", std::string(status.message()));
  }
  return status;
}

absl::Status Transaction::Abort() {
  metrics_.Aborted();
  return Insist("abort", [this] { return rd_kafka_abort_transaction(handle_.get(), -1); });
}

}  // namespace withdrawal::kafka
