// Many people's state on one partition, put back in service: how long, and is anybody's deadline
// forgotten? Prints the figures beside the ceiling, a plain read of the same topic in the same run.
// WITHDRAWAL_RESTORE_PEOPLE=100000 for the figure of libs/stream/README.md; else few, for the test.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <set>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "libs/codec/time.h"
#include "libs/kafka/producer.h"
#include "libs/kafka/stream_runner.h"
#include "services/alerting/alerting_task.h"
#include "services/ctl/care_plan.h"
#include "tests/libs/kafka/broker.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::alerting {
namespace {

constexpr int kPeople = 2'000;
constexpr int kOneOverdueOf = 100;

int People() {
  const char* text = std::getenv("WITHDRAWAL_RESTORE_PEOPLE");
  int people = kPeople;
  if (text != nullptr && !absl::SimpleAtoi(text, &people)) ADD_FAILURE() << text;
  return people;
}

std::string PlanOf(const std::string& patient, absl::Time now) {
  ctl::CarePlanWords words;
  words.patient_id = patient;
  words.programmes = {"alcohol"};
  words.last_use = {"alcohol=30h"};
  words.every = "4h";
  words.team = "north";
  events::v1::CarePlanRecorded recorded;
  *recorded.mutable_care_plan() = ctl::BuildCarePlan(words, now).value();
  *recorded.mutable_recorded_at() = codec::ToProto(now);
  return recorded.SerializeAsString();
}

std::string CheckInOf(const std::string& patient, bool seizure, absl::Time at) {
  events::v1::CheckInScored scored;
  scored.set_disposition(events::v1::CHECK_IN_DISPOSITION_ACCEPTED);
  auto* recorded = scored.mutable_recorded();
  auto* check_in = recorded->mutable_check_in();
  check_in->set_patient_id(patient);
  check_in->set_check_in_id("c1");
  check_in->set_rater(events::v1::RATER_PATIENT);
  *check_in->mutable_observed_at() = codec::ToProto(at);
  *recorded->mutable_received_at() = codec::ToProto(at);
  if (seizure) {
    check_in->mutable_red_flags()->add_flags(events::v1::RED_FLAG_SEIZURE);
  } else {
    check_in->mutable_craving()->set_nrs(1);
  }
  return scored.SerializeAsString();
}

class RestoreOnBroker : public kafka::BrokerTest {
 protected:
  void SetUp() override {
    BrokerTest::SetUp();
    if (HasFatalFailure()) return;
    topics_.scores = MakeTopic("scores", 1);
    topics_.care_plans = MakeTopic("care-plans", 1, true);
    topics_.commands = MakeTopic("commands", 1);
    topics_.intakes = MakeTopic("intakes", 1);
    topics_.alerts = MakeTopic("alerts", 1);
    changelog_ = MakeTopic("state", 1, true);
    dead_letters_ = MakeTopic("dead-letters", 1);
  }

  // The row of a person who enrolled two hours ago and was heard of ten minutes ago.
  std::string RowOf(const std::string& patient, bool seizure, absl::Time now) {
    std::string row;
    const auto take = [&](std::string_view topic, const std::string& value, absl::Time at) {
      const stream::InputRecord record{topic, 0, 0, patient, value, at, {}};
      const auto effects = task_.OnRecord(row, record, at);
      ASSERT_TRUE(effects.ok()) << effects.status();
      if (effects->state) row = *effects->state;
    };
    take(kafka::kCarePlansTopic, PlanOf(patient, now - absl::Hours(2)), now - absl::Hours(2));
    const absl::Time heard = now - absl::Minutes(10);
    take(kafka::kScoresTopic, CheckInOf(patient, seizure, heard), heard);
    return row;
  }

  void Fill(int people, absl::Time now) {
    auto producer = kafka::Producer::Create(config_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    std::atomic<int> failed = 0;
    for (int i = 0; i < people; ++i) {
      const std::string patient = absl::StrCat("p", i);
      std::string row = RowOf(patient, i % kOneOverdueOf == 0, now);
      bytes_ += row.size();
      (*producer)->Send({changelog_, patient, std::move(row), {}},
                        [&](const auto& stored) { failed += stored.ok() ? 0 : 1; });
      if (i % 10'000 != 9'999) continue;
      ASSERT_TRUE((*producer)->Flush(absl::Seconds(60)).ok());
    }
    ASSERT_TRUE((*producer)->Flush(absl::Seconds(60)).ok());
    ASSERT_EQ(failed, 0);
  }

  kafka::StreamConfig Stream() const {
    kafka::StreamConfig stream;
    stream.client = config_;
    stream.service = prefix_ + "alerting";
    stream.instance_id = "0";
    stream.inputs = {topics_.scores, topics_.care_plans, topics_.commands, topics_.intakes};
    stream.changelog = changelog_;
    stream.dead_letters = dead_letters_;
    stream.outputs = {topics_.alerts};
    return stream;
  }

  // Patients whose alert has gone up a rung.
  std::set<std::string> Escalated() {
    std::set<std::string> patients;
    for (const kafka::OwnedRecord& record : ReadAll(topics_.alerts)) {
      events::v1::AlertEvent event;
      EXPECT_TRUE(event.ParseFromString(record.value));
      if (event.has_escalated()) patients.insert(record.key);
    }
    return patients;
  }

  const catalogue::Catalogue catalogue_ = catalogue::Load("").value();
  const domain::AlertPolicy policy_ = catalogue::AlertPolicyOf(catalogue_);
  AlertingTopics topics_;
  prometheus::Registry offline_;
  AlertingMetrics metrics_{offline_, policy_};
  AlertingTask task_{policy_, metrics_};  // makes the rows; by the names of the system's topics
  std::string changelog_;
  std::string dead_letters_;
  size_t bytes_ = 0;
};

TEST_F(RestoreOnBroker, ManyPeopleAreBackWithEveryDeadlineTheyHad) {
  const int people = People();
  Fill(people, absl::Now());
  const absl::Time read_from = absl::Now();
  ASSERT_EQ(ReadAll(changelog_).size(), static_cast<size_t>(people));
  const absl::Duration read = absl::Now() - read_from;

  prometheus::Registry registry;
  AlertingMetrics metrics(registry, policy_);
  AlertingTask task(policy_, metrics, topics_);
  kafka::StreamRunner runner(Stream(), task, registry);
  std::atomic<bool> stop = false;
  absl::Notification ready;
  const absl::Time from = absl::Now();
  std::thread thread([&] {
    const absl::Status status = runner.Run(stop, [&](bool is_ready) {
      if (is_ready && !ready.HasBeenNotified()) ready.Notify();
    });
    EXPECT_TRUE(status.ok()) << status;
  });
  EXPECT_TRUE(ready.WaitForNotificationWithTimeout(absl::Minutes(3)));
  const absl::Duration took = absl::Now() - from;
  std::cout << people << " people, " << bytes_ / static_cast<size_t>(people)
            << " bytes each: in service after " << took << ", a plain read takes " << read << " ("
            << absl::FDivDuration(read, took) << " of it)\n";

  const size_t overdue = static_cast<size_t>((people + kOneOverdueOf - 1) / kOneOverdueOf);
  const absl::Time until = absl::Now() + absl::Minutes(1);
  std::set<std::string> escalated = Escalated();
  while (escalated.size() < overdue && absl::Now() < until) escalated = Escalated();
  stop = true;
  thread.join();
  EXPECT_EQ(escalated.size(), overdue) << "rungs that were due while nobody was there";
}

}  // namespace
}  // namespace withdrawal::alerting
