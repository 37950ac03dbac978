// The task over bytes, as the loop drives it: state rows in and out, records out.
#include "services/alerting/alerting_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"
#include "libs/metrics/metrics.h"
#include "services/alerting/state_codec.h"
#include "tests/services/alerting/core/story.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/command.pb.h"
#include "withdrawal/events/v1/intake.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::alerting {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);

class AlertingTaskTest : public testing::Test {
 protected:
  absl::StatusOr<stream::Effects> Send(const std::string& topic, const std::string& key,
                                       const std::string& value, Instant now) {
    stream::InputRecord record;
    record.topic = topic;
    record.key = key;
    record.value = value;
    record.timestamp = now;
    record.headers = {{"traceparent", kTrace}};
    return Keep(task_.OnRecord(row_, record, now));
  }

  absl::StatusOr<stream::Effects> Deadline(Instant now, bool caught_up = true) {
    return Keep(task_.OnDeadline("p1", row_, now, caught_up));
  }

  absl::StatusOr<stream::Effects> Keep(absl::StatusOr<stream::Effects> effects) {
    if (effects.ok() && effects->state) row_ = *effects->state;
    return effects;
  }

  static std::string Seizure(const std::string& id, Instant at) {
    events::v1::CheckInScored scored;
    auto* recorded = scored.mutable_recorded();
    recorded->mutable_check_in()->set_patient_id("p1");
    recorded->mutable_check_in()->set_check_in_id(id);
    recorded->mutable_check_in()->set_rater(events::v1::RATER_PATIENT);
    *recorded->mutable_check_in()->mutable_observed_at() = codec::ToProto(at);
    *recorded->mutable_received_at() = codec::ToProto(at);
    recorded->mutable_check_in()->mutable_red_flags()->add_flags(events::v1::RED_FLAG_SEIZURE);
    scored.set_disposition(events::v1::CHECK_IN_DISPOSITION_ACCEPTED);
    return scored.SerializeAsString();
  }

  static std::string Plan() {
    events::v1::CarePlanRecorded recorded;
    auto* plan = recorded.mutable_care_plan();
    plan->set_patient_id("p1");
    plan->set_status(events::v1::MONITORING_STATUS_ACTIVE);
    plan->add_programmes(events::v1::PROGRAMME_CANNABIS);
    auto* entry = plan->mutable_schedule()->add_entries();
    entry->set_entry_id("form");
    entry->mutable_every()->set_seconds(4 * 3600);
    *recorded.mutable_recorded_at() = codec::ToProto(kStart);
    return recorded.SerializeAsString();
  }

  static constexpr char kTrace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  prometheus::Registry registry_;
  AlertingMetrics metrics_{registry_, TestPolicy()};
  AlertingTask task_{TestPolicy(), metrics_};
  std::string row_;
};

TEST_F(AlertingTaskTest, ARaisedAlertGoesOutUnderThePatientWithItsHeaders) {
  const auto effects = Send("withdrawal.scores.v1", "p1", Seizure("a", kStart), kStart);
  ASSERT_TRUE(effects.ok()) << effects.status();
  ASSERT_THAT(effects->outputs, SizeIs(1));
  const auto& record = effects->outputs[0];
  EXPECT_EQ(record.topic, "withdrawal.alerts.v1");
  EXPECT_EQ(record.key, "p1");
  events::v1::AlertEvent event;
  ASSERT_TRUE(event.ParseFromString(record.value));
  EXPECT_EQ(event.event_id(), "p1:RF-01:1/1");
  std::map<std::string, std::string> headers;
  for (const auto& header : record.headers) headers[header.name] = header.value;
  EXPECT_EQ(headers["ce_type"], "withdrawal.events.v1.AlertEvent");
  EXPECT_EQ(headers["ce_id"], "p1:RF-01:1/1");
  EXPECT_EQ(headers["traceparent"], kTrace);
}

