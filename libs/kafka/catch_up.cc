#include "libs/kafka/catch_up.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kRetry = absl::Milliseconds(200);
constexpr absl::Duration kAnswerMax = absl::Seconds(1);

}  // namespace

absl::StatusOr<std::unique_ptr<CatchUp>> CatchUp::Create(const StreamConfig& config) {
  std::unique_ptr<CatchUp> catch_up(new CatchUp(config));
  Settings settings = ReaderSettings();
  settings.push_back({"isolation.level", "read_uncommitted"});
  settings.push_back({"group.id", "unused"});  // asked for by librdkafka, never joined
  absl::StatusOr<Handle> ends = CreateHandle(RD_KAFKA_CONSUMER, config.client, settings);
  if (!ends.ok()) return ends.status();
  catch_up->ends_ = *std::move(ends);
  rd_kafka_poll_set_consumer(catch_up->ends_.get());
  if (!config.upstream.has_value()) return catch_up;
  settings.push_back({"group.id", absl::StrCat("withdrawal-", config.upstream->service)});
  absl::StatusOr<Handle> upstream = CreateHandle(RD_KAFKA_CONSUMER, config.client, settings);
  if (!upstream.ok()) return upstream.status();
  catch_up->upstream_ = *std::move(upstream);
  rd_kafka_poll_set_consumer(catch_up->upstream_.get());
  return catch_up;
}

void CatchUp::Forget() {
  inputs_.clear();
  before_.clear();
  tried_.clear();
}

bool CatchUp::Passed(int32_t partition, absl::Time since, const std::map<Input, int64_t>& reached) {
  Sample& sample = inputs_[partition];
  if (sample.at < since) Refresh(partition, since);
  if (sample.at < since) return false;
  return std::all_of(sample.ends.begin(), sample.ends.end(), [&](const auto& end) {
    auto found = reached.find({end.first, partition});
    return found != reached.end() && found->second >= end.second;
  });
}

void CatchUp::Refresh(int32_t partition, absl::Time since) {
  const absl::Time now = absl::Now();
  absl::Time& tried = tried_.try_emplace(partition, absl::InfinitePast()).first->second;
  if (now - tried < kRetry) return;
  if (config_.upstream.has_value() && !UpstreamPassed(partition, since)) {
    tried = now;
    return;
  }
  std::vector<Position> inputs;
  for (const std::string& topic : config_.inputs) inputs.push_back({topic, partition, 0});
  absl::StatusOr<std::vector<Position>> ends = QueryEnds(ends_.get(), inputs, kAnswerMax);
  if (!ends.ok()) {
    tried = now;
    return;
  }
  Sample& sample = inputs_[partition];
  sample.ends.clear();
  for (const Position& end : *ends) sample.ends[end.topic] = end.offset;
  // What came to the upstream later than its own sample may not have come through yet.
  sample.at = config_.upstream.has_value() ? before_[partition].at : now;
}

bool CatchUp::UpstreamPassed(int32_t partition, absl::Time since) {
  const std::string& topic = config_.upstream->topic;
  Sample& sample = before_[partition];
  if (sample.at < since) {
    const absl::Time now = absl::Now();
    absl::StatusOr<std::vector<Position>> ends =
        QueryEnds(ends_.get(), {{topic, partition, 0}}, kAnswerMax);
    if (!ends.ok()) return false;
    sample.ends[topic] = ends->front().offset;
    sample.at = now;
  }
  PartitionList list = ToList({{topic, partition, 0}});
  rd_kafka_resp_err_t code =
      rd_kafka_committed(upstream_.get(), list.get(), ToMilliseconds(kAnswerMax));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || list->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  return std::max<int64_t>(list->elems[0].offset, 0) >= sample.ends[topic];
}

}  // namespace withdrawal::kafka
