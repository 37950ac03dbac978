#include "services/ctl/outcome_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/group_offsets.h"
#include "libs/kafka/read_topic.h"
#include "libs/kafka/topics.h"
#include "services/ctl/clients.h"

namespace withdrawal::ctl {
namespace {

constexpr const char* kAlertingGroup = "withdrawal-alerting";
constexpr absl::Duration kPollWait = absl::Milliseconds(100);
constexpr size_t kPollRecords = 5000;

}  // namespace

void Count(const events::v1::CheckInScored& scored, Outcomes& outcomes) {
  if (scored.disposition() == events::v1::CHECK_IN_DISPOSITION_CONFLICT) {
    ++outcomes.conflicts;
    return;
  }
  const auto& check_in = scored.recorded().check_in();
  if (!outcomes.scored.emplace(check_in.patient_id(), check_in.check_in_id()).second) {
    ++outcomes.scored_again;
    return;
  }
  for (const auto& score : scored.scores()) {
    InstrumentOutcome& instrument = outcomes.instruments[score.instrument()];
    score.has_total() ? ++instrument.complete : ++instrument.incomplete;
    if (score.has_total()) ++instrument.bands[score.band()];
  }
}

void Count(const events::v1::AlertEvent& event, Outcomes& outcomes) {
  const auto* kind = event.GetDescriptor()->FindOneofByName("kind");
  const auto* field = event.GetReflection()->GetOneofFieldDescriptor(event, kind);
  ++outcomes.alerts[field == nullptr ? "unknown" : field->name()][event.alert().rule_id()];
}

OutcomeReader::OutcomeReader(kafka::ClientConfig client, std::unique_ptr<kafka::Consumer> consumer)
    : client_(std::move(client)), consumer_(std::move(consumer)) {}

absl::StatusOr<std::unique_ptr<OutcomeReader>> OutcomeReader::Create(
    const kafka::ClientConfig& client) {
  auto consumer = kafka::Consumer::Create(client);
  if (!consumer.ok()) return consumer.status();
  const auto ends =
      (*consumer)->EndOffsets({std::string(kafka::kScoresTopic), std::string(kafka::kAlertsTopic)});
  if (!ends.ok()) return ends.status();
  if (auto status = (*consumer)->Assign(*ends); !status.ok()) return status;
  return std::unique_ptr<OutcomeReader>(new OutcomeReader(client, *std::move(consumer)));
}

absl::Status OutcomeReader::Await(const std::set<CheckInKey>& check_ins, absl::Duration timeout,
                                  const Interrupt& interrupt) {
  for (const CheckInKey& key : check_ins) patients_.insert(key.first);
  const absl::Time deadline = absl::Now() + timeout;
  const auto all_scored = [&] {
    return std::includes(outcomes_.scored.begin(), outcomes_.scored.end(), check_ins.begin(),
                         check_ins.end());
  };
  std::vector<kafka::Position> ends;  // of the alerts, once alerting has seen our scores
  while (true) {
    if (interrupt.requested()) return absl::CancelledError("interrupted");
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          all_scored() ? "all is scored, but alerting has not read it; is alerting running?"
                       : absl::StrCat(outcomes_.scored.size(), " of ", check_ins.size(),
                                      " check-ins scored in time; is scoring running?"));
    }
    if (auto status = Read(); !status.ok()) return status;
    if (ends.empty() && all_scored()) {
      const auto seen = AlertingHasSeenScores();
      if (!seen.ok()) return seen.status();
      if (!*seen) continue;
      auto alert_ends = AlertEnds();
      if (!alert_ends.ok()) return alert_ends.status();
      ends = *std::move(alert_ends);
    }
    if (!ends.empty() && kafka::AllReached(consumer_->Reached(), ends)) return absl::OkStatus();
  }
}

absl::Status OutcomeReader::Read() {
  const auto records = consumer_->Poll(kPollWait, kPollRecords);
  if (!records.ok()) return records.status();
  for (const kafka::OwnedRecord& record : *records) {
    if (!patients_.contains(record.key)) continue;
    if (record.topic == kafka::kScoresTopic) {
      events::v1::CheckInScored scored;
      if (!scored.ParseFromString(record.value)) continue;
      Count(scored, outcomes_);
      scores_end_[record.partition] = record.offset + 1;
    } else {
      events::v1::AlertEvent event;
      if (event.ParseFromString(record.value)) Count(event, outcomes_);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> OutcomeReader::AlertingHasSeenScores() const {
  const auto committed =
      kafka::CommittedOffsets(client_, kAlertingGroup, std::string(kafka::kScoresTopic));
  if (!committed.ok()) return committed.status();
  for (const kafka::Position& position : *committed) {
    const auto ours = scores_end_.find(position.partition);
    if (ours != scores_end_.end() && position.offset < ours->second) return false;
  }
  return true;
}

// The ends with what is still being committed, so that nothing of ours can lie behind them.
absl::StatusOr<std::vector<kafka::Position>> OutcomeReader::AlertEnds() const {
  kafka::ClientConfig client = client_;
  client.overrides["isolation.level"] = "read_uncommitted";
  const auto consumer = kafka::Consumer::Create(client);
  if (!consumer.ok()) return consumer.status();
  return (*consumer)->EndOffsets({std::string(kafka::kAlertsTopic)});
}

}  // namespace withdrawal::ctl
