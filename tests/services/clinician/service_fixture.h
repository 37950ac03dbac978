// The service in this process on the real broker and database, with topics and a database of its
// own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "libs/kafka/producer.h"
#include "services/clinician/service.h"
#include "tests/libs/kafka/broker.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"

namespace withdrawal::clinician {

class ServiceTest : public kafka::BrokerTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Who callers are: nobody asks.
  virtual identity::Callers NewCallers() { return {std::make_unique<identity::NoIdentity>(), {}}; }

  // A new service object on the same topics and database; the one before is shut down.
  void Start();
  void Stop() {
    if (service_) service_->Shutdown(absl::Seconds(2));
    service_.reset();
  }

  void Produce(const std::string& topic, const std::string& key, const std::string& value);
  void ProduceAlert(const events::v1::AlertEvent& event) {
    Produce(config_of_service_.topics.alerts, event.alert().patient_id(),
            event.SerializeAsString());
  }
  void ProduceScore(const events::v1::CheckInScored& scored) {
    Produce(config_of_service_.topics.scores, scored.recorded().check_in().patient_id(),
            scored.SerializeAsString());
  }
  void ProducePlan(const events::v1::CarePlanRecorded& recorded) {
    Produce(config_of_service_.topics.care_plans, recorded.care_plan().patient_id(),
            recorded.SerializeAsString());
  }

  // Asks again and again, for at most 20 s.
  void Eventually(const std::function<bool()>& condition, const std::string& what);
  bool IsProjected(const std::string& alert_id, int64_t version = 1) {
    return database_->Number("SELECT COUNT(*) FROM alert WHERE alert_id = '" + alert_id +
                             "' AND version >= " + std::to_string(version)) == 1;
  }

  // Methadone from 35 mg on: ME-M01 blocks it.
  static events::v1::CarePlan MethadoneFrom(double milligrams);

  std::unique_ptr<TestDatabase> database_;
  Config config_of_service_;
  absl::Duration degraded_after_ = absl::Minutes(2);
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<v1::ClinicianService::Stub> stub_;
  std::unique_ptr<kafka::Producer> producer_;
};

// One WatchAlerts call, read step by step.
class Watcher {
 public:
  Watcher(v1::ClinicianService::Stub& stub, const v1::WatchAlertsRequest& request,
          absl::Duration deadline = absl::Seconds(20),
          const std::map<std::string, std::string>& metadata = {});
  ~Watcher() { context_.TryCancel(); }

  // The next message but heartbeats; an empty one when the stream is over.
  v1::WatchAlertsResponse Next();
  v1::WatchAlertsResponse NextOfAnyKind();
  // Reads to the end of the snapshot; the alert ids in it.
  std::vector<std::string> Snapshot();
  grpc::Status Finish();
  void Cancel() { context_.TryCancel(); }
  const std::string& token() const { return token_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchAlertsResponse>> reader_;
  std::string token_;  // the newest
};

}  // namespace withdrawal::clinician
