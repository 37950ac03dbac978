// The whole clinician service but its process: projection, tail, watch streams, queries, commands
// and the gRPC server, in order of the flow. main builds one, tests as many as they like.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/audit/log.h"
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/producer.h"
#include "libs/rpc/server.h"
#include "prometheus/registry.h"
#include "services/clinician/alert_tail.h"
#include "services/clinician/consistency.h"
#include "services/clinician/health_monitor.h"
#include "services/clinician/outcome_monitor.h"
#include "services/clinician/patient_rpc.h"
#include "services/clinician/patient_tail.h"
#include "services/clinician/privacy_rpc.h"
#include "services/clinician/projection.h"
#include "services/clinician/rpc_service.h"

namespace withdrawal::clinician {

class Service {
 public:
  // Starts everything; neither database nor brokers need to be there yet.
  //   as rpc::Server::Start
  static absl::StatusOr<std::unique_ptr<Service>> Start(const Config& config,
                                                        const rpc::ServerConfig& server,
                                                        const catalogue::Catalogue& catalogue,
                                                        identity::Callers callers,
                                                        prometheus::Registry& registry);
  ~Service();  // as Shutdown(zero)
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  int port() const { return server_->port(); }

  // Whether to send traffic here: read model less than 30 s behind, watch streams fed, brokers and
  // database there. Also tells the gRPC health service. Any thread.
  bool CheckReady();
  // False when only a restart can help (a Kafka producer that cannot go on).
  bool healthy() const { return producer_->healthy(); }

  // Ends the watch streams with UNAVAILABLE, gives calls in flight `grace`, stops the rest. Once.
  void Shutdown(absl::Duration grace);

 private:
  Service(const Config& config, const catalogue::Catalogue& catalogue, identity::Callers callers,
          prometheus::Registry& registry, std::unique_ptr<kafka::Producer> producer);

  const Config config_;
  const catalogue::Catalogue catalogue_;
  Metrics metrics_;
  std::unique_ptr<kafka::Producer> producer_;
  AlertRing ring_;
  PatientRing changes_;
  HealthBoard health_;
  // What queued work may still use while the workers end.
  identity::Gate gate_;
  audit::Log audit_;
  Consistency consistency_;
  Calls calls_;
  WorkerPool workers_;
  AlertHub hub_;
  PatientHub patients_hub_;
  AlertTail tail_;
  PatientTail patients_tail_;
  Projection projection_;
  OutcomeMonitor outcomes_;
  HealthMonitor monitor_;
  Queries queries_;
  PlanReviewer reviewer_;
  Outbox outbox_;
  Commands commands_;
  PlanWriter plans_;
  Intakes intakes_;
  LifeCycle life_cycle_;
  PrivacyMetrics privacy_metrics_;
  Consents consents_;
  Disclosures disclosures_;
  RpcService rpc_;
  PrivacyRpc privacy_rpc_;
  PatientRpc patient_rpc_;
  std::unique_ptr<rpc::Server> server_;
  std::atomic<bool> stop_ = false;
  bool down_ = false;
  std::thread tail_thread_;
  std::thread patients_tail_thread_;
  std::thread projection_thread_;
  std::thread outcomes_thread_;
  std::thread monitor_thread_;
};

}  // namespace withdrawal::clinician
