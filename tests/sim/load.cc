#include "tests/sim/load.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::sim {
namespace {

constexpr int kPatients = 5;
constexpr const char* kSawsItems[] = {"anxious",           "confused", "restless", "miserable",
                                      "memory_problems",   "tremor",   "nausea",   "heart_pounding",
                                      "sleep_disturbance", "sweating"};

events::v1::CheckInRecorded Recorded(const Load::CheckIn& sent, Instant received_at) {
  events::v1::CheckInRecorded recorded;
  auto* check_in = recorded.mutable_check_in();
  check_in->set_patient_id(sent.patient_id);
  check_in->set_check_in_id(sent.id);
  check_in->set_rater(events::v1::RATER_PATIENT);
  *check_in->mutable_observed_at() = codec::ToProto(sent.received_at);
  *recorded.mutable_received_at() = codec::ToProto(received_at);
  if (sent.kind == Load::Kind::kEmergency) {
    check_in->mutable_red_flags()->add_flags(events::v1::RED_FLAG_SEIZURE);
    return recorded;
  }
  auto* answers = check_in->mutable_instrument_response();
  answers->set_instrument("SAWS");
  for (const char* code : kSawsItems) {
    auto* item = answers->add_items();
    item->set_code(code);
    // Fourteen points, none of them for confusion, which has a rule of its own.
    const bool high = sent.kind == Load::Kind::kUrgent && code != std::string("confused");
    item->set_value(!high ? 0 : answers->items_size() > 6 ? 1 : 2);
  }
  return recorded;
}

}  // namespace

Load::Load(Random& random, Brokers& brokers, Instant start)
    : random_(random), brokers_(brokers), enrolled_at_(start) {
  for (int i = 0; i < kPatients; ++i) {
    patients_.push_back(absl::StrCat("p", i));
    Enrol(patients_.back(), start);
  }
}

void Load::Enrol(const std::string& patient, Instant now) {
  events::v1::CarePlanRecorded recorded;
  auto* plan = recorded.mutable_care_plan();
  plan->set_patient_id(patient);
  plan->set_etag("1");
  plan->set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan->add_programmes(events::v1::PROGRAMME_ALCOHOL);
  auto* substance = plan->add_substances();
  substance->set_substance_class("alcohol");
  *substance->mutable_last_use() = codec::ToProto(now - absl::Hours(20));
  auto* entry = plan->mutable_schedule()->add_entries();
  entry->set_entry_id("any");
  *entry->mutable_every() = codec::ToProto(kDueEvery);
  *recorded.mutable_recorded_at() = codec::ToProto(now);
  brokers_.Append("withdrawal.care-plans.v1", {patient, recorded.SerializeAsString(), {}, now});
}

void Load::SendSomething(Instant now) {
  const double what = random_.Unit();
  if (what < 0.65) return SendCheckIn(now);
  if (what < 0.80 && !check_ins_.empty()) {
    return SendAgain(
        check_ins_[static_cast<size_t>(random_.Below(static_cast<int>(check_ins_.size())))], now);
  }
  if (what < 0.85) return SendNonsense(now);
  Acknowledge(now);
}

void Load::SendCheckIn(Instant now) {
  // The last person never sends anything.
  const auto who = static_cast<size_t>(random_.Below(kPatients - 1));
  const double how = random_.Unit();
  const Kind kind = how < 0.6 ? Kind::kWell : how < 0.85 ? Kind::kUrgent : Kind::kEmergency;
  check_ins_.push_back({patients_[who], absl::StrCat("c", check_ins_.size()), kind, now});
  SendAgain(check_ins_.back(), now);
}

void Load::SendAgain(const CheckIn& check_in, Instant now) {
  brokers_.Append("withdrawal.check-ins.v1",
                  {check_in.patient_id, Recorded(check_in, now).SerializeAsString(), {}, now});
}

void Load::SendAllAgain(Instant now) {
  for (const CheckIn& check_in : check_ins_) SendAgain(check_in, now);
}

void Load::SendNonsense(Instant now) {
  const std::string& key = patients_[static_cast<size_t>(random_.Below(kPatients))];
  brokers_.Append("withdrawal.check-ins.v1",
                  {key, absl::StrCat("\xff\xff ", nonsense_++), {}, now});
}

void Load::Acknowledge(Instant now) {
  std::vector<std::pair<std::string, std::string>> open;  // patient, alert
  for (const Found& found : brokers_.ReadAll("withdrawal.alerts.v1")) {
    events::v1::AlertEvent event;
    event.ParseFromString(found.record->value);
    const auto& alert = event.alert();
    if (!event.has_raised() || acknowledged_.contains(alert.alert_id())) continue;
    if (alert.rule_id() != "RF-01") continue;
    open.emplace_back(alert.patient_id(), alert.alert_id());
  }
  if (open.empty()) return;
  const auto& [patient, alert] =
      open[static_cast<size_t>(random_.Below(static_cast<int>(open.size())))];
  acknowledged_.insert(alert);
  events::v1::AlertCommand command;
  command.set_command_id("ack-" + alert);
  command.set_patient_id(patient);
  command.set_alert_id(alert);
  command.set_actor("nurse");
  *command.mutable_issued_at() = codec::ToProto(now);
  command.mutable_acknowledge();
  // Sent twice now and then, as after a lost answer.
  for (int times = random_.Chance(0.3) ? 2 : 1; times > 0; --times) {
    brokers_.Append("withdrawal.alert-commands.v1",
                    {patient, command.SerializeAsString(), {}, now});
  }
}

}  // namespace withdrawal::sim
