#include "tests/sim/process.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::sim {

using stream::Assignment;
using stream::Effects;
using stream::InputRecord;

// The service's task, or what a planted fault makes of it.
class Process::PlantedTask : public stream::Task {
 public:
  PlantedTask(std::unique_ptr<stream::Task> task, Plant plant)
      : task_(std::move(task)), plant_(plant) {}

  absl::StatusOr<Effects> OnRecord(std::string_view state, const InputRecord& record,
                                   Instant now) override {
    return Keep(record.key, task_->OnRecord(Row(record.key, state), record, now));
  }
  absl::StatusOr<Effects> OnDeadline(std::string_view key, std::string_view state, Instant now,
                                     bool caught_up) override {
    return Keep(key, task_->OnDeadline(key, Row(key, state), now, caught_up));
  }
  std::optional<Instant> NextDeadline(std::string_view state) const override {
    if (restoring && plant_ == Plant::kTimersLost) return std::nullopt;
    return task_->NextDeadline(state);
  }
  void Forget() { kept_.clear(); }

  bool restoring = false;

 private:
  std::string_view Row(std::string_view key, std::string_view state) const {
    const auto kept = kept_.find(std::string(key));
    return kept == kept_.end() ? state : kept->second;
  }
  absl::StatusOr<Effects> Keep(std::string_view key, absl::StatusOr<Effects> effects) {
    if (plant_ == Plant::kOverlayKept && effects.ok() && effects->state) {
      kept_[std::string(key)] = *effects->state;
    }
    return effects;
  }

  std::unique_ptr<stream::Task> task_;
  const Plant plant_;
  std::map<std::string, std::string> kept_;
};

// As libs/kafka/stream_source.h, step by step.
class Process::Source : public stream::Source {
 public:
  Source(Process& process, World& world, Plant plant)
      : process_(process), world_(world), plant_(plant), group_(world.GroupOf(service().name)) {}

  int64_t member() const { return member_; }
  int64_t generation() const { return generation_; }

  absl::StatusOr<std::vector<InputRecord>> Poll(Duration, int records_max,
                                                Assignment& assignment) override {
    if (auto status = world_.At(process_, Point::kPoll); !status.ok()) {
      return std::vector<InputRecord>();  // trouble that passes
    }
    if (auto status = FollowGroup(assignment); !status.ok()) return status;
    if (phase_ == Phase::kOffsets) FetchOffsets(assignment);
    if (phase_ == Phase::kRows) Restore(assignment);
    if (phase_ != Phase::kReading) return std::vector<InputRecord>();
    return Take(records_max);
  }

  absl::Status Rewind(const std::vector<Position>& next) override {
    if (phase_ != Phase::kReading) return absl::OkStatus();
    for (const Position& position : next) {
      next_[{position.topic, position.partition}] = position.offset;
    }
    return absl::OkStatus();
  }

  // As libs/kafka/catch_up.h.
  bool CaughtUp(int32_t partition, Instant since) override {
    const Brokers& brokers = world_.brokers();
    Sample& sample = samples_[partition];
    if (since > sample.at) {
      sample = {world_.Now(process_), brokers.End({service().upstream_input, partition}), {}};
    }
    if (!service().upstream.empty() &&
        brokers.Committed(service().upstream, {service().upstream_input, partition}) <
            sample.before) {
      return false;
    }
    if (sample.ends.empty()) {
      for (const std::string& topic : service().inputs) {
        sample.ends[topic] = brokers.End({topic, partition});
      }
    }
    return std::all_of(sample.ends.begin(), sample.ends.end(), [&](const auto& end) {
      return next_[{end.first, partition}] >= end.second;
    });
  }

 private:
  enum class Phase { kNone, kOffsets, kRows, kReading };
  struct Sample {
    Instant at = absl::InfinitePast();
    int64_t before = 0;  // end of the upstream's input
    std::map<std::string, int64_t> ends;
  };