TEST_F(AlertingTaskTest, AnEscalationSurvivesARestart) {
  Send("withdrawal.scores.v1", "p1", Seizure("a", kStart), kStart).value();
  EXPECT_EQ(task_.NextDeadline(row_), kStart + absl::Minutes(5));
  // Another process has nothing but the row.
  prometheus::Registry registry;
  AlertingMetrics metrics(registry, TestPolicy());
  AlertingTask restarted(TestPolicy(), metrics);
  EXPECT_EQ(restarted.NextDeadline(row_), kStart + absl::Minutes(5));
  EXPECT_THAT(metrics::ScrapeText(registry),
              HasSubstr("withdrawal_alerting_alerts_open{priority=\"emergency\"} 1"));
  const auto effects = restarted.OnDeadline("p1", row_, kStart + absl::Minutes(7), true);
  ASSERT_TRUE(effects.ok());
  ASSERT_THAT(effects->outputs, SizeIs(1));
  events::v1::AlertEvent event;
  ASSERT_TRUE(event.ParseFromString(effects->outputs[0].value));
  EXPECT_EQ(event.escalated().target(), "secondary");
}

TEST_F(AlertingTaskTest, ARecordThatIsNotWhatItsTopicHoldsIsRefused) {
  for (const char* topic : {"withdrawal.scores.v1", "withdrawal.care-plans.v1",
                            "withdrawal.alert-commands.v1", "withdrawal.intakes.v1"}) {
    const auto effects = Send(topic, "p1", "\xff\xff nonsense", kStart);
    EXPECT_EQ(effects.status().code(), absl::StatusCode::kInvalidArgument) << topic;
  }
}

