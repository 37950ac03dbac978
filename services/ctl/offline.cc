#include "services/ctl/offline.h"

#include <utility>

#include "libs/codec/time.h"
#include "prometheus/registry.h"
#include "services/alerting/alerting_task.h"
#include "services/alerting/metrics.h"
#include "services/scoring/metrics.h"
#include "services/scoring/scoring_task.h"

namespace withdrawal::ctl {
namespace {

const scoring::ScoringTopics& ScoringTopics() {
  static const auto* const kTopics = new scoring::ScoringTopics;
  return *kTopics;
}

const alerting::AlertingTopics& AlertingTopics() {
  static const auto* const kTopics = new alerting::AlertingTopics;
  return *kTopics;
}

}  // namespace

struct OfflineServices::Parts {
  explicit Parts(const catalogue::Catalogue& catalogue)
      : policy(catalogue::AlertPolicyOf(catalogue)),
        scoring_metrics(registry, catalogue),
        alerting_metrics(registry, policy),
        scoring(catalogue, scoring_metrics),
        alerting(policy, alerting_metrics) {}

  const domain::AlertPolicy policy;
  prometheus::Registry registry;
  scoring::ScoringMetrics scoring_metrics;
  alerting::AlertingMetrics alerting_metrics;
  scoring::ScoringTask scoring;
  alerting::AlertingTask alerting;
};

OfflineServices::OfflineServices(const catalogue::Catalogue& catalogue)
    : parts_(std::make_unique<Parts>(catalogue)) {}

OfflineServices::~OfflineServices() = default;

stream::Task& OfflineServices::scoring() { return parts_->scoring; }

stream::Task& OfflineServices::alerting() { return parts_->alerting; }

OfflinePerson::OfflinePerson(OfflineServices& services, std::string patient_id)
    : services_(services), patient_id_(std::move(patient_id)) {}

absl::Status OfflinePerson::Take(absl::StatusOr<stream::Effects> effects, std::string& row,
                                 absl::Time now, OfflineOutput& output) {
  if (!effects.ok()) return effects.status();
  if (effects->state) row = *std::move(effects->state);
  for (stream::OutputRecord& record : effects->outputs) {
    if (record.topic == ScoringTopics().scores) {
      const absl::Status fed =
          Feed(services_.alerting(), AlertingTopics().scores, record.value, now, output);
      if (!fed.ok()) return fed;
      output.scores.push_back(std::move(record.value));
    } else if (record.topic == AlertingTopics().alerts) {
      if (!output.alerts.emplace_back().ParseFromString(record.value)) {
        return absl::InternalError("alerting wrote what is no AlertEvent");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status OfflinePerson::Feed(stream::Task& task, const std::string& topic,
                                 const std::string& value, absl::Time now, OfflineOutput& output) {
  std::string& row = &task == &services_.scoring() ? scoring_row_ : alerting_row_;
  stream::InputRecord record;
  record.topic = topic;
  record.key = patient_id_;
  record.value = value;
  record.timestamp = now;
  return Take(task.OnRecord(row, record, now), row, now, output);
}

absl::StatusOr<OfflineOutput> OfflinePerson::PutPlan(const events::v1::CarePlanRecorded& plan,
                                                     absl::Time now) {
  OfflineOutput output;
  const std::string value = plan.SerializeAsString();
  for (stream::Task* task : {&services_.scoring(), &services_.alerting()}) {
    const absl::Status fed = Feed(*task, ScoringTopics().care_plans, value, now, output);
    if (!fed.ok()) return fed;
  }
  return output;
}

absl::StatusOr<OfflineOutput> OfflinePerson::Submit(const events::v1::CheckIn& check_in,
                                                    absl::Time received_at) {
  events::v1::CheckInRecorded recorded;
  *recorded.mutable_check_in() = check_in;
  *recorded.mutable_received_at() = codec::ToProto(received_at);
  return Submit(recorded, received_at);
}

absl::StatusOr<OfflineOutput> OfflinePerson::Submit(const events::v1::CheckInRecorded& recorded,
                                                    absl::Time now) {
  OfflineOutput output;
  const absl::Status fed = Feed(services_.scoring(), ScoringTopics().check_ins,
                                recorded.SerializeAsString(), now, output);
  if (!fed.ok()) return fed;
  return output;
}

absl::StatusOr<OfflineOutput> OfflinePerson::Command(const events::v1::AlertCommand& command,
                                                     absl::Time now) {
  OfflineOutput output;
  const absl::Status fed = Feed(services_.alerting(), AlertingTopics().commands,
                                command.SerializeAsString(), now, output);
  if (!fed.ok()) return fed;
  return output;
}

std::optional<absl::Time> OfflinePerson::NextDeadline() const {
  return alerting_row_.empty() ? std::nullopt : services_.alerting().NextDeadline(alerting_row_);
}

absl::StatusOr<OfflineOutput> OfflinePerson::RunTimer(absl::Time now) {
  OfflineOutput output;
  const absl::Status taken =
      Take(services_.alerting().OnDeadline(patient_id_, alerting_row_, now, /*caught_up=*/true),
           alerting_row_, now, output);
  if (!taken.ok()) return taken;
  return output;
}

}  // namespace withdrawal::ctl
