// One process of a service: the real loop and the real task, over the simulated brokers. A process
// does its I/O through points at which the world may interfere: kill it, stop it while others go
// on, or make the call fail.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/stream/processor.h"
#include "tests/sim/brokers.h"
#include "tests/sim/group.h"

namespace withdrawal::sim {

struct Service {
  std::string name;
  std::vector<std::string> inputs;
  std::string changelog;
  std::string upstream;        // service whose output is our first input; empty = none
  std::string upstream_input;  // the topic that one reads
  std::function<std::unique_ptr<stream::Task>()> make_task;
};

// Faults of our own code, one at a time, that the simulation has to find.
enum class Plant {
  kNone,
  kOverlayKept,       // rows of an aborted transaction are not taken back
  kReadCommittedEnd,  // restore stops where a read_committed reader stops
  kPositionOffsets,   // offsets as the consumer has them: a stale owner sends none, nobody refuses
  kTimersLost,        // deadlines are not asked for again after a restore
  kNoTransactions,    // what is written is visible at once
};

// What a process is about to do, or has just done.
enum class Point { kPoll, kBegin, kWrite, kOffsets, kDecide, kDecided };

struct Killed {};  // thrown by the world at a point

class Process;
class World {
 public:
  virtual ~World() = default;
  virtual Instant Now(const Process& process) = 0;
  // Aborted: the call failed.
  virtual absl::Status At(Process& process, Point point) = 0;
  // For who follows a run: what just happened.
  virtual void Note(const Process& process, const std::string& what) = 0;
  virtual Random& random() = 0;
  virtual Brokers& brokers() = 0;
  virtual Group& GroupOf(const std::string& service) = 0;
};

class Process {
 public:
  Process(const Service& service, std::string instance, World& world, Plant plant);
  ~Process();

  // An error: the process ends. Throws Killed.
  absl::Status RunOnce();

  const Service& service() const { return service_; }
  const std::string& instance() const { return instance_; }
  int64_t member() const;

  Duration clock_error;  // its clock against the world's

 private:
  class Source;
  class Sink;
  class PlantedTask;

  const Service& service_;
  const std::string instance_;
  std::unique_ptr<PlantedTask> task_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Sink> sink_;
  std::unique_ptr<stream::Processor> processor_;
};

}  // namespace withdrawal::sim
