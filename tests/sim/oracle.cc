#include "tests/sim/oracle.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "libs/hash/sha256.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::sim {
namespace {

using events::v1::AlertEvent;
using events::v1::CheckInScored;

// Processes' clocks differ by up to a second, to either side.
constexpr Duration kClockError = absl::Seconds(2);
// AL-06: nobody is paged so long after an acknowledgement of an EMERGENCY.
constexpr Duration kAssessment = absl::Minutes(30);
// AL-07.
constexpr Duration kEmergencyRungs[] = {absl::ZeroDuration(), absl::Minutes(5), absl::Minutes(10),
                                        absl::Minutes(15)};

// Silence begins in the calm at the end, which passes in steps of less than a minute.
constexpr Duration kNoticedWithin = absl::Minutes(1);

class Judgement {
 public:
  Judgement(const Brokers& brokers, const Load& load) : brokers_(brokers), load_(load) {}

  Outcome Give() {
    ReadAlerts();
    JudgeScores();
    JudgeDeadLetters();
    JudgeVersions();
    JudgeCounts("SC-02", Load::Kind::kUrgent);
    JudgeCounts("RF-01", Load::Kind::kEmergency);
    for (const auto& [id, events] : alerts_) {
      if (events.front().alert().rule_id() == "RF-01") JudgeLadder(id, events);
    }
    JudgeSilence();
    outcome_.check_ins = static_cast<int>(load_.check_ins().size());
    outcome_.alerts = static_cast<int>(alerts_.size());
    return std::move(outcome_);
  }

 private:
  template <typename... Parts>
  void Violated(const Parts&... parts) {
    outcome_.violations.push_back(absl::StrCat(parts...));
  }

  void ReadAlerts() {
    std::string everything;
    for (const Found& found : brokers_.ReadAll("withdrawal.alerts.v1")) {
      everything += found.record->value;
      AlertEvent event;
      if (!event.ParseFromString(found.record->value)) Violated("unreadable alert event");
      outcome_.escalations += event.has_escalated() ? 1 : 0;
      // Without raised_at there is no alert, only the trace of why not.
      if (event.alert().has_raised_at()) alerts_[event.alert().alert_id()].push_back(event);
    }
    outcome_.digest = hash::First64(hash::Sha256(everything));
  }

  void JudgeScores() {
    std::map<std::string, std::vector<std::string>> scored;  // ids by person
    for (const Found& found : brokers_.ReadAll("withdrawal.scores.v1")) {
      CheckInScored one;
      if (!one.ParseFromString(found.record->value)) Violated("unreadable score");
      if (one.disposition() != events::v1::CHECK_IN_DISPOSITION_ACCEPTED) {
        Violated("a repeat of ", one.recorded().check_in().check_in_id(), " is no duplicate");
      }
      scored[found.record->key].push_back(one.recorded().check_in().check_in_id());
    }
    std::map<std::string, std::vector<std::string>> sent;
    for (const Load::CheckIn& check_in : load_.check_ins()) {
      sent[check_in.patient_id].push_back(check_in.id);
    }
    for (const std::string& patient : load_.patients()) {
      if (sent[patient] == scored[patient]) continue;
      Violated(patient, " sent ", sent[patient].size(), " check-ins, scored ",
               scored[patient].size(), ", or in another order");
    }
  }

  void JudgeDeadLetters() {
    const auto letters = static_cast<int>(brokers_.ReadAll("dead-letters").size());
    if (letters == load_.nonsense()) return;
    Violated(load_.nonsense(), " unreadable records, ", letters, " set aside");
  }

  void JudgeVersions() {
    for (const auto& [id, events] : alerts_) {
      for (size_t i = 0; i < events.size(); ++i) {
        if (events[i].alert().version() != static_cast<int64_t>(i) + 1) {
          Violated(id, " event ", i + 1, " has version ", events[i].alert().version());
        }
      }
    }
  }

  // A check-in that makes the rule true is a raise or a repeat, once.
  void JudgeCounts(const std::string& rule, Load::Kind kind) {
    std::map<std::string, int> counted;
    for (const auto& [id, events] : alerts_) {
      for (const AlertEvent& event : events) {
        if (event.alert().rule_id() != rule) continue;
        counted[event.alert().patient_id()] += event.has_raised() || event.has_repeated() ? 1 : 0;
      }
    }
    std::map<std::string, int> sent;
    for (const Load::CheckIn& check_in : load_.check_ins()) {
      sent[check_in.patient_id] += check_in.kind == kind ? 1 : 0;
    }
    for (const std::string& patient : load_.patients()) {
      if (counted[patient] == sent[patient]) continue;
      Violated(patient, " ", rule, " ", counted[patient], " times, sent ", sent[patient]);
    }
  }

  void JudgeLadder(const std::string& id, const std::vector<AlertEvent>& events) {
    int acknowledged = 0;
    int rung = 0;
    Instant acknowledged_at = absl::InfiniteFuture();
    const Instant raised_at = codec::FromProto(events.front().alert().raised_at());
    for (const AlertEvent& event : events) {
      const Instant at = codec::FromProto(event.occurred_at());
      if (event.has_acknowledged()) {
        ++acknowledged;
        acknowledged_at = at;
      }
      if (!event.has_escalated()) continue;
      const bool assessing =
          at > acknowledged_at && at < acknowledged_at + kAssessment - kClockError;
      if (assessing) Violated(id, " escalated while it is being assessed");
      rung = std::max(rung, event.escalated().to_rung());
      const bool early = rung < 4 && at < raised_at + kEmergencyRungs[rung] - kClockError;
      if (acknowledged == 0 && early) Violated(id, " rung ", rung, " before its time");
    }
    const bool wanted = load_.acknowledged().contains(id);
    if (acknowledged != (wanted ? 1 : 0)) Violated(id, " acknowledged ", acknowledged, " times");
    if (!wanted && rung < 3) Violated(id, " was not acknowledged and stopped at rung ", rung);
  }

  void JudgeSilence() {
    for (const std::string& patient : load_.patients()) {
      Instant silent_at = load_.enrolled_at() + kSilentAfter;
      for (const Load::CheckIn& check_in : load_.check_ins()) {
        if (check_in.patient_id == patient) silent_at = check_in.received_at + kSilentAfter;
      }
      int raised = 0;
      for (const auto& [id, events] : alerts_) {
        const auto& alert = events.front().alert();
        if (alert.rule_id() != "MC-01" || alert.patient_id() != patient) continue;
        ++raised;
        const Duration after = codec::FromProto(alert.raised_at()) - silent_at;
        if (after < -kClockError || after > kNoticedWithin || alert.data_incomplete()) {
          Violated(patient, " called silent ", absl::FormatDuration(after), " after it was");
        }
      }
      if (raised != 1) Violated(patient, " called silent ", raised, " times");
    }
  }

  const Brokers& brokers_;
  const Load& load_;
  std::map<std::string, std::vector<AlertEvent>> alerts_;  // in order
  Outcome outcome_;
};

}  // namespace

Outcome Judge(const Brokers& brokers, const Load& load) { return Judgement(brokers, load).Give(); }

}  // namespace withdrawal::sim
