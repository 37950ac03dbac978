#include "services/alerting/state_codec.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/codec/alert.h"
#include "libs/codec/bytes.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/intake.h"
#include "libs/codec/time.h"
#include "services/alerting/engagement_codec.h"
#include "withdrawal/state/v1/alerting.pb.h"

namespace withdrawal::alerting {
namespace {

using codec::FromProto;
using codec::ToProto;

void Encode(const OpenAlert& open, state::v1::OpenAlert& message) {
  *message.mutable_alert() = ToProto(open.alert);
  if (open.reassess_at) *message.mutable_reassess_at() = ToProto(*open.reassess_at);
  message.set_ladder(open.ladder);
  *message.mutable_ladder_start() = ToProto(open.ladder_start);
  message.set_entry_id(open.entry_id);
  for (const auto& [code, part] : open.parts) {
    auto* entry = message.add_parts();
    entry->set_code(code);
    entry->set_clear_streak(part.clear_streak);
    if (part.clear_since) *entry->mutable_clear_since() = ToProto(*part.clear_since);
    entry->set_ended(part.ended);
    *entry->mutable_not_clear_at() = ToProto(part.not_clear_at);
  }
}

absl::StatusOr<OpenAlert> Decode(const state::v1::OpenAlert& message) {
  auto alert = FromProto(message.alert());
  if (!alert.ok()) return alert.status();
  OpenAlert open;
  open.alert = *std::move(alert);
  if (message.has_reassess_at()) open.reassess_at = FromProto(message.reassess_at());
  open.ladder = message.ladder();
  open.ladder_start = FromProto(message.ladder_start());
  open.entry_id = message.entry_id();
  for (const auto& entry : message.parts()) {
    AlertPart& part = open.parts[entry.code()];
    part.clear_streak = entry.clear_streak();
    if (entry.has_clear_since()) part.clear_since = FromProto(entry.clear_since());
    part.ended = entry.ended();
    part.not_clear_at = FromProto(entry.not_clear_at());
  }
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

void EncodeSeries(const State& state, state::v1::PatientAlertingState& message) {
  for (const auto& [code, series] : state.series) {
    auto* entry = message.add_series();
    entry->set_code(code);
    int64_t before = 0;
    for (const Series::Point& point : series.points) {
      const int64_t at = absl::ToUnixNanos(point.observed_at);
      entry->add_observed_at(at - before);
      if (point.lower_bound) entry->add_lower_bounds(entry->values_size());
      entry->add_values(point.value);
      before = at;
    }
  }
}

void EncodeRules(const State& state, state::v1::PatientAlertingState& message) {
  EncodeSeries(state, message);
  for (const auto& [product, course] : state.courses) {
    auto* entry = message.add_courses();
    entry->set_product(product);
    if (course.started_at) *entry->mutable_started_at() = ToProto(*course.started_at);
    if (course.last_taken_at) *entry->mutable_last_taken_at() = ToProto(*course.last_taken_at);
    if (course.last_reported_at) {
      *entry->mutable_last_reported_at() = ToProto(*course.last_reported_at);
    }
  }
  const auto moment = [](const auto& named, state::v1::Moment* entry) {
    entry->set_name(named.first);
    if (named.second > absl::InfinitePast()) *entry->mutable_at() = ToProto(named.second);
  };
  for (const auto& order : state.orders) moment(order, message.add_orders());
  for (const auto& fired : state.fired) moment(fired, message.add_fired());
  for (const auto& closed : state.closed) moment(closed, message.add_closed());
  for (const auto& [rule_id, lasting] : state.lasting) {
    auto* entry = message.add_lasting();
    entry->set_rule_id(rule_id);
    *entry->mutable_since() = ToProto(lasting.since);
    *entry->mutable_last_seen_at() = ToProto(lasting.last_seen_at);
    entry->set_evidence(lasting.evidence);
    *entry->mutable_received_at() = ToProto(lasting.received_at);
    entry->set_check_in_id(lasting.check_in_id);
    for (const std::string& part : lasting.parts) entry->add_parts(part);
  }
  for (const PastPlan& past : state.past_plans) {
    auto* entry = message.add_past_plans();
    *entry->mutable_care_plan() = ToProto(past.plan);
    if (past.from > absl::InfinitePast()) *entry->mutable_from() = ToProto(past.from);
  }
  if (state.judged_at > absl::InfinitePast())
    *message.mutable_judged_at() = ToProto(state.judged_at);
  if (state.plan_since > absl::InfinitePast()) {
    *message.mutable_plan_since() = ToProto(state.plan_since);
  }
}

absl::Status DecodePastPlans(const state::v1::PatientAlertingState& message, State& state) {
  for (const auto& entry : message.past_plans()) {
    auto plan = FromProto(entry.care_plan());
    if (!plan.ok()) return absl::DataLossError(absl::StrCat("state: ", plan.status().ToString()));
    state.past_plans.push_back({*std::move(plan), absl::InfinitePast()});
    if (entry.has_from()) state.past_plans.back().from = FromProto(entry.from());
  }
  return absl::OkStatus();
}

void DecodeRules(const state::v1::PatientAlertingState& message, State& state) {
  for (const auto& entry : message.series()) {
    Series& series = state.series[entry.code()];
    int64_t at = 0;
    for (int i = 0; i < std::min(entry.observed_at_size(), entry.values_size()); ++i) {
      at += entry.observed_at(i);
      series.points.push_back({absl::FromUnixNanos(at), entry.values(i)});
    }
    for (const uint32_t i : entry.lower_bounds()) {
      if (i < series.points.size()) series.points[i].lower_bound = true;
    }
  }
  for (const auto& entry : message.courses()) {
    Course& course = state.courses[entry.product()];
    if (entry.has_started_at()) course.started_at = FromProto(entry.started_at());
    if (entry.has_last_taken_at()) course.last_taken_at = FromProto(entry.last_taken_at());
    if (entry.has_last_reported_at()) {
      course.last_reported_at = FromProto(entry.last_reported_at());
    }
  }
  for (const auto& entry : message.orders()) state.orders[entry.name()] = FromProto(entry.at());
  for (const auto& entry : message.fired()) {
    state.fired[entry.name()] = entry.has_at() ? FromProto(entry.at()) : absl::InfinitePast();
  }
  for (const auto& entry : message.closed()) state.closed[entry.name()] = FromProto(entry.at());
  for (const auto& entry : message.lasting()) {
    state.lasting[entry.rule_id()] = {
        FromProto(entry.since()), FromProto(entry.last_seen_at()),
        entry.evidence(),         FromProto(entry.received_at()),
        entry.check_in_id(),      {entry.parts().begin(), entry.parts().end()}};
  }
  if (message.has_judged_at()) state.judged_at = FromProto(message.judged_at());
  if (message.has_plan_since()) state.plan_since = FromProto(message.plan_since());
}

void EncodeManagement(const State& state, state::v1::PatientAlertingState& message) {
  for (const PendingConfirmation& pending : state.pending) {
    auto* entry = message.add_pending_confirmations();
    entry->set_rule_id(pending.rule_id);
    entry->set_evidence(pending.evidence);
    *entry->mutable_observed_at() = ToProto(pending.observed_at);
    *entry->mutable_received_at() = ToProto(pending.received_at);
    entry->set_check_in_id(pending.check_in_id);
    *entry->mutable_raise_at() = ToProto(pending.raise_at);
    for (const std::string& part : pending.parts) entry->add_parts(part);
  }
  for (const auto& [rule_id, shelf] : state.shelves) {
    auto* entry = message.add_shelves();
    entry->set_rule_id(rule_id);
    *entry->mutable_until() = ToProto(shelf.until);
    entry->set_actor(shelf.actor);
    entry->set_reason(shelf.reason);
    entry->set_priority(static_cast<events::v1::Priority>(shelf.priority));
  }
  for (const auto& [instrument, last] : state.last_states) {
    auto* entry = message.add_last_states();
    entry->set_instrument(instrument);
    entry->set_total(last.total);
    *entry->mutable_observed_at() = ToProto(last.observed_at);
  }
  if (state.last_active_at) *message.mutable_last_active_at() = ToProto(*state.last_active_at);
}

void DecodeManagement(const state::v1::PatientAlertingState& message, State& state) {
  for (const auto& entry : message.pending_confirmations()) {
    state.pending.push_back({entry.rule_id(),
                             entry.evidence(),
                             FromProto(entry.observed_at()),
                             FromProto(entry.received_at()),
                             entry.check_in_id(),
                             FromProto(entry.raise_at()),
                             {entry.parts().begin(), entry.parts().end()}});
  }
  for (const auto& entry : message.shelves()) {
    state.shelves[entry.rule_id()] = {FromProto(entry.until()), entry.actor(), entry.reason(),
                                      static_cast<domain::Priority>(entry.priority())};
  }
  for (const auto& entry : message.last_states()) {
    state.last_states[entry.instrument()] = {entry.total(), FromProto(entry.observed_at())};
  }
  if (message.has_last_active_at()) state.last_active_at = FromProto(message.last_active_at());
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

void Encode(const IntakeMemory& intake, state::v1::IntakeState& message) {
  for (const domain::Programme programme : intake.known.programmes) {
    message.add_programmes(static_cast<events::v1::Programme>(static_cast<int>(programme) + 1));
  }
  for (const auto& [id, value] : intake.known.values) *message.add_inputs() = ToProto(id, value);
  *message.mutable_recorded_at() = ToProto(intake.recorded_at);
  for (const auto& [id, fed] : intake.fed) {
    auto* entry = message.add_fed();
    *entry->mutable_value() = ToProto(id, fed.value);
    *entry->mutable_observed_at() = ToProto(fed.observed_at);
  }
  message.set_consequence(ToProto(intake.before.consequence));
  message.set_level(intake.before.level);
  for (const std::string& rule : intake.before.cautions) message.add_cautions(rule);
  for (const std::string& rule : intake.before.not_suitable) message.add_not_suitable(rule);
}

IntakeMemory Decode(const state::v1::IntakeState& message) {
  IntakeMemory intake;
  for (const int programme : message.programmes()) {
    intake.known.programmes.push_back(static_cast<domain::Programme>(programme - 1));
  }
  for (const auto& input : message.inputs()) {
    if (auto value = FromProto(input)) intake.known.values[input.input()] = *std::move(value);
  }
  intake.recorded_at = FromProto(message.recorded_at());
  for (const auto& fed : message.fed()) {
    if (auto value = FromProto(fed.value())) {
      intake.fed[fed.value().input()] = {*std::move(value), FromProto(fed.observed_at())};
    }
  }
  intake.before.consequence = FromProto(message.consequence());
  intake.before.level = message.level();
  intake.before.cautions = {message.cautions().begin(), message.cautions().end()};
  intake.before.not_suitable = {message.not_suitable().begin(), message.not_suitable().end()};
  return intake;
}

}  // namespace

std::string EncodeState(const State& state) {
  state::v1::PatientAlertingState message;
  if (state.plan) *message.mutable_care_plan() = ToProto(*state.plan);
  message.set_begun_for_a_reason(state.begun_for_a_reason);
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
  EncodeRules(state, message);
  EncodeManagement(state, message);
  if (state.engagement != Engagement()) Encode(state.engagement, *message.mutable_engagement());
  if (state.intake) Encode(*state.intake, *message.mutable_intake());
  return codec::DeterministicBytes(message);
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
  state.begun_for_a_reason = message.begun_for_a_reason();
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
  DecodeRules(message, state);
  state.engagement = Decode(message.engagement());
  if (auto status = DecodePastPlans(message, state); !status.ok()) return status;
  DecodeManagement(message, state);
  if (message.has_intake()) state.intake = Decode(message.intake());
  return state;
}

}  // namespace withdrawal::alerting
