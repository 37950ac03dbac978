#include "tests/sim/simulation.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/catalogue.h"
#include "prometheus/registry.h"
#include "services/alerting/alerting_task.h"
#include "services/scoring/scoring_task.h"
#include "tests/sim/oracle.h"

namespace withdrawal::sim {
namespace {

constexpr int kInstances = 2;
constexpr int kNestedMax = 2;
const Instant kStart = absl::FromUnixSeconds(1'772'409'600);  // 2026-03-02T00:00:00Z

// The same for every run of the program: built once.
struct Judges {
  const catalogue::Catalogue catalogue = *catalogue::Load("");
  const domain::AlertPolicy policy = catalogue::AlertPolicyOf(catalogue);
  prometheus::Registry registry;
  scoring::ScoringMetrics scoring{registry, catalogue};
  alerting::AlertingMetrics alerting{registry, policy};
};
Judges& TheJudges() {
  static Judges& judges = *new Judges();
  return judges;
}

std::vector<Service> Services() {
  return {
      {"scoring",
       {"withdrawal.check-ins.v1", "withdrawal.care-plans.v1"},
       "withdrawal.scoring-state.v1",
       "",
       "",
       [] {
         return std::make_unique<scoring::ScoringTask>(TheJudges().catalogue, TheJudges().scoring);
       }},
      {"alerting",
       {"withdrawal.scores.v1", "withdrawal.care-plans.v1", "withdrawal.alert-commands.v1",
        "withdrawal.intakes.v1"},
       "withdrawal.alerting-state.v1",
       "scoring",
       "withdrawal.check-ins.v1",
       [] {
         return std::make_unique<alerting::AlertingTask>(TheJudges().policy, TheJudges().alerting);
       }}};
}

class Simulation : public World {
 public:
  Simulation(uint64_t seed, Plant plant)
      : random_(seed), plant_(plant), load_(random_, brokers_, kStart) {
    for (const Service& service : services_) {
      for (int i = 0; i < kInstances; ++i) {
        slots_.push_back({&service, std::to_string(i), nullptr, kStart});
      }
    }
  }

  Outcome Run();

 private:
  // Where an instance runs; a dead one comes back.
  struct Slot {
    const Service* service;
    std::string instance;
    std::shared_ptr<Process> process;
    Instant back_at;
  };

  Instant Now(const Process& process) override { return now_ + process.clock_error; }
  absl::Status At(Process& process, Point point) override;
  Random& random() override { return random_; }
  Brokers& brokers() override { return brokers_; }
  Group& GroupOf(const std::string& service) override { return groups_[service]; }
  void Note(const Process& process, const std::string& what) override {
    if (!trace_) return;
    std::cerr << absl::FormatTime("%H:%M:%E3S ", now_, absl::UTCTimeZone())
              << process.service().name << '-' << process.instance() << ' ' << &process << ' '
              << what << '\n';
  }

  void Trouble();
  void Step();
  void Pass(Duration time);
  void RunSomebody();
  void RunRound(const std::shared_ptr<Process>& process);
  void Freeze(Process& process);
  bool Idle(const Process& process) const {
    return !on_stack_.contains(&process) && !frozen_.contains(&process);
  }
  void Remove(const std::shared_ptr<Process>& process);
  void Calm(Instant until);
  void RestartAll();

  Random random_;
  const Plant plant_;
  const bool trace_ = std::getenv("WITHDRAWAL_SIM_TRACE") != nullptr;
  Instant now_ = kStart;
  Brokers brokers_;
  std::map<std::string, Group> groups_;
  const std::vector<Service> services_ = Services();
  Load load_;
  std::vector<Slot> slots_;
  std::vector<std::shared_ptr<Process>> stale_;  // replaced while they were frozen
  std::set<const Process*> on_stack_;
  std::map<const Process*, Instant> frozen_;  // between rounds, until
  int nested_ = 0;
  bool faults_ = true;
  std::map<std::string, int> counts_;
};

absl::Status Simulation::At(Process& process, Point point) {
  if (!faults_) return absl::OkStatus();
  const double what = random_.Unit();
  if (what < 0.004) {
    ++counts_["killed"];
    Note(process, absl::StrCat("killed at ", static_cast<int>(point)));
    throw Killed();
  }
  const double stopped = point == Point::kBegin ? 0.03 : 0.009;
  if (what < stopped && nested_ < kNestedMax) {
    Freeze(process);
    return absl::OkStatus();
  }
  if (what < stopped + 0.007 && point != Point::kDecided) {
    ++counts_["failed call"];
    Note(process, absl::StrCat("call fails at ", static_cast<int>(point)));
    return absl::AbortedError("trouble");
  }
  return absl::OkStatus();
}

// SIGSTOP in the middle of a call: the others go on, for longer than the session or less.
void Simulation::Freeze(Process& process) {
  ++counts_["stopped in a call"];
  Note(process, "stopped");
  const bool long_stop = random_.Chance(0.6);
  const Instant until =
      now_ + absl::Seconds(long_stop ? random_.Between(8, 40) : random_.Between(0.1, 3));
  for (Slot& slot : slots_) {
    if (slot.process.get() != &process || !long_stop || !random_.Chance(0.4)) continue;
    ++counts_["replaced while stopped"];
    stale_.push_back(std::exchange(slot.process, nullptr));
    slot.back_at = now_ + absl::Seconds(random_.Between(0, 8));
  }
  ++nested_;
  while (now_ < until) Step();
  --nested_;
  Note(process, "goes on");
}

void Simulation::RunRound(const std::shared_ptr<Process>& process) {
  const std::shared_ptr<Process> kept = process;  // the slot may let it go meanwhile
  on_stack_.insert(kept.get());
  bool ends = false;
  try {
    const absl::Status status = kept->RunOnce();
    ends = !status.ok();
    if (ends) {
      ++counts_["ended by itself"];
      Note(*kept, absl::StrCat("ends: ", std::string(status.message())));
    }
  } catch (const Killed&) {
    ends = true;
  }
  on_stack_.erase(kept.get());
  if (ends) Remove(kept);
}

void Simulation::Remove(const std::shared_ptr<Process>& process) {
  frozen_.erase(process.get());
  std::erase(stale_, process);
  for (Slot& slot : slots_) {
    if (slot.process != process) continue;
    slot.process = nullptr;
    slot.back_at = now_ + (faults_ ? absl::Seconds(random_.Between(0.2, 15)) : absl::Seconds(1));
  }
}

void Simulation::RunSomebody() {
  std::vector<std::shared_ptr<Process>> ready;
  for (const Slot& slot : slots_) {
    if (slot.process != nullptr && Idle(*slot.process)) ready.push_back(slot.process);
  }
  for (const auto& process : stale_) {
    if (Idle(*process)) ready.push_back(process);
  }
  if (ready.empty()) return;
  RunRound(ready[static_cast<size_t>(random_.Below(static_cast<int>(ready.size())))]);
}

void Simulation::Pass(Duration time) {
  now_ += time;
  std::erase_if(frozen_, [&](const auto& entry) { return entry.second <= now_; });
  for (Slot& slot : slots_) {
    if (slot.process == nullptr && slot.back_at <= now_) {
      slot.process = std::make_shared<Process>(*slot.service, slot.instance, *this, plant_);
      if (faults_) slot.process->clock_error = absl::Seconds(random_.Between(-1, 1));
    }
  }
  // Heartbeats have a thread of their own; those that are on the stack below are stopped.
  for (const Slot& slot : slots_) {
    const bool beats = slot.process != nullptr && Idle(*slot.process);
    if (beats) groups_[slot.service->name].Heard(slot.process->member(), now_);
  }
  for (auto& [name, group] : groups_) group.Advance(now_);
  brokers_.Advance(now_, &random_);
}

void Simulation::Trouble() {
  Slot& slot = slots_[static_cast<size_t>(random_.Below(static_cast<int>(slots_.size())))];
  if (slot.process == nullptr || !Idle(*slot.process)) return;
  if (random_.Chance(0.5)) {
    ++counts_["killed"];
    Remove(slot.process);
  } else {
    ++counts_["stopped"];
    frozen_[slot.process.get()] = now_ + absl::Seconds(random_.Between(1, 30));
  }
}

void Simulation::Step() {
  const double what = random_.Unit();
  if (what < 0.80) {
    Pass(absl::Milliseconds(1));
    RunSomebody();
  } else if (what < 0.95) {
    Pass(absl::Milliseconds(random_.Below(1000)));
  } else if (what < 0.965 && nested_ == 0) {
    Pass(absl::Seconds(random_.Between(5, 90)));  // the whole machine sleeps
    ++counts_["leap"];
  } else if (what < 0.985) {
    load_.SendSomething(now_);
  } else {
    Trouble();
  }
}

// No more faults: everything has to come right by itself.
void Simulation::Calm(Instant until) {
  faults_ = false;
  frozen_.clear();
  for (Slot& slot : slots_) {
    if (slot.process != nullptr) slot.process->clock_error = absl::ZeroDuration();
  }
  while (now_ < until) {
    Pass(
        std::min<Duration>(absl::Seconds(random_.Between(5, 45)), until - now_ + absl::Seconds(1)));
    for (int rounds = 0; rounds < 3; ++rounds) {
      for (Slot& slot : slots_) {
        if (slot.process != nullptr) RunRound(slot.process);
      }
      for (const auto& process : std::vector<std::shared_ptr<Process>>(stale_)) RunRound(process);
      brokers_.Advance(now_, nullptr);
    }
  }
}

void Simulation::RestartAll() {
  for (Slot& slot : slots_) {
    if (slot.process != nullptr) Remove(slot.process);
  }
}

Outcome Simulation::Run() {
  Calm(kStart + absl::Minutes(5));  // people are enrolled before they send anything
  faults_ = true;
  const Instant troubled_until = now_ + absl::Minutes(random_.Between(2, 10));
  while (now_ < troubled_until) Step();
  // Long enough for every rung and every silence to come due.
  Calm(now_ + kSilentAfter + absl::Minutes(2));
  RestartAll();
  load_.SendAllAgain(now_);
  Calm(now_ + absl::Minutes(10));
  Outcome outcome = Judge(brokers_, load_);
  for (const Service& service : services_) {
    for (const std::string& topic : service.inputs) {
      for (int32_t partition = 0; partition < kPartitions; ++partition) {
        int64_t next = brokers_.Committed(service.name, {topic, partition});
        if (!brokers_.Read({topic, partition}, next, 1).empty()) {
          outcome.violations.push_back(service.name + " stands still in " + topic);
        }
      }
    }
  }
  outcome.faults = counts_;
  return outcome;
}

}  // namespace

Outcome Simulate(uint64_t seed, Plant plant) { return Simulation(seed, plant).Run(); }

}  // namespace withdrawal::sim
