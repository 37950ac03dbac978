#include "services/ctl/care_plan.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"

namespace withdrawal::ctl {
namespace {

using events::v1::CarePlan;
using events::v1::Programme;

// The class whose clock runs when --last-use names none.
std::string UsualClass(Programme programme) {
  switch (programme) {
    case Programme::PROGRAMME_OPIOID:
      return "opioid-short-acting";
    case Programme::PROGRAMME_BENZODIAZEPINE:
      return "benzodiazepine-short";
    case Programme::PROGRAMME_STIMULANT:
      return "stimulant";
    case Programme::PROGRAMME_CANNABIS:
      return "cannabis";
    case Programme::PROGRAMME_NICOTINE:
      return "nicotine";
    default:
      return "alcohol";
  }
}

absl::Status AddSubstances(const CarePlanWords& words, absl::Time now, CarePlan& plan) {
  for (const std::string& word : words.last_use) {
    const size_t equals = word.find('=');
    const bool named = equals != std::string::npos;
    if (!named && plan.programmes_size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("--last-use ", word, ": several programmes, write CLASS=TIME"));
    }
    const auto at = ParseMoment(named ? word.substr(equals + 1) : word, now);
    if (!at.ok()) return at.status();
    auto* substance = plan.add_substances();
    substance->set_substance_class(named ? word.substr(0, equals) : UsualClass(plan.programmes(0)));
    *substance->mutable_last_use() = codec::ToProto(*at);
  }
  return absl::OkStatus();
}

absl::Status AddSchedule(const CarePlanWords& words, CarePlan& plan) {
  auto* schedule = plan.mutable_schedule();
  schedule->set_time_zone(words.time_zone);
  const auto add = [&](const char* id) {
    auto* entry = schedule->add_entries();
    entry->set_entry_id(id);
    entry->mutable_satisfied_by()->Assign(words.satisfied_by.begin(), words.satisfied_by.end());
    return entry;
  };
  if (!words.every.empty()) {
    absl::Duration every;
    if (!absl::ParseDuration(words.every, &every) || every <= absl::ZeroDuration()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--check-in-every ", words.every, ": not a length of time such as 4h"));
    }
    *add("every")->mutable_every() = codec::ToProto(every);
  }
  if (words.daily_at.empty()) return absl::OkStatus();
  return ParseDailyAt(words.daily_at, *add("daily"));
}

absl::Status AddBaselines(const CarePlanWords& words, CarePlan& plan) {
  for (const std::string& word : words.baselines) {
    const std::vector<std::string> pair = absl::StrSplit(word, '=');
    int total = 0;
    if (pair.size() != 2 || !absl::SimpleAtoi(pair[1], &total)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--baseline ", word, ": not INSTRUMENT=TOTAL"));
    }
    auto* baseline = plan.add_baseline_scores();
    baseline->set_instrument(pair[0]);
    baseline->set_total(total);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CarePlan> BuildCarePlan(const CarePlanWords& words, absl::Time now) {
  CarePlan plan;
  plan.set_patient_id(words.patient_id);
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  for (const std::string& word : words.programmes) {
    const auto programme = ParseProgramme(word);
    if (!programme.ok()) return programme.status();
    plan.add_programmes(*programme);
  }
  if (auto status = AddSubstances(words, now, plan); !status.ok()) return status;
  if (auto status = AddSchedule(words, plan); !status.ok()) return status;
  if (auto status = AddBaselines(words, plan); !status.ok()) return status;
  plan.set_spo2_scale(words.spo2_scale == 2 ? events::v1::SPO2_SCALE_2 : events::v1::SPO2_SCALE_1);
  plan.set_team(words.team);
  if (words.pregnant) plan.set_pregnant(*words.pregnant);
  absl::Time from = now;
  if (!words.monitoring_from.empty()) {
    const auto at = ParseMoment(words.monitoring_from, now);
    if (!at.ok()) return at.status();
    from = *at;
  }
  *plan.mutable_monitoring_started_at() = codec::ToProto(from);
  return plan;
}

}  // namespace withdrawal::ctl