  const Service& service() const { return process_.service_; }

  absl::Status FollowGroup(Assignment& assignment) {
    group_.Heard(member_, world_.Now(process_));
    switch (group_.StandingOf(member_)) {
      case Group::Standing::kUnknown:
        if (member_ != 0 && group_.Holds(process_.instance_)) {
          return absl::InternalError("fenced instance");
        }
        if (phase_ != Phase::kNone) assignment.OnLost();
        GiveUp();
        member_ = group_.Join(process_.instance_, world_.Now(process_));
        return absl::OkStatus();
      case Group::Standing::kRejoin:
        if (phase_ != Phase::kNone) assignment.OnRevoked();
        GiveUp();
        group_.Rejoin(member_);
        return absl::OkStatus();
      case Group::Standing::kWait:
        return absl::OkStatus();
      case Group::Standing::kStable:
        if (phase_ == Phase::kNone) TakeOver();
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  void GiveUp() {
    phase_ = Phase::kNone;
    share_.clear();
    next_.clear();
    samples_.clear();
  }

  void TakeOver() {
    generation_ = group_.generation();
    share_ = group_.ShareOf(member_);
    world_.Note(process_,
                absl::StrCat("generation ", generation_, ": ", absl::StrJoin(share_, " ")));
    process_.task_->Forget();
    phase_ = Phase::kOffsets;
  }

  void FetchOffsets(Assignment& assignment) {
    for (const int32_t partition : share_) {
      if (world_.brokers().OffsetsPending(service().name, partition)) return;
    }
    for (const int32_t partition : share_) {
      std::vector<Position> start;
      for (const std::string& topic : service().inputs) {
        const int64_t offset = world_.brokers().Committed(service().name, {topic, partition});
        start.push_back({topic, partition, offset});
        next_[{topic, partition}] = offset;
      }
      assignment.OnAssigned(partition, std::move(start));
      const Brokers::Input rows{service().changelog, partition};
      restored_[partition] = 0;
      ends_[partition] = plant_ == Plant::kReadCommittedEnd ? world_.brokers().StableEnd(rows)
                                                            : world_.brokers().End(rows);
    }
    phase_ = Phase::kRows;
  }

  void Restore(Assignment& assignment) {
    bool done = true;
    for (const int32_t partition : share_) {
      int64_t& next = restored_[partition];
      const int count = 1 + world_.random().Below(64);
      for (const Found& found :
           world_.brokers().Read({service().changelog, partition}, next, count)) {
        if (found.offset >= ends_[partition]) break;
        assignment.OnRow(partition, found.record->key, found.record->value);
      }
      done = done && next >= ends_[partition];
    }
    if (!done) return;
    phase_ = Phase::kReading;
    world_.Note(process_, "restored");
    process_.task_->restoring = true;
    for (const int32_t partition : share_) assignment.OnRestored(partition);
    process_.task_->restoring = false;
  }

  std::vector<InputRecord> Take(int records_max) {
    std::vector<InputRecord> records;
    const int count = std::min(records_max, 1 + world_.random().Below(8));
    for (auto& [where, next] : next_) {
      if (world_.random().Chance(0.2)) continue;  // a slow leader
      for (const Found& found : world_.brokers().Read(where, next, count)) {
        const Stored& record = *found.record;
        records.push_back({where.first, where.second, found.offset, record.key, record.value,
                           record.timestamp, record.headers});
        world_.Note(process_,
                    absl::StrCat("reads ", where.first, " ", where.second, " at ", found.offset));
      }
    }
    return records;
  }

  Process& process_;
  World& world_;
  const Plant plant_;
  Group& group_;
  Phase phase_ = Phase::kNone;
  int64_t member_ = 0;
  int64_t generation_ = 0;
  std::set<int32_t> share_;
  std::map<Brokers::Input, int64_t> next_;
  std::map<int32_t, int64_t> restored_;
  std::map<int32_t, int64_t> ends_;
  std::map<int32_t, Sample> samples_;
};

// As libs/kafka/transaction.h.
class Process::Sink : public stream::Sink {
 public:
  Sink(Process& process, World& world, Plant plant)
      : process_(process),
        world_(world),
        plant_(plant),
        producer_(world.brokers().Initialise(process.service_.name + "-" + process.instance_)) {}

  absl::Status Begin() override {
    if (auto status = world_.At(process_, Point::kBegin); !status.ok()) return status;
    if (plant_ == Plant::kNoTransactions) return absl::OkStatus();
    return world_.brokers().Begin(producer_, world_.Now(process_));
  }
  absl::Status WriteRow(int32_t partition, std::string_view key, std::string_view row) override {
    return Put({process_.service_.changelog, partition},
               {std::string(key), std::string(row), {}, {}});
  }
  absl::Status Write(const stream::OutputRecord& record) override {
    return Put({record.topic, PartitionOf(record.key)},
               {record.key, record.value, record.headers, {}});
  }
  absl::Status SetAside(const InputRecord& record, const absl::Status&, Instant) override {
    const std::string key(record.key);
    return Put({"dead-letters", PartitionOf(key)}, {key, std::string(record.value), {}, {}});
  }
  absl::Status Commit(const std::vector<Position>& next) override {
    if (next.empty()) return absl::AbortedError("commit without own offsets");
    if (auto status = world_.At(process_, Point::kOffsets); !status.ok()) return status;
    if (plant_ == Plant::kNoTransactions) {
      if (auto status = world_.brokers().Begin(producer_, world_.Now(process_)); !status.ok()) {
        return status;
      }
    }
    const Group& group = world_.GroupOf(process_.service_.name);
    const Source& source = *process_.source_;
    if (group.Valid(source.member(), source.generation())) {
      auto status = world_.brokers().SendOffsets(producer_, process_.service_.name, next);
      if (!status.ok()) return status;
    } else if (plant_ != Plant::kPositionOffsets) {
      return absl::AbortedError("unknown member");
    }
    if (auto status = world_.At(process_, Point::kDecide); !status.ok()) return status;
    if (auto status = world_.brokers().Commit(producer_); !status.ok()) return status;
    world_.Note(process_, "committed");
    return world_.At(process_, Point::kDecided);
  }
  absl::Status Abort() override {
    world_.Note(process_, "aborts");
    return world_.brokers().Abort(producer_);
  }

 private:
  absl::Status Put(const Brokers::Input& where, Stored record) {
    if (auto status = world_.At(process_, Point::kWrite); !status.ok()) return status;
    record.timestamp = world_.Now(process_);
    world_.Note(process_, absl::StrCat("writes ", record.key, " to ", where.first, " ",
                                       where.second, " ", record.value.size()));
    if (plant_ == Plant::kNoTransactions) {
      world_.brokers().Append(where.first, std::move(record));
      return absl::OkStatus();
    }
    return world_.brokers().Write(producer_, where, std::move(record));
  }

  Process& process_;
  World& world_;
  const Plant plant_;
  const Brokers::Producer producer_;
};

Process::Process(const Service& service, std::string instance, World& world, Plant plant)
    : service_(service),
      instance_(std::move(instance)),
      task_(std::make_unique<PlantedTask>(service.make_task(), plant)),
      source_(std::make_unique<Source>(*this, world, plant)),
      sink_(std::make_unique<Sink>(*this, world, plant)) {
  stream::Limits limits;
  limits.commit_records_max = 1 + world.random().Below(20);
  processor_ = std::make_unique<stream::Processor>(
      *task_, *source_, *sink_, [this, &world] { return world.Now(*this); }, limits);
}

Process::~Process() = default;

absl::Status Process::RunOnce() { return processor_->RunOnce(); }

int64_t Process::member() const { return source_->member(); }

}  // namespace withdrawal::sim
