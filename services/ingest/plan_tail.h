// Reads all partitions of the care plans into the Enrolments, in every process and without a group.
// Owns one thread.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"
#include "services/ingest/enrolments.h"

namespace withdrawal::ingest {

class PlanTail {
 public:
  // `enrolments` outlives this.
  PlanTail(kafka::ClientConfig config, std::string topic, Enrolments& enrolments);
  ~PlanTail();
  PlanTail(const PlanTail&) = delete;
  PlanTail& operator=(const PlanTail&) = delete;

 private:
  void Run();
  // Reads until the stop or a failure; goes on where the one before ended.
  absl::Status Session();

  const kafka::ClientConfig config_;
  const std::string topic_;
  Enrolments& enrolments_;
  std::vector<kafka::Position> next_;  // of the thread; empty = not begun
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace withdrawal::ingest
