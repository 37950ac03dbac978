#include "libs/kafka/stream_source.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kRestoreSlice = absl::Milliseconds(200);
constexpr absl::Duration kLagInterval = absl::Seconds(1);

}  // namespace

absl::StatusOr<std::unique_ptr<StreamSource>> StreamSource::Create(const StreamConfig& config,
                                                                   Transaction& transaction,
                                                                   StreamMetrics& metrics) {
  std::unique_ptr<StreamSource> source(new StreamSource(config, transaction, metrics));
  absl::StatusOr<std::unique_ptr<Changelog>> changelog =
      Changelog::Create(config.client, config.changelog);
  if (!changelog.ok()) return changelog.status();
  source->changelog_ = *std::move(changelog);
  absl::StatusOr<std::unique_ptr<CatchUp>> catch_up = CatchUp::Create(config);
  if (!catch_up.ok()) return catch_up.status();
  source->catch_up_ = *std::move(catch_up);

  const int session = ToMilliseconds(config.session_timeout);
  Settings settings = ReaderSettings();
  const Settings group = {
      {"group.id", absl::StrCat("withdrawal-", config.service)},
      {"group.instance.id", absl::StrCat("withdrawal-", config.service, "-", config.instance_id)},
      {"partition.assignment.strategy", "range"},
      {"session.timeout.ms", absl::StrCat(session)},
      {"heartbeat.interval.ms", absl::StrCat(std::max(session / 4, 100))},
      {"max.poll.interval.ms", "60000"},
  };
  settings.insert(settings.end(), group.begin(), group.end());
  absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_CONSUMER, config.client, settings,
                                               {.opaque = source.get(), .rebalanced = OnRebalance});
  if (!handle.ok()) return handle.status();
  source->handle_ = *std::move(handle);
  rd_kafka_poll_set_consumer(source->handle_.get());

  std::vector<Position> topics;
  for (const std::string& topic : config.inputs)
    topics.push_back({topic, RD_KAFKA_PARTITION_UA, 0});
  absl::Status status =
      ToStatus("subscribe", rd_kafka_subscribe(source->handle_.get(), ToList(topics).get()));
  if (!status.ok()) return status;
  return source;
}

StreamSource::~StreamSource() {
  polled_.clear();
  assignment_ = nullptr;
  if (handle_) rd_kafka_consumer_close(handle_.get());
}

void StreamSource::OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                               rd_kafka_topic_partition_list_t* list, void* opaque) {
  auto* self = static_cast<StreamSource*>(opaque);
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->TakeOver(*list);
  } else {
    self->GiveUp();
  }
}

// Nothing is fetched until the rows are there: the assignment is taken as empty first.
void StreamSource::TakeOver(const rd_kafka_topic_partition_list_t& list) {
  std::set<int32_t> numbers;
  start_ = FromList(list);
  for (const Position& position : start_) numbers.insert(position.partition);
  partitions_.assign(numbers.begin(), numbers.end());
  if (start_.size() != partitions_.size() * config_.inputs.size()) {
    failure_ = absl::FailedPreconditionError(
        "assigned partitions differ among the inputs: their partition counts must be equal");
  }
  transaction_.SetMember(GroupMetadata(rd_kafka_consumer_group_metadata(handle_.get())));
  rd_kafka_assign(handle_.get(), ToList({}).get());
  changelog_->Start(partitions_);
  phase_ = Phase::kOffsets;
  rewind_ = false;
  assigned_at_ = absl::Now();
  spdlog::info("assigned {} partitions", partitions_.size());
}

void StreamSource::GiveUp() {
  const bool lost = rd_kafka_assignment_lost(handle_.get()) != 0;
  spdlog::info("{} {} partitions", lost ? "lost" : "revoked", partitions_.size());
  polled_.clear();  // not returned yet: the next owner reads them
  if (assignment_ != nullptr) {
    if (lost) {
      assignment_->OnLost();
    } else {
      assignment_->OnRevoked();
    }
  }
  transaction_.SetMember(nullptr);
  changelog_->Stop();
  rd_kafka_assign(handle_.get(), nullptr);
  phase_ = Phase::kNone;
  partitions_.clear();
  start_.clear();
  reached_.clear();
  catch_up_->Forget();
  rewind_ = false;
  metrics_.ForgetPartitions();
}

absl::StatusOr<std::vector<stream::InputRecord>> StreamSource::Poll(
    stream::Duration timeout, int records_max, stream::Assignment& assignment) {
  polled_.clear();
  assignment_ = &assignment;
  const bool reading = phase_ == Phase::kReading && !rewind_;
  absl::Status status = Serve(reading || phase_ == Phase::kNone ? timeout : absl::ZeroDuration(),
                              static_cast<size_t>(records_max));
  if (status.ok() && rewind_) {
    polled_.clear();  // from before the rewind
    status = StartReading();
  } else if (status.ok() && (phase_ == Phase::kOffsets || phase_ == Phase::kRows)) {
    status = AdvanceRestore(std::min<absl::Duration>(timeout, kRestoreSlice));
  }
  assignment_ = nullptr;
  if (!status.ok()) return status;
  ReportLag();
  return Views();
}

