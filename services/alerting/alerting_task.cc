#include "services/alerting/alerting_task.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codec/alert.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/intake.h"
#include "libs/codec/record.h"
#include "libs/codec/score.h"
#include "libs/codec/time.h"
#include "libs/kafka/headers.h"
#include "services/alerting/state_codec.h"

namespace withdrawal::alerting {
namespace {

stream::OutputRecord ToRecord(const domain::AlertEvent& event, const std::string& topic,
                              std::string_view trace_parent) {
  const events::v1::AlertEvent message = codec::ToProto(event);
  return {topic, event.alert.patient_id, message.SerializeAsString(),
          kafka::EventHeaders(events::v1::AlertEvent::descriptor()->full_name(), message.event_id(),
                              trace_parent)};
}

absl::StatusOr<Input> DecodeScored(const stream::InputRecord& record) {
  auto message = codec::Parse<events::v1::CheckInScored>(record.value);
  if (!message.ok()) return message.status();
  auto scored = codec::FromProto(*message);
  if (!scored.ok()) return scored.status();
  auto status = codec::CheckKey(record.key, scored->check_in.patient_id);
  if (!status.ok()) return status;
  return Input(*std::move(scored));
}

absl::StatusOr<Input> DecodePlan(const stream::InputRecord& record) {
  if (record.value.empty()) return Input(PlanRemoved{std::string(record.key)});
  auto message = codec::Parse<events::v1::CarePlanRecorded>(record.value);
  if (!message.ok()) return message.status();
  auto plan = codec::FromProto(message->care_plan());
  if (!plan.ok()) return plan.status();
  auto status = codec::CheckKey(record.key, plan->patient_id);
  if (!status.ok()) return status;
  const Instant recorded_at =
      message->has_recorded_at() ? codec::FromProto(message->recorded_at()) : record.timestamp;
  return Input(PlanRecorded{*std::move(plan), recorded_at, !message->override_reason().empty()});
}

absl::StatusOr<Input> DecodeCommand(const stream::InputRecord& record) {
  auto message = codec::Parse<events::v1::AlertCommand>(record.value);
  if (!message.ok()) return message.status();
  auto command = codec::FromProto(*message);
  if (!command.ok()) return command.status();
  auto status = codec::CheckKey(record.key, command->patient_id);
  if (!status.ok()) return status;
  return Input(*std::move(command));
}

absl::StatusOr<Input> DecodeIntake(const stream::InputRecord& record) {
  auto message = codec::Parse<events::v1::IntakeRecorded>(record.value);
  if (!message.ok()) return message.status();
  auto intake = codec::FromProto(*message);
  if (!intake.ok()) return intake.status();
  auto status = codec::CheckKey(record.key, intake->patient_id);
  if (!status.ok()) return status;
  return Input(*std::move(intake));
}

}  // namespace

AlertingTask::AlertingTask(const domain::AlertPolicy& policy, AlertingMetrics& metrics,
                           AlertingTopics topics)
    : policy_(policy), metrics_(metrics), topics_(std::move(topics)) {}

absl::StatusOr<Input> AlertingTask::Decode(const stream::InputRecord& record) const {
  if (record.topic == topics_.scores) return DecodeScored(record);
  if (record.topic == topics_.care_plans) return DecodePlan(record);
  if (record.topic == topics_.commands) return DecodeCommand(record);
  if (record.topic == topics_.intakes) return DecodeIntake(record);
  return absl::InternalError(absl::StrCat("alerting does not read ", std::string(record.topic)));
}

absl::StatusOr<stream::Effects> AlertingTask::OnRecord(std::string_view state,
                                                       const stream::InputRecord& record,
                                                       domain::Instant now) {
  auto input = Decode(record);
  if (!input.ok()) return input.status();
  if (std::holds_alternative<domain::AlertCommand>(*input)) metrics_.CountCommand();
  return Run(record.key, state, *input, kafka::FindHeader(record.headers, kafka::kTraceParent),
             now);
}

absl::StatusOr<stream::Effects> AlertingTask::OnDeadline(std::string_view key,
                                                         std::string_view state,
                                                         domain::Instant now, bool caught_up) {
  return Run(key, state, Tick{std::string(key), caught_up}, "", now);
}

absl::StatusOr<stream::Effects> AlertingTask::Run(std::string_view key, std::string_view state,
                                                  const Input& input, std::string_view trace_parent,
                                                  domain::Instant now) {
  auto before = DecodeState(state);
  if (!before.ok()) return before.status();
  const Outcome outcome = Step(*before, input, policy_, now);
  stream::Effects effects;
  std::string next = EncodeState(outcome.state);
  if (next != state) effects.state = std::move(next);
  for (const domain::AlertEvent& event : outcome.events) {
    effects.outputs.push_back(ToRecord(event, topics_.alerts, trace_parent));
    metrics_.Count(event);
    // Not those that waited for a second reading.
    if (std::holds_alternative<domain::AlertRaised>(event.kind) && event.alert.count == 1 &&
        !event.alert.check_in_id.empty() && std::holds_alternative<domain::ScoredCheckIn>(input)) {
      metrics_.ObserveLatency(now - event.alert.received_at);
    }
  }
  metrics_.SetOpen(std::string(key), outcome.state);
  return effects;
}

std::optional<domain::Instant> AlertingTask::NextDeadline(std::string_view state) const {
  const auto decoded = DecodeState(state);
  // Unreadable: say so at once; OnDeadline then stops the loop with the reason.
  if (!decoded.ok()) return absl::InfinitePast();
  // The loop asks for each row it restores: how the gauge knows alerts from before a restart.
  if (!decoded->open.empty()) {
    metrics_.SetOpen(decoded->open.front().alert.patient_id, *decoded);
  }
  return alerting::NextDeadline(*decoded, policy_);
}

}  // namespace withdrawal::alerting
