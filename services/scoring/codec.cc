#include "services/scoring/codec.h"

#include "absl/strings/str_cat.h"
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
    history.push_back({message.totals(i), codec::FromProto(message.observed_at(i))});
  }
}

}  // namespace

std::string EncodeState(const PatientState& state) {
  if (state.empty()) return "";
  PatientScoringState message;
  for (const auto& [id, seen] : state.seen) {
    message.add_seen_id_hash(id);
    message.add_seen_content_hash(seen.content);
    message.add_seen_observed_hour(seen.observed_hour);
  }
  for (const auto& [instrument, history] : state.histories) {
    auto* added = message.add_histories();
    added->set_instrument(instrument);
    for (const domain::PriorTotal& prior : history) {
      added->add_totals(prior.total);
      *added->add_observed_at() = codec::ToProto(prior.observed_at);
    }
  }
  for (const auto& [parameter, last] : state.last_vitals) {
    auto* added = message.add_last_vitals();
    added->set_code(std::string(domain::News2Code(parameter)));
    added->set_value(last.value);
    *added->mutable_observed_at() = codec::ToProto(last.observed_at);
    added->set_set_aside(last.set_aside);
  }
  if (state.care_plan) *message.mutable_care_plan() = codec::ToProto(*state.care_plan);
  return message.SerializeAsString();
}

absl::StatusOr<PatientState> DecodeState(std::string_view bytes) {
  PatientState state;
  PatientScoringState message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Damaged("not a PatientScoringState");
  }
  const int seen = message.seen_id_hash_size();
  if (message.seen_content_hash_size() != seen || message.seen_observed_hour_size() != seen) {
    return Damaged("columns of unequal length");
  }
  for (int i = 0; i < seen; ++i) {
    // The columns are written in order of id, so each goes to the end.
    state.seen.emplace_hint(state.seen.end(), message.seen_id_hash(i),
                            Seen{message.seen_content_hash(i), message.seen_observed_hour(i)});
  }
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
  if (message.has_care_plan()) {
    auto plan = codec::FromProto(message.care_plan());
    if (!plan.ok()) return Damaged("care plan: " + std::string(plan.status().message()));
    state.care_plan = *std::move(plan);
  }
  return state;
}

}  // namespace withdrawal::scoring
