#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "tests/libs/codec/care_plan_examples.h"

namespace withdrawal::codec {
namespace {

using domain::CarePlan;
using domain::Instant;
using domain::LocalTime;

template <typename Value>
Value Below(Value top) {
  return *rc::gen::inRange<Value>(0, top);
}
bool Coin() { return Below(2) == 1; }
Instant Moment() { return kPlanStart + absl::Nanoseconds(Below<int64_t>(1'000'000'000'000'000)); }
std::optional<Instant> MaybeMoment() {
  return Coin() ? std::optional<Instant>(Moment()) : std::nullopt;
}
LocalTime TimeOfDay() { return {Below(24), Below(60)}; }
double Amount() { return (1 + Below(100'000)) / 1000.0; }
std::optional<double> MaybeAmount() {
  return Coin() ? std::optional<double>(Amount()) : std::nullopt;
}
std::string Word() { return absl::StrCat("w", Below(1000)); }

domain::ScheduleEntry Entry(int number) {
  domain::ScheduleEntry entry;
  entry.entry_id = absl::StrCat("e", number);
  if (Coin()) entry.satisfied_by = {Word()};
  const int kind = Below(3);
  if (kind == 0) entry.every = absl::Seconds(1 + Below(1'000'000));
  if (kind == 1) entry.daily_at = {TimeOfDay(), TimeOfDay()};
  if (kind == 2) entry.at = {kPlanStart, kPlanStart + absl::Nanoseconds(1 + Below(1000))};
  if (Coin()) entry.from = kPlanStart - absl::Hours(Below(1000));
  if (Coin()) entry.until = kPlanStart + absl::Hours(1 + Below(1000));
  return entry;
}

domain::MedicationOrder Order(int number) {
  domain::MedicationOrder order;
  order.order_id = absl::StrCat("o", number);
  order.product = Word();
  order.route = Coin() ? Word() : "";
  order.purpose = static_cast<domain::MedicationPurpose>(Below(8));
  Instant from = Moment();
  for (int i = Below(4); i > 0; --i) {
    domain::DoseStep& step = order.steps.emplace_back();
    step.from = from;
    from += absl::Seconds(1 + Below(100'000));
    step.milligrams = Amount();
    if (Coin()) {
      step.every = absl::Seconds(1800 + Below(100'000));
    } else {
      step.daily_at = {TimeOfDay()};
    }
  }
  order.ends_at = MaybeMoment();
  if (Coin()) order.trigger = {Word(), Below(60), Amount(), absl::Seconds(1 + Below(90'000))};
  order.dose_milligrams_max = MaybeAmount();
  order.daily_milligrams_max = MaybeAmount();
  order.taper_scheme = Coin() ? "nsw" : "";
  order.days_dispensed = MaybeAmount();
  order.clinician_present_at_start = Coin();
  return order;
}

void AddSupport(CarePlan& plan) {
  for (int i = Below(3); i > 0; --i) {
    plan.sessions.push_back({Word(), 1 + Below(21), 1 + Below(1440), MaybeMoment()});
    plan.goals.push_back(
        {Word(), Word(), static_cast<domain::GoalStatus>(Below(3)), MaybeMoment()});
    domain::SupportContact contact{Word(), Word(), {}, {}, {}, {}, {}};
    if (Coin()) contact.consented_to = {domain::ContactScope::kMissedCheckIn};
    contact.consent_signed_at = MaybeMoment();
    contact.consent_expires_at = MaybeMoment();
    contact.consent_revoked_at = MaybeMoment();
    contact.last_contact_at = MaybeMoment();
    plan.support_contacts.push_back(contact);
  }
}

CarePlan RandomPlan() {
  CarePlan plan;
  plan.patient_id = Word();
  plan.status = static_cast<domain::MonitoringStatus>(Below(3));
  plan.programmes = {static_cast<domain::Programme>(Below(6))};
  if (Coin()) plan.substances = {{Word(), Moment()}};
  plan.time_zone = "Pacific/Apia";
  for (int i = Below(4); i > 0; --i) plan.schedule.push_back(Entry(i));
  for (int i = Below(4); i > 0; --i) plan.medications.push_back(Order(i));
  AddSupport(plan);
  if (Coin()) plan.thresholds = {{Word(), Below(1000) / 7.0}};
  if (Coin()) plan.schemes = {{Word(), Word()}};
  if (Coin()) plan.quiet_hours = {TimeOfDay(), TimeOfDay()};
  if (Coin()) plan.level_of_care = {Word(), Word(), MaybeMoment()};
  if (Coin()) {
    plan.discharge = {static_cast<domain::DischargeKind>(Below(4)), MaybeMoment(), Word()};
  }
  plan.quit_at = MaybeMoment();
  if (Coin()) plan.age_years = Below(120);
  if (Coin()) plan.medication_offer = {Coin(), Coin() ? "declined" : "", MaybeMoment()};
  plan.paused_until = MaybeMoment();
  if (Coin()) plan.pregnant = Coin();
  if (Coin()) plan.monitoring_started_at = Moment();
  return plan;
}

RC_GTEST_PROP(CarePlanCodecProperty, APlanReadBackFromItsBytesIsThePlanWritten, ()) {
  const CarePlan plan = RandomPlan();
  events::v1::CarePlan message;
  RC_ASSERT(message.ParseFromString(ToProto(plan).SerializeAsString()));
  const auto read = FromProto(message);
  RC_ASSERT(read.ok());
  RC_ASSERT(*read == plan);
}

// Fields, at any depth, that are not set in any message of the plan.
void CollectUnset(const google::protobuf::Message& message, const std::string& path,
                  std::vector<std::string>& set, std::vector<std::string>& all) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto* field = message.GetDescriptor()->field(i);
    const std::string name = absl::StrCat(path, ".", field->name());
    all.push_back(name);
    const bool is_set = field->is_repeated() ? reflection->FieldSize(message, field) > 0
                                             : reflection->HasField(message, field);
    if (!is_set) continue;
    set.push_back(name);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type()->file()->package() != "withdrawal.events.v1") continue;
    if (!field->is_repeated()) {
      CollectUnset(reflection->GetMessage(message, field), name, set, all);
      continue;
    }
    for (int j = 0; j < reflection->FieldSize(message, field); ++j) {
      CollectUnset(reflection->GetRepeatedMessage(message, field, j), name, set, all);
    }
  }
}

TEST(CarePlanCodec, NoFieldOfThePlanIsForgotten) {
  std::vector<std::string> set;
  std::vector<std::string> all;
  CollectUnset(ToProto(FullPlan()), "", set, all);
  for (const std::string& name : all) {
    EXPECT_TRUE(std::find(set.begin(), set.end(), name) != set.end()) << name;
  }
  EXPECT_EQ(*FromProto(ToProto(FullPlan())), FullPlan());
}

}  // namespace
}  // namespace withdrawal::codec
