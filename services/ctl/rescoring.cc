#include "services/ctl/rescoring.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/ctl/offline.h"
#include "services/ctl/printable.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

namespace epb = events::v1;

class Course {
 public:
  Course(OfflineServices& services, const std::string& patient_id, absl::Time since,
         Judgement& judgement)
      : person_(services, patient_id), since_(since), judgement_(judgement) {}

  absl::Status Run(const History& history, absl::Time until) {
    for (const RecordedStep& step : history) {
      if (auto status = RunTimers(step.at); !status.ok()) return status;
      auto output = Take(step);
      if (absl::IsInvalidArgument(output.status())) {
        ++judgement_.unusable;
        continue;
      }
      if (!output.ok()) return output.status();
      Note(*output);
    }
    return RunTimers(until);
  }

 private:
  absl::StatusOr<OfflineOutput> Take(const RecordedStep& step) {
    if (const auto* plan = std::get_if<epb::CarePlanRecorded>(&step.what)) {
      return person_.PutPlan(*plan, step.at);
    }
    if (const auto* recorded = std::get_if<epb::CheckInRecorded>(&step.what)) {
      return person_.Submit(*recorded, step.at);
    }
    return person_.Command(std::get<epb::AlertCommand>(step.what), step.at);
  }

  absl::Status RunTimers(absl::Time until) {
    for (auto deadline = person_.NextDeadline(); deadline && *deadline <= until;
         deadline = person_.NextDeadline()) {
      now_ = std::max(now_, *deadline);
      const auto output = person_.RunTimer(now_);
      if (!output.ok()) return output.status();
      Note(*output);
    }
    now_ = std::max(now_, until);
    return absl::OkStatus();
  }

  void Note(const OfflineOutput& output) {
    for (const epb::AlertEvent& event : output.alerts) {
      if (codec::FromProto(event.occurred_at()) < since_) continue;
      const epb::Alert& alert = event.alert();
      judgement_.escalations += event.has_escalated() ? 1 : 0;
      if (!event.has_raised()) continue;
      judgement_.raised.push_back({alert.patient_id(), alert.rule_id(),
                                   codec::FromProto(alert.raised_at()), alert.priority(),
                                   alert.evidence()});
    }
  }

  OfflinePerson person_;
  const absl::Time since_;
  Judgement& judgement_;
  absl::Time now_ = absl::InfinitePast();
};

auto KeyOf(const RaisedAlert& alert) {
  return std::tie(alert.patient_id, alert.rule_id, alert.raised_at);
}

void AddLines(const char* title, const std::vector<RaisedAlert>& alerts, int lines_max,
              std::string& text) {
  absl::StrAppend(&text, title, ": ", alerts.size(), "\n");
  for (size_t i = 0; i < alerts.size() && static_cast<int>(i) < lines_max; ++i) {
    const RaisedAlert& alert = alerts[i];
    absl::StrAppend(&text, "  ", LocalTimeText(alert.raised_at), "  ", alert.patient_id, "  ",
                    PriorityName(alert.priority), " ", alert.rule_id, "  ",
                    Printable(alert.evidence), "\n");
  }
}

}  // namespace

absl::StatusOr<Judgement> Judge(const catalogue::Catalogue& catalogue,
                                const std::map<std::string, History>& histories, absl::Time since,
                                absl::Time until) {
  OfflineServices services(catalogue);
  Judgement judgement;
  for (const auto& [patient, history] : histories) {
    const absl::Status status = Course(services, patient, since, judgement).Run(history, until);
    if (!status.ok()) return status;
  }
  return judgement;
}

Difference Compare(const Judgement& before, const Judgement& after) {
  Difference difference;
  std::map<std::tuple<std::string, std::string, absl::Time>, const RaisedAlert*> known;
  for (const RaisedAlert& alert : before.raised) {
    known[KeyOf(alert)] = &alert;
    ++difference.rules[alert.rule_id].before;
  }
  for (const RaisedAlert& alert : after.raised) {
    ++difference.rules[alert.rule_id].after;
    const auto found = known.find(KeyOf(alert));
    if (found == known.end()) {
      difference.fresh.push_back(alert);
      continue;
    }
    if (found->second->priority != alert.priority) difference.otherwise.push_back(alert);
    known.erase(found);
  }
  for (const auto& [key, alert] : known) difference.gone.push_back(*alert);
  return difference;
}

std::string DifferenceText(const Difference& difference, int lines_max) {
  Table table({"RULE", "BEFORE", "AFTER"});
  for (const auto& [rule, counts] : difference.rules) {
    if (counts.before == counts.after) continue;
    table.Add({rule, absl::StrCat(counts.before), absl::StrCat(counts.after)});
  }
  std::string text = table.Text();
  AddLines("no longer raised", difference.gone, lines_max, text);
  AddLines("raised now", difference.fresh, lines_max, text);
  AddLines("raised with another priority", difference.otherwise, lines_max, text);
  return text;
}

}  // namespace withdrawal::ctl
