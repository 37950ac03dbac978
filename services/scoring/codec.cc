#include "services/scoring/codec.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/bytes.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "withdrawal/state/v1/scoring.pb.h"

namespace withdrawal::scoring {
namespace {

using state::v1::PatientScoringState;

absl::Status Damaged(const std::string& what) {
  return absl::DataLossError(absl::StrCat("scoring state row: ", what));
}

void DecodeHistory(const state::v1::InstrumentHistory& message, PatientState& state) {
  auto& history = state.histories[message.instrument()];
  for (int i = 0; i < message.totals_size(); ++i) {
    const uint64_t check_in = i < message.check_in_hash_size() ? message.check_in_hash(i) : 0;
    history.push_back({message.totals(i), codec::FromProto(message.observed_at(i)), check_in});
  }
}

state::v1::PlanVersion ToProto(const PlanVersion& version) {
  state::v1::PlanVersion message;
  if (version.recorded_at != absl::InfinitePast()) {
    *message.mutable_recorded_at() = codec::ToProto(version.recorded_at);
  }
  message.set_etag(version.etag);
  message.set_spo2_scale(version.spo2_scale == domain::Spo2Scale::kScale2
                             ? events::v1::SPO2_SCALE_2
                             : events::v1::SPO2_SCALE_1);
  message.mutable_baseline_scores()->insert(version.baseline_scores.begin(),
                                            version.baseline_scores.end());
  message.mutable_schemes()->insert(version.schemes.begin(), version.schemes.end());
  for (const domain::Programme programme : version.programmes) {
    message.add_programmes(static_cast<events::v1::Programme>(static_cast<int>(programme) + 1));
  }
  return message;
}

PlanVersion FromProto(const state::v1::PlanVersion& message) {
  PlanVersion version;
  if (message.has_recorded_at()) version.recorded_at = codec::FromProto(message.recorded_at());
  version.etag = message.etag();
  if (message.spo2_scale() == events::v1::SPO2_SCALE_2) {
    version.spo2_scale = domain::Spo2Scale::kScale2;
  }
  version.baseline_scores = {message.baseline_scores().begin(), message.baseline_scores().end()};
  version.schemes = {message.schemes().begin(), message.schemes().end()};
  for (const int number : message.programmes()) {
    version.programmes.push_back(static_cast<domain::Programme>(number - 1));
  }
  return version;
}

// A row of before plan_versions holds the whole plan instead.
absl::Status DecodePlans(const PatientScoringState& message, PatientState& state) {
  for (const auto& version : message.plan_versions()) state.plans.push_back(FromProto(version));
  if (!message.has_care_plan() || !state.plans.empty()) return absl::OkStatus();
  auto plan = codec::FromProto(message.care_plan());
  if (!plan.ok()) return Damaged("care plan: " + std::string(plan.status().message()));
  state.plans.push_back({absl::InfinitePast(), plan->etag, plan->spo2_scale, plan->baseline_scores,
                         plan->schemes, plan->programmes});
  return absl::OkStatus();
}

void EncodeSeen(const PatientState& state, PatientScoringState& message) {
  bool revised = false;
  for (const auto& [id, seen] : state.seen) {
    message.add_seen_id_hash(id);
    message.add_seen_content_hash(seen.content);
    message.add_seen_observed_hour(seen.observed_hour);
    message.add_seen_subject_hash(seen.subject);
    revised |= seen.revision > 0;
  }
  if (!revised) return;
  for (const auto& [id, seen] : state.seen) message.add_seen_revision(seen.revision);
}

absl::Status DecodeSeen(const PatientScoringState& message, PatientState& state) {
  const int count = message.seen_id_hash_size();
  const int revisions = message.seen_revision_size();
  const int subjects = message.seen_subject_hash_size();
  if (message.seen_content_hash_size() != count || message.seen_observed_hour_size() != count ||
      (revisions != 0 && revisions != count) || (subjects != 0 && subjects != count)) {
    return Damaged("columns of unequal length");
  }
  for (int i = 0; i < count; ++i) {
    // The columns are written in order of id, so each goes to the end.
    state.seen.emplace_hint(state.seen.end(), message.seen_id_hash(i),
                            Seen{message.seen_content_hash(i), message.seen_observed_hour(i),
                                 revisions == 0 ? 0 : message.seen_revision(i),
                                 subjects == 0 ? 0 : message.seen_subject_hash(i)});
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeState(const PatientState& state) {
  if (state.empty()) return "";
  PatientScoringState message;
  EncodeSeen(state, message);
  for (const auto& [instrument, history] : state.histories) {
    auto* added = message.add_histories();
    added->set_instrument(instrument);
    for (const KnownTotal& known : history) {
      added->add_totals(known.total);
      *added->add_observed_at() = codec::ToProto(known.observed_at);
      added->add_check_in_hash(known.check_in);
    }
  }
  for (const auto& [parameter, last] : state.last_vitals) {
    auto* added = message.add_last_vitals();
    added->set_code(std::string(domain::News2Code(parameter)));
    added->set_value(last.value);
    *added->mutable_observed_at() = codec::ToProto(last.observed_at);
    added->set_set_aside(last.set_aside);
  }
  for (const PlanVersion& version : state.plans) *message.add_plan_versions() = ToProto(version);
  message.mutable_met_in_a_row()->insert(state.met_in_a_row.begin(), state.met_in_a_row.end());
  message.set_reward_balance(state.reward_balance);
  return codec::DeterministicBytes(message);
}

absl::StatusOr<PatientState> DecodeState(std::string_view bytes) {
  PatientState state;
  PatientScoringState message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Damaged("not a PatientScoringState");
  }
  if (auto status = DecodeSeen(message, state); !status.ok()) return status;
  for (const auto& history : message.histories()) {
    if (history.totals_size() != history.observed_at_size()) return Damaged("history");
    DecodeHistory(history, state);
  }
  for (const auto& last : message.last_vitals()) {
    const auto parameter = domain::News2FromCode(last.code());
    if (!parameter) return Damaged("vital sign " + last.code());
    state.last_vitals[*parameter] = {last.value(), codec::FromProto(last.observed_at()),
                                     last.set_aside()};
  }
  if (auto status = DecodePlans(message, state); !status.ok()) return status;
  state.met_in_a_row = {message.met_in_a_row().begin(), message.met_in_a_row().end()};
  state.reward_balance = message.reward_balance();
  return state;
}

}  // namespace withdrawal::scoring
