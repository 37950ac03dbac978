#include "services/alerting/state_codec.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/str_cat.h"
#include "libs/codec/alert.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "withdrawal/state/v1/alerting.pb.h"

namespace withdrawal::alerting {
namespace {

using codec::FromProto;
using codec::ToProto;

std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void Encode(const OpenAlert& open, state::v1::OpenAlert& message) {
  *message.mutable_alert() = ToProto(open.alert);
  message.set_clear_streak(open.clear_streak);
  if (open.reassess_at) *message.mutable_reassess_at() = ToProto(*open.reassess_at);
  message.set_ladder(open.ladder);
  *message.mutable_ladder_start() = ToProto(open.ladder_start);
  message.set_entry_id(open.entry_id);
}

absl::StatusOr<OpenAlert> Decode(const state::v1::OpenAlert& message) {
  auto alert = FromProto(message.alert());
  if (!alert.ok()) return alert.status();
  OpenAlert open;
  open.alert = *std::move(alert);
  open.clear_streak = message.clear_streak();
  if (message.has_reassess_at()) open.reassess_at = FromProto(message.reassess_at());
  open.ladder = message.ladder();
  open.ladder_start = FromProto(message.ladder_start());
  open.entry_id = message.entry_id();
  return open;
}

void EncodeSchedules(const State& state, state::v1::PatientAlertingState& message) {
  for (const auto& [entry_id, schedule] : state.schedules) {
    auto* entry = message.add_schedules();
    entry->set_entry_id(entry_id);
    // Absent: never again (the entry's last time has passed).
    if (schedule.due_at < absl::InfiniteFuture()) {
      *entry->mutable_due_at() = ToProto(schedule.due_at);
    }
    if (schedule.last_satisfied_at) {
      *entry->mutable_last_satisfied_at() = ToProto(*schedule.last_satisfied_at);
    }
  }
}

void EncodeMemory(const State& state, state::v1::PatientAlertingState& message) {
  for (const RecentDose& dose : state.doses) {
    auto* entry = message.add_recent_doses();
    entry->set_product(dose.product);
    *entry->mutable_taken_at() = ToProto(dose.taken_at);
    entry->set_milligrams(dose.milligrams);
  }
  for (const RecentReading& reading : state.readings) {
    auto* entry = message.add_recent_readings();
    entry->set_code(reading.code);
    entry->set_value(reading.value);
    *entry->mutable_observed_at() = ToProto(reading.observed_at);
  }
  for (const std::string& id : state.command_ids) message.add_recent_command_ids(id);
  for (const uint64_t print : state.check_in_prints) message.add_recent_check_in_prints(print);
}

void DecodeMemory(const state::v1::PatientAlertingState& message, State& state) {
  for (const auto& entry : message.schedules()) {
    ScheduleState& schedule = state.schedules[entry.entry_id()];
    schedule.due_at = entry.has_due_at() ? FromProto(entry.due_at()) : absl::InfiniteFuture();
    if (entry.has_last_satisfied_at()) {
      schedule.last_satisfied_at = FromProto(entry.last_satisfied_at());
    }
  }
  for (const auto& dose : message.recent_doses()) {
    state.doses.push_back({dose.product(), FromProto(dose.taken_at()), dose.milligrams()});
  }
  for (const auto& reading : message.recent_readings()) {
    state.readings.push_back({reading.code(), reading.value(), FromProto(reading.observed_at())});
  }
  state.command_ids = {message.recent_command_ids().begin(), message.recent_command_ids().end()};
  state.check_in_prints = {message.recent_check_in_prints().begin(),
                           message.recent_check_in_prints().end()};
}

}  // namespace

std::string EncodeState(const State& state) {
  state::v1::PatientAlertingState message;
  if (state.plan) *message.mutable_care_plan() = ToProto(*state.plan);
  if (state.monitored_since) *message.mutable_monitored_since() = ToProto(*state.monitored_since);
  if (state.last_received_at) {
    *message.mutable_last_received_at() = ToProto(*state.last_received_at);
  }
  for (const OpenAlert& open : state.open) Encode(open, *message.add_open_alerts());
  for (const auto& [rule_id, count] : state.episodes) {
    auto* episode = message.add_episodes();
    episode->set_rule_id(rule_id);
    episode->set_episodes(count);
  }
  EncodeSchedules(state, message);
  EncodeMemory(state, message);
  return Serialize(message);
}

absl::StatusOr<State> DecodeState(std::string_view bytes) {
  state::v1::PatientAlertingState message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("alerting state: not a PatientAlertingState");
  }
  State state;
  if (message.has_care_plan()) {
    auto plan = FromProto(message.care_plan());
    if (!plan.ok()) return absl::DataLossError(absl::StrCat("state: ", plan.status().ToString()));
    state.plan = *std::move(plan);
  }
  if (message.has_monitored_since()) state.monitored_since = FromProto(message.monitored_since());
  if (message.has_last_received_at()) {
    state.last_received_at = FromProto(message.last_received_at());
  }
  for (const auto& entry : message.open_alerts()) {
    auto open = Decode(entry);
    if (!open.ok()) return absl::DataLossError(absl::StrCat("state: ", open.status().ToString()));
    state.open.push_back(*std::move(open));
  }
  for (const auto& episode : message.episodes()) {
    state.episodes[episode.rule_id()] = episode.episodes();
  }
  DecodeMemory(message, state);
  return state;
}

}  // namespace withdrawal::alerting
