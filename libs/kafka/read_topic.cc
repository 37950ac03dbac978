#include "libs/kafka/read_topic.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/consumer.h"

namespace withdrawal::kafka {
namespace {

constexpr size_t kPollRecords = 5000;

}  // namespace

bool AllReached(const std::vector<Position>& reached, const std::vector<Position>& ends) {
  return std::all_of(ends.begin(), ends.end(), [&](const Position& end) {
    return end.offset == 0 ||
           std::any_of(reached.begin(), reached.end(), [&](const Position& position) {
             return position.topic == end.topic && position.partition == end.partition &&
                    position.offset >= end.offset;
           });
  });
}

absl::Status ReadTopic(const ClientConfig& config, const std::string& topic, absl::Time since,
                       const std::function<bool(const OwnedRecord& record)>& visit) {
  auto consumer = Consumer::Create(config);
  if (!consumer.ok()) return consumer.status();
  auto start = (*consumer)->Partitions(topic);
  if (start.ok() && since > absl::InfinitePast()) start = (*consumer)->OffsetsAt(*start, since);
  if (!start.ok()) return start.status();
  const auto ends = (*consumer)->EndOffsets({topic});
  if (!ends.ok()) return ends.status();
  if (auto status = (*consumer)->Assign(*start); !status.ok()) return status;
  absl::Time heard_at = absl::Now();
  while (!AllReached((*consumer)->Reached(), *ends)) {
    const auto records = (*consumer)->Poll(absl::Milliseconds(100), kPollRecords);
    if (!records.ok()) return records.status();
    for (const OwnedRecord& record : *records) {
      if (!visit(record)) return absl::OkStatus();
    }
    if (!records->empty()) heard_at = absl::Now();
    if (absl::Now() - heard_at > kSilenceMax) {
      return absl::UnavailableError(
          absl::StrCat("nothing more came of ", topic, " for ", absl::FormatDuration(kSilenceMax)));
    }
  }
  return absl::OkStatus();
}

}  // namespace withdrawal::kafka