absl::Status StreamSource::Serve(absl::Duration timeout, size_t records_max) {
  const absl::Time deadline = absl::Now() + timeout;
  while (polled_.size() < records_max) {
    absl::Duration wait = polled_.empty() ? deadline - absl::Now() : absl::ZeroDuration();
    const Phase before = phase_;
    Message message(rd_kafka_consumer_poll(handle_.get(), ToMilliseconds(wait)));
    if (!failure_.ok()) return failure_;
    if (message != nullptr) {
      absl::Status status = Take(std::move(message));
      if (!status.ok()) return status;
    } else if (!polled_.empty() || phase_ != before || absl::Now() >= deadline) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status StreamSource::Take(Message message) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (phase_ == Phase::kReading) polled_.push_back(std::move(message));
    return absl::OkStatus();
  }
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (phase_ == Phase::kReading && !rewind_) {
      reached_[{rd_kafka_topic_name(message->rkt), message->partition}] = message->offset;
    }
    return absl::OkStatus();
  }
  if (Classify(message->err) == ErrorClass::kFatal) return ToStatus("consume", message->err);
  spdlog::warn("kafka consumer: {} {}", rd_kafka_err2name(message->err),
               rd_kafka_message_errstr(message.get()));
  return absl::OkStatus();
}

absl::Status StreamSource::AdvanceRestore(absl::Duration timeout) {
  if (phase_ == Phase::kOffsets) {
    absl::Status status = FetchOffsets();
    if (absl::IsUnavailable(status)) {
      spdlog::warn("restore: {}", std::string(status.message()));
      return absl::OkStatus();
    }
    if (!status.ok()) return status;
    for (int32_t partition : partitions_) {
      std::vector<Position> next;
      std::copy_if(start_.begin(), start_.end(), std::back_inserter(next),
                   [&](const Position& position) { return position.partition == partition; });
      assignment_->OnAssigned(partition, std::move(next));
    }
    phase_ = Phase::kRows;
  }
  absl::StatusOr<bool> done =
      partitions_.empty()
          ? absl::StatusOr<bool>(true)
          : changelog_->Advance(timeout, [this](auto... row) { assignment_->OnRow(row...); });
  if (!done.ok()) return done.status();
  if (!*done) return absl::OkStatus();
  phase_ = Phase::kReading;
  for (int32_t partition : partitions_) assignment_->OnRestored(partition);
  metrics_.Restored(absl::Now() - assigned_at_);
  spdlog::info("restored {} partitions in {} ms", partitions_.size(),
               absl::ToInt64Milliseconds(absl::Now() - assigned_at_));
  return StartReading();
}

// Committed offsets; where there is none, the beginning. Waits for undecided transactions, since
// the reader asks for stable offsets.
absl::Status StreamSource::FetchOffsets() {
  if (start_.empty()) return absl::OkStatus();
  PartitionList list = ToList(start_);
  rd_kafka_resp_err_t code = rd_kafka_committed(handle_.get(), list.get(), 2000);
  for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; ++i) {
    code = list->elems[i].err;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("committed offsets", code);
  start_ = FromList(*list);
  for (Position& position : start_) {
    if (position.offset >= 0) continue;
    int64_t low = 0;
    int64_t high = 0;
    code = rd_kafka_query_watermark_offsets(handle_.get(), position.topic.c_str(),
                                            position.partition, &low, &high, 2000);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("first offset", code);
    position.offset = low;
  }
  return absl::OkStatus();
}

absl::Status StreamSource::StartReading() {
  rewind_ = false;
  reached_.clear();
  for (const Position& position : start_) {
    reached_[{position.topic, position.partition}] = position.offset;
  }
  return ToStatus("start reading", rd_kafka_assign(handle_.get(), ToList(start_).get()));
}

absl::Status StreamSource::Rewind(const std::vector<Position>& next) {
  if (next.empty()) return absl::OkStatus();
  start_ = next;
  rewind_ = true;  // in the next Poll, after any rebalance that waits
  return absl::OkStatus();
}

std::vector<stream::InputRecord> StreamSource::Views() {
  std::vector<stream::InputRecord> records;
  std::map<std::string, int> counts;
  records.reserve(polled_.size());
  for (const Message& message : polled_) {
    rd_kafka_timestamp_type_t type{};
    stream::InputRecord record;
    record.topic = rd_kafka_topic_name(message->rkt);
    record.partition = message->partition;
    record.offset = message->offset;
    record.key = {static_cast<const char*>(message->key), message->key_len};
    record.value = {static_cast<const char*>(message->payload), message->len};
    record.timestamp = absl::FromUnixMillis(rd_kafka_message_timestamp(message.get(), &type));
    record.headers = ReadHeaders(*message);
    int64_t& reached = reached_[{std::string(record.topic), record.partition}];
    reached = std::max(reached, record.offset + 1);
    last_timestamp_ = record.timestamp;
    ++counts[std::string(record.topic)];
    records.push_back(std::move(record));
  }
  for (const auto& [topic, count] : counts) metrics_.Processed(topic, count);
  return records;
}

bool StreamSource::CaughtUp(int32_t partition, stream::Instant since) {
  return !rewind_ && catch_up_->Passed(partition, since, reached_);
}

void StreamSource::ReportLag() {
  const absl::Time now = absl::Now();
  if (phase_ != Phase::kReading || now - lag_reported_at_ < kLagInterval) return;
  lag_reported_at_ = now;
  bool any = false;
  for (const auto& [input, reached] : reached_) {
    int64_t low = -1;
    int64_t high = -1;
    rd_kafka_get_watermark_offsets(handle_.get(), input.first.c_str(), input.second, &low, &high);
    const int64_t lag = high < 0 ? 0 : std::max<int64_t>(0, high - reached);
    any |= lag > 0;
    metrics_.Lag(input.first, input.second, static_cast<double>(lag));
  }
  metrics_.LagSeconds(any && last_timestamp_ > absl::InfinitePast()
                          ? std::max(0.0, absl::ToDoubleSeconds(now - last_timestamp_))
                          : 0);
}

}  // namespace withdrawal::kafka
