#include "services/ctl/evaluation.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <queue>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/ctl/offline.h"
#include "services/ctl/terminal.h"
#include "services/notifier/core/page.h"

namespace withdrawal::ctl {
namespace {

namespace epb = events::v1;

constexpr absl::Duration kAcknowledgeAfter = absl::Minutes(10);
constexpr absl::Duration kResolveAfter = absl::Hours(2);
constexpr absl::Duration kWorklistAfter = absl::Hours(8);
constexpr absl::Duration kTransit = absl::Seconds(1);
constexpr int kBandAgeMax = 14;
constexpr int kStableDoses = 3;
const absl::Time kTrialStart = absl::FromUnixSeconds(1'735'689'600);  // 2025-01-01

bool CallsClinician(const epb::AlertEvent& event) {
  const epb::Alert& alert = event.alert();
  notifier::AlertNews news;
  news.priority = static_cast<notifier::Priority>(alert.priority() - 1);
  news.calls = event.has_raised() || event.has_escalated();
  news.open = alert.state() == epb::ALERT_STATE_OPEN;
  news.paging_off = alert.paging_off();
  return notifier::PageFor(news, absl::InfinitePast()).has_value();
}

struct Action {
  absl::Time at;
  int64_t order = 0;  // ties go in the order of planning
  epb::AlertCommand command;

  bool operator>(const Action& other) const {
    return std::pair(at, order) > std::pair(other.at, other.order);
  }
};

class PersonRun {
 public:
  PersonRun(OfflineServices& services, const TrialPerson& person, const TrialWords& words,
            Evaluation& evaluation)
      : person_(person),
        words_(words),
        clock_{kTrialStart, person.first_day()},
        offline_(services, words.prefix + person.who),
        evaluation_(evaluation) {}

  absl::Status Run(const catalogue::Catalogue& catalogue) {
    absl::Status status = Note(offline_.PutPlan(Plan(epb::MONITORING_STATUS_ACTIVE), now_), now_);
    for (const epb::CheckIn& check_in : TrialCheckIns(person_, clock_, words_, catalogue)) {
      if (!status.ok()) return status;
      const absl::Time at = codec::FromProto(check_in.observed_at()) + kTransit;
      status = RunUntil(at);
      if (status.ok()) status = Note(offline_.Submit(check_in, at), at);
    }
    const absl::Time ends_at = clock_.At(person_.last_day() + 1, absl::ZeroDuration());
    if (status.ok()) status = RunUntil(ends_at);
    if (status.ok()) {
      status = Note(offline_.PutPlan(Plan(epb::MONITORING_STATUS_ENDED), ends_at), ends_at);
    }
    CountDays();
    return status;
  }

 private:
  epb::CarePlanRecorded Plan(epb::MonitoringStatus status) const {
    epb::CarePlanRecorded recorded;
    *recorded.mutable_care_plan() = TrialPlan(person_, clock_, words_);
    recorded.mutable_care_plan()->set_status(status);
    *recorded.mutable_recorded_at() = codec::ToProto(now_);
    recorded.set_author("evaluation");
    recorded.set_reason("trial");
    return recorded;
  }

  // Timers and what clinicians do, in order of time.
  absl::Status RunUntil(absl::Time until) {
    while (true) {
      const std::optional<absl::Time> deadline = offline_.NextDeadline();
      const bool timer =
          deadline && *deadline <= until && (actions_.empty() || *deadline <= actions_.top().at);
      if (timer) {
        const absl::Time at = std::max(now_, *deadline);
        const absl::Status status = Note(offline_.RunTimer(at), at);
        if (!status.ok()) return status;
      } else if (!actions_.empty() && actions_.top().at <= until) {
        const Action action = actions_.top();
        actions_.pop();
        const absl::Status status = Note(offline_.Command(action.command, action.at), action.at);
        if (!status.ok()) return status;
      } else {
        now_ = std::max(now_, until);
        return absl::OkStatus();
      }
    }
  }

  absl::Status Note(const absl::StatusOr<OfflineOutput>& output, absl::Time at) {
    now_ = std::max(now_, at);
    if (!output.ok()) return output.status();
    for (const epb::AlertEvent& event : output->alerts) Note(event);
    return absl::OkStatus();
  }

  void Note(const epb::AlertEvent& event) {
    const epb::Alert& alert = event.alert();
    RuleCounts& rule = evaluation_.rules[alert.rule_id()];
    if (event.has_raised()) {
      ++rule.raised;
      ++evaluation_.raised_by_priority[PriorityName(alert.priority())];
      // A reminder goes to the person first: nobody closes it.
      const bool reminder = absl::StartsWith(alert.rule_id(), "MC-");
      if (!reminder) PlanAction(alert, kWorklistAfter, /*resolve=*/true);
    } else if (event.has_repeated()) {
      ++rule.repeated;
    } else if (event.has_suppressed()) {
      ++rule.suppressed;
      ++evaluation_.suppressed_by_reason[event.suppressed().reason()];
    } else if (event.has_resolved() && event.resolved().actor() == "system") {
      ++rule.closed_by_rule;
    }
    if (!CallsClinician(event)) return;
    const int day = static_cast<int>(absl::ToInt64Hours(now_ - clock_.starts_at) / 24);
    paged_by_day_[day].insert(alert.alert_id());
    if (!paged_.insert(alert.alert_id()).second) return;
    ++rule.paged;
    ++evaluation_.paged;
    PlanAction(alert, kAcknowledgeAfter, /*resolve=*/false);
    PlanAction(alert, kAcknowledgeAfter + kResolveAfter, /*resolve=*/true);
  }

  void PlanAction(const epb::Alert& alert, absl::Duration after, bool resolve) {
    Action action;
    action.at = now_ + after;
    action.order = ++action_count_;
    action.command.set_command_id(absl::StrCat("c", action.order));
    action.command.set_patient_id(alert.patient_id());
    action.command.set_alert_id(alert.alert_id());
    action.command.set_actor("clinician");
    *action.command.mutable_issued_at() = codec::ToProto(action.at);
    if (resolve) {
      action.command.mutable_resolve()->set_reason("seen");
    } else {
      action.command.mutable_acknowledge();
    }
    actions_.push(std::move(action));
  }

  bool IsStable(int day) const {
    const auto dose_on = [this](int dose_day) {
      return std::any_of(person_.doses.begin(), person_.doses.end(),
                         [dose_day](const TrialDose& dose) { return dose.day == dose_day; });
    };
    for (int back = 0; back < kStableDoses; ++back) {
      if (!dose_on(day - back)) return false;
    }
    const TrialBand* last = nullptr;
    for (const TrialBand& band : person_.bands) {
      if (band.day <= day) last = &band;
    }
    return last != nullptr && last->band <= 1 && day - last->day <= kBandAgeMax;
  }

  void CountDays() {
    const int days = person_.last_day() - person_.first_day() + 1;
    ++evaluation_.patients;
    evaluation_.patient_days += days;
    evaluation_.ratings += static_cast<int64_t>(person_.bands.size());
    evaluation_.doses += static_cast<int64_t>(person_.doses.size());
    evaluation_.days_without_dose += person_.doses.back().day - person_.first_day() + 1 -
                                     static_cast<int64_t>(person_.doses.size());
    for (int day = 0; day < days; ++day) {
      if (!IsStable(person_.first_day() + day)) continue;
      ++evaluation_.stable_days;
      ++evaluation_.stable_days_by_paged[static_cast<int>(paged_by_day_[day].size())];
    }
  }

  const TrialPerson& person_;
  const TrialWords& words_;
  const TrialClock clock_;
  OfflinePerson offline_;
  Evaluation& evaluation_;
  absl::Time now_ = kTrialStart;
  int64_t action_count_ = 0;
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
  std::set<std::string> paged_;
  std::map<int, std::set<std::string>> paged_by_day_;  // from the day of the first dose
};

void RemoveMargins(YAML::Node node) {
  if (node.IsMap()) {
    node.remove("margin");
    for (auto entry : node) RemoveMargins(entry.second);
  } else if (node.IsSequence()) {
    for (auto element : node) RemoveMargins(element);
  }
}

}  // namespace

absl::StatusOr<Evaluation> Evaluate(const catalogue::Catalogue& catalogue,
                                    const std::vector<TrialPerson>& persons,
                                    const TrialWords& words) {
  Evaluation evaluation;
  OfflineServices services(catalogue);
  for (const TrialPerson& person : persons) {
    const absl::Status status = PersonRun(services, person, words, evaluation).Run(catalogue);
    if (!status.ok()) {
      return absl::Status(status.code(), absl::StrCat(person.who, ": ", status.message()));
    }
  }
  return evaluation;
}

std::set<std::string> MissedDoseRules(const catalogue::Files& files) {
  std::set<std::string> ids;
  for (const auto& [file, text] : files) {
    const YAML::Node root = YAML::Load(text);
    if (!root.IsMap() || !root["rules"].IsDefined()) continue;
    for (const auto& rule : root["rules"]) {
      const YAML::Node when = rule["when"];
      if (when.IsDefined() && absl::StrContains(YAML::Dump(when), "missed_doses")) {
        ids.insert(rule["id"].Scalar());
      }
    }
  }
  return ids;
}

catalogue::Files WithoutHysteresis(const catalogue::Files& files) {
  catalogue::Files changed;
  for (const auto& [file, text] : files) {
    YAML::Node root = YAML::Load(text);
    RemoveMargins(root);
    if (file == "ladders.yaml") root["clear_readings"] = 1;
    changed[file] = YAML::Dump(root) + "\n";
  }
  return changed;
}

}  // namespace withdrawal::ctl
