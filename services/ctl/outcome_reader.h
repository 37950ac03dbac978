// What scoring and alerting made of check-ins that were sent, read from their topics.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/consumer.h"
#include "services/ctl/interrupt.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::ctl {

using CheckInKey = std::pair<std::string, std::string>;  // patient, check_in_id

struct InstrumentOutcome {
  int64_t complete = 0;
  int64_t incomplete = 0;
  std::map<std::string, int64_t> bands;  // of complete scores
};

// Counts over the patients asked for. Pure.
struct Outcomes {
  std::set<CheckInKey> scored;
  int64_t scored_again = 0;  // further records of a check-in already scored: must stay 0
  int64_t conflicts = 0;
  std::map<std::string, InstrumentOutcome> instruments;
  std::map<std::string, std::map<std::string, int64_t>> alerts;  // kind ("raised") -> rule -> count
};
void Count(const events::v1::CheckInScored& scored, Outcomes& outcomes);
void Count(const events::v1::AlertEvent& event, Outcomes& outcomes);

class OutcomeReader {
 public:
  // Reads from the present ends on: create it before the first check-in is sent.
  static absl::StatusOr<std::unique_ptr<OutcomeReader>> Create(const kafka::ClientConfig& client);

  // Reads until every one of `check_ins` is scored and alerting has seen those scores, so that the
  // alerts they raise are counted too.
  //   DeadlineExceeded   not so within the time; what was seen by then is in outcomes()
  absl::Status Await(const std::set<CheckInKey>& check_ins, absl::Duration timeout,
                     const Interrupt& interrupt);

  const Outcomes& outcomes() const { return outcomes_; }

 private:
  OutcomeReader(kafka::ClientConfig client, std::unique_ptr<kafka::Consumer> consumer);

  absl::Status Read();
  absl::StatusOr<bool> AlertingHasSeenScores() const;
  absl::StatusOr<std::vector<kafka::Position>> AlertEnds() const;

  const kafka::ClientConfig client_;
  std::unique_ptr<kafka::Consumer> consumer_;
  std::set<std::string> patients_;
  std::map<int32_t, int64_t> scores_end_;  // past the last record of ours, per partition
  Outcomes outcomes_;
};

}  // namespace withdrawal::ctl