TEST_F(AlertingTaskTest, ARecordUnderAnotherPersonsKeyIsRefused) {
  const auto effects = Send("withdrawal.scores.v1", "p2", Seizure("a", kStart), kStart);
  EXPECT_EQ(effects.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(AlertingTaskTest, AnIntakeIsKeptAndWhatMakesItsVerdictWorseIsAnAlert) {
  events::v1::IntakeRecorded intake;
  intake.set_patient_id("p1");
  intake.set_intake_id("in-1");
  intake.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  *intake.mutable_recorded_at() = codec::ToProto(kStart);
  const auto kept = Send("withdrawal.intakes.v1", "p1", intake.SerializeAsString(), kStart);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(kept->outputs, IsEmpty());
  EXPECT_TRUE(kept->state.has_value());
  const Instant later = kStart + absl::Hours(1);
  const auto effects = Send("withdrawal.scores.v1", "p1", Seizure("a", later), later);
  ASSERT_TRUE(effects.ok()) << effects.status();
  events::v1::AlertEvent event;
  ASSERT_TRUE(event.ParseFromString(effects->outputs.back().value));
  EXPECT_EQ(event.alert().rule_id(), "SU-G08");
  EXPECT_EQ(event.alert().priority(), events::v1::PRIORITY_URGENT);
}

// The review reads the newest intake from tables that may be behind (PL-02): alerting looks again.
TEST_F(AlertingTaskTest, WhoIsNotSuitableAndEnrolledForNoReasonIsTold) {
  events::v1::IntakeRecorded intake;
  intake.set_patient_id("p1");
  intake.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  auto* answer = intake.add_inputs();
  answer->set_input("delirium_now");
  answer->set_yes_no(true);
  *intake.mutable_recorded_at() = codec::ToProto(kStart);
  events::v1::CarePlanRecorded plan;
  plan.mutable_care_plan()->set_patient_id("p1");
  plan.mutable_care_plan()->set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.mutable_care_plan()->add_programmes(events::v1::PROGRAMME_ALCOHOL);
  *plan.mutable_recorded_at() = codec::ToProto(kStart + absl::Seconds(1));
  for (const char* reason : {"", "the family knows the signs"}) {
    row_.clear();
    ASSERT_TRUE(Send("withdrawal.intakes.v1", "p1", intake.SerializeAsString(), kStart).ok());
    plan.set_override_reason(reason);
    const auto effects =
        Send("withdrawal.care-plans.v1", "p1", plan.SerializeAsString(), kStart + absl::Seconds(1));
    ASSERT_TRUE(effects.ok()) << effects.status();
    EXPECT_THAT(effects->outputs, SizeIs(*reason == 0 ? 1 : 0)) << reason;
  }
}

TEST_F(AlertingTaskTest, AnIntakeUnderAnotherPersonsKeyIsRefused) {
  events::v1::IntakeRecorded intake;
  intake.set_patient_id("p1");
  *intake.mutable_recorded_at() = codec::ToProto(kStart);
  const auto effects = Send("withdrawal.intakes.v1", "p2", intake.SerializeAsString(), kStart);
  EXPECT_EQ(effects.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(AlertingTaskTest, ARowThatIsNoStateStopsTheService) {
  row_ = "\xff\xff nonsense";
  const auto effects = Send("withdrawal.scores.v1", "p1", Seizure("a", kStart), kStart);
  EXPECT_EQ(effects.status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(AlertingTaskTest, AMissedCheckInIsRaisedByDeadlineAndADeletedPlanClosesIt) {
  ASSERT_TRUE(Send("withdrawal.care-plans.v1", "p1", Plan(), kStart).ok());
  ASSERT_EQ(task_.NextDeadline(row_), kStart + absl::Hours(6));
  EXPECT_THAT(Deadline(kStart + absl::Hours(6), false)->outputs, SizeIs(1));
  const auto effects = Send("withdrawal.care-plans.v1", "p1", "", kStart + absl::Hours(7));
  ASSERT_TRUE(effects.ok()) << effects.status();
  EXPECT_THAT(effects->outputs, SizeIs(1));
  EXPECT_EQ(task_.NextDeadline(row_), std::nullopt);
}

TEST_F(AlertingTaskTest, ACommandResolvesAndTheGaugeFollows) {
  Send("withdrawal.scores.v1", "p1", Seizure("a", kStart), kStart).value();
  events::v1::AlertCommand command;
  command.set_command_id("c1");
  command.set_patient_id("p1");
  command.set_alert_id("p1:RF-01:1");
  command.set_actor("nurse-1");
  command.mutable_resolve()->set_reason("ambulance called");
  const auto effects =
      Send("withdrawal.alert-commands.v1", "p1", command.SerializeAsString(), kStart);
  ASSERT_TRUE(effects.ok()) << effects.status();
  EXPECT_THAT(effects->outputs, SizeIs(1));
  EXPECT_EQ(task_.NextDeadline(row_), std::nullopt);
  EXPECT_THAT(metrics::ScrapeText(registry_),
              HasSubstr("withdrawal_alerting_alerts_open{priority=\"emergency\"} 0"));
}

TEST_F(AlertingTaskTest, TheRowComesBackAsItWas) {
  Person person(kStart);
  for (const char* line :
       {"plan programme=alcohol,opioid used=alcohol@30h daily=08:00,20:00 zone=Europe/London"
        " overridden=yes",
        "score CIWA-Ar 22", "symptom ataxia", "dose methadone", "acknowledge SC-01a", "conflict",
        "score SAWS 12", "shelve SC-02 1h seen", "vitals systolic=185", "vitals spo2=93",
        "score COWS >=9", "craving nrs=9 intends=yes", "resolve SC-09b seen"}) {
    person.Do(kStart + absl::Minutes(1), line);
  }
  const std::string bytes = EncodeState(person.state());
  const auto back = DecodeState(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->open, person.state().open);
  EXPECT_TRUE(back->begun_for_a_reason);
  EXPECT_THAT(back->open.front().parts, SizeIs(1));
  EXPECT_THAT(back->lasting, SizeIs(1));
  EXPECT_EQ(back->lasting, person.state().lasting);
  EXPECT_THAT(back->closed, SizeIs(1));
  EXPECT_EQ(back->closed, person.state().closed);
  EXPECT_THAT(back->series, Contains(Pair("5/COWS", Field(&Series::points, SizeIs(1)))));
  EXPECT_EQ(back->series.at("5/COWS").points, person.state().series.at("5/COWS").points);
  EXPECT_TRUE(back->series.at("5/COWS").points.front().lower_bound);
  EXPECT_EQ(back->schedules, person.state().schedules);
  EXPECT_EQ(back->doses, person.state().doses);
  EXPECT_EQ(back->readings, person.state().readings);
  EXPECT_EQ(back->episodes, person.state().episodes);
  EXPECT_EQ(back->command_ids, person.state().command_ids);
  EXPECT_EQ(back->check_in_prints, person.state().check_in_prints);
  EXPECT_THAT(back->pending, SizeIs(1));
  EXPECT_EQ(back->pending, person.state().pending);
  EXPECT_THAT(back->shelves, SizeIs(1));
  EXPECT_EQ(back->shelves, person.state().shelves);
  EXPECT_EQ(back->last_states, person.state().last_states);
  EXPECT_EQ(back->last_active_at, person.state().last_active_at);
  EXPECT_EQ(EncodeState(*back), bytes);
}

}  // namespace
}  // namespace withdrawal::alerting
