#include "services/clinician/care_plan_check.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"

namespace withdrawal::clinician {
namespace {

using domain::FieldError;

constexpr const char* kSubstanceClasses[] = {"alcohol",
                                             "opioid-short-acting",
                                             "opioid-long-acting",
                                             "fentanyl",
                                             "benzodiazepine-short",
                                             "benzodiazepine-long",
                                             "stimulant",
                                             "cannabis",
                                             "nicotine"};
constexpr int kEntriesMax = 32;
constexpr int kTimesMax = 24;
constexpr absl::Duration kEveryMin = absl::Minutes(15);
constexpr absl::Duration kEveryMax = absl::Hours(24 * 31);
// Maintenance treatment runs for years; no start far ahead.
constexpr absl::Duration kPastMax = absl::Hours(24 * 3660);
constexpr absl::Duration kFutureMax = absl::Hours(24 * 31);
constexpr absl::Duration kClockSkewMax = absl::Minutes(2);

// The loader also takes file names and more; only names of the IANA database are meant.
bool IsTimeZone(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  absl::TimeZone zone;
  return plain && name.size() <= 64 && std::isalpha(static_cast<unsigned char>(name[0])) &&
         absl::LoadTimeZone(name, &zone);
}

class Checker {
 public:
  Checker(const PlanBounds& bounds, absl::Time now) : bounds_(bounds), now_(now) {}

  std::vector<FieldError> Check(const events::v1::CarePlan& plan);

 private:
  void Add(std::string field, std::string reason, std::string description);
  // 1 to `size_max` of [A-Za-z0-9._-].
  void CheckId(const std::string& field, const std::string& id, size_t size_max, bool needed);
  void CheckTime(const std::string& field, const google::protobuf::Timestamp& timestamp,
                 absl::Duration ahead_max);
  void CheckIds(const events::v1::CarePlan& plan);
  void CheckProgrammes(const events::v1::CarePlan& plan);
  void CheckSubstances(const events::v1::CarePlan& plan);
  void CheckBaselines(const events::v1::CarePlan& plan);
  void CheckSchedule(const events::v1::CheckInSchedule& schedule);
  void CheckEntry(const std::string& field, const events::v1::ScheduleEntry& entry);

  const PlanBounds& bounds_;
  const absl::Time now_;
  std::vector<FieldError> errors_;
};

std::vector<FieldError> Checker::Check(const events::v1::CarePlan& plan) {
  CheckIds(plan);
  CheckProgrammes(plan);
  CheckSubstances(plan);
  CheckBaselines(plan);
  CheckSchedule(plan.schedule());
  if (plan.has_monitoring_started_at()) {
    CheckTime("monitoring_started_at", plan.monitoring_started_at(), kFutureMax);
  }
  // What scoring and alerting could not read must not look like an enrolment.
  const auto read = codec::FromProto(plan);
  if (errors_.empty() && !read.ok()) {
    Add("", "UNREADABLE", std::string(read.status().message()));
  }
  return std::move(errors_);
}

void Checker::Add(std::string field, std::string reason, std::string description) {
  errors_.push_back({std::move(field), std::move(reason), std::move(description)});
}

void Checker::CheckId(const std::string& field, const std::string& id, size_t size_max,
                      bool needed) {
  if (id.empty()) {
    if (needed) Add(field, "REQUIRED", "must be given");
    return;
  }
  const bool plain = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '_' || c == '-';
  });
  if (!plain || id.size() > size_max) {
    Add(field, "INVALID_ID", absl::StrCat("1 to ", size_max, " of [A-Za-z0-9._-]"));
  }
}

void Checker::CheckTime(const std::string& field, const google::protobuf::Timestamp& timestamp,
                        absl::Duration ahead_max) {
  const absl::Time time = codec::FromProto(timestamp);
  if (!codec::IsValid(timestamp) || time > now_ + ahead_max || time < now_ - kPastMax) {
    Add(field, "IMPLAUSIBLE_TIME",
        absl::StrCat("at most 10 years ago and ", absl::FormatDuration(ahead_max), " ahead"));
  }
}

void Checker::CheckIds(const events::v1::CarePlan& plan) {
  CheckId("patient_id", plan.patient_id(), 64, true);
  CheckId("team", plan.team(), 64, false);
  if (!events::v1::MonitoringStatus_IsValid(plan.status()) ||
      plan.status() == events::v1::MONITORING_STATUS_UNSPECIFIED) {
    Add("status", "REQUIRED", "ACTIVE, PAUSED or ENDED");
  }
  if (!events::v1::Spo2Scale_IsValid(plan.spo2_scale())) {
    Add("spo2_scale", "UNKNOWN_VALUE", "SPO2_SCALE_1 or SPO2_SCALE_2");
  }
}

void Checker::CheckProgrammes(const events::v1::CarePlan& plan) {
  std::set<int> seen;
  for (int i = 0; i < plan.programmes_size(); ++i) {
    const int programme = plan.programmes(i);
    const std::string field = absl::StrCat("programmes[", i, "]");
    if (!events::v1::Programme_IsValid(programme) ||
        programme == events::v1::PROGRAMME_UNSPECIFIED) {
      Add(field, "UNKNOWN_VALUE", "no programme of this API");
    } else if (!seen.insert(programme).second) {
      Add(field, "DUPLICATE", "named before");
    }
  }
}

void Checker::CheckSubstances(const events::v1::CarePlan& plan) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.substances_size(); ++i) {
    const events::v1::SubstanceUse& use = plan.substances(i);
    const std::string field = absl::StrCat("substances[", i, "]");
    const auto* end = std::end(kSubstanceClasses);
    if (std::find(std::begin(kSubstanceClasses), end, use.substance_class()) == end) {
      Add(field + ".substance_class", "UNKNOWN_SUBSTANCE_CLASS", "no class of the catalogue");
    } else if (!seen.insert(use.substance_class()).second) {
      Add(field + ".substance_class", "DUPLICATE", "named before");
    }
    if (use.has_last_use()) {
      CheckTime(field + ".last_use", use.last_use(), kClockSkewMax);
    } else {
      Add(field + ".last_use", "REQUIRED", "the danger windows count from it");
    }
  }
}

void Checker::CheckBaselines(const events::v1::CarePlan& plan) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.baseline_scores_size(); ++i) {
    const events::v1::BaselineScore& score = plan.baseline_scores(i);
    const std::string field = absl::StrCat("baseline_scores[", i, "]");
    const auto total_max = bounds_.total_max.find(score.instrument());
    if (total_max == bounds_.total_max.end()) {
      Add(field + ".instrument", "UNKNOWN_INSTRUMENT", "no instrument of the catalogue");
    } else if (score.total() < 0 || score.total() > total_max->second) {
      Add(field + ".total", "OUT_OF_RANGE", absl::StrCat("0 to ", total_max->second));
    }
    if (!seen.insert(score.instrument()).second) {
      Add(field + ".instrument", "DUPLICATE", "named before");
    }
  }
  seen.clear();
  for (int i = 0; i < plan.baseline_vitals_size(); ++i) {
    const events::v1::BaselineVital& vital = plan.baseline_vitals(i);
    const std::string field = absl::StrCat("baseline_vitals[", i, "]");
    const auto range = bounds_.vital_range.find(vital.vital());
    if (range == bounds_.vital_range.end()) {
      Add(field + ".vital", "UNKNOWN_VITAL", "a field name of VitalSigns that holds a quantity");
    } else if (!(vital.value() >= range->second.first && vital.value() <= range->second.second)) {
      Add(field + ".value", "OUT_OF_RANGE",
          absl::StrCat(range->second.first, " to ", range->second.second));
    }
    if (!seen.insert(vital.vital()).second) Add(field + ".vital", "DUPLICATE", "named before");
  }
}

void Checker::CheckSchedule(const events::v1::CheckInSchedule& schedule) {
  bool local_times = false;
  if (schedule.entries_size() > kEntriesMax) {
    Add("schedule.entries", "TOO_MANY", absl::StrCat("at most ", kEntriesMax));
    return;
  }
  std::set<std::string> seen;
  for (int i = 0; i < schedule.entries_size(); ++i) {
    const events::v1::ScheduleEntry& entry = schedule.entries(i);
    const std::string field = absl::StrCat("schedule.entries[", i, "]");
    CheckId(field + ".entry_id", entry.entry_id(), 64, true);
    if (!seen.insert(entry.entry_id()).second) {
      Add(field + ".entry_id", "DUPLICATE", "must be unique in the plan");
    }
    CheckEntry(field, entry);
    local_times = local_times || entry.daily_at_size() > 0;
  }
  if (schedule.time_zone().empty()) {
    if (local_times) {
      Add("schedule.time_zone", "REQUIRED", "needed when an entry has local times");
    }
  } else if (!IsTimeZone(schedule.time_zone())) {
    Add("schedule.time_zone", "UNKNOWN_TIME_ZONE", "an IANA name such as Europe/London");
  }
}

void Checker::CheckEntry(const std::string& field, const events::v1::ScheduleEntry& entry) {
  for (int i = 0; i < entry.satisfied_by_size(); ++i) {
    const auto& known = bounds_.check_ins;
    if (std::find(known.begin(), known.end(), entry.satisfied_by(i)) == known.end()) {
      Add(absl::StrCat(field, ".satisfied_by[", i, "]"), "UNKNOWN_CHECK_IN",
          "vital-signs, red-flags or an instrument of the catalogue");
    }
  }
  if (entry.has_every() == (entry.daily_at_size() > 0)) {
    Add(field, "EXACTLY_ONE", "give either every or daily_at");
  }
  if (entry.has_every()) {
    const absl::Duration every = codec::FromProto(entry.every());
    if (!codec::IsValid(entry.every()) || every < kEveryMin || every > kEveryMax) {
      Add(field + ".every", "OUT_OF_RANGE", "15 minutes to 31 days");
    }
  }
  if (entry.daily_at_size() > kTimesMax) {
    Add(field + ".daily_at", "TOO_MANY", absl::StrCat("at most ", kTimesMax));
  }
  std::set<std::pair<int, int>> seen;
  for (int i = 0; i < entry.daily_at_size(); ++i) {
    const events::v1::LocalTime& at = entry.daily_at(i);
    const std::string path = absl::StrCat(field, ".daily_at[", i, "]");
    if (at.hour() < 0 || at.hour() > 23) Add(path + ".hour", "OUT_OF_RANGE", "0 to 23");
    if (at.minute() < 0 || at.minute() > 59) Add(path + ".minute", "OUT_OF_RANGE", "0 to 59");
    if (!seen.insert({at.hour(), at.minute()}).second) Add(path, "DUPLICATE", "named before");
  }
}

}  // namespace

PlanBounds PlanBounds::Of(const catalogue::Catalogue& catalogue) {
  PlanBounds bounds;
  bounds.check_ins = {"vital-signs", "red-flags"};
  for (const auto& [id, instrument] : catalogue.instruments) {
    bounds.total_max[id] = instrument.total_max();
    bounds.check_ins.push_back(id);
  }
  bounds.total_max[catalogue.news2.id] = catalogue.news2.total_max;
  for (const auto& [vital, definition] : catalogue.vitals) {
    bounds.vital_range[std::string(domain::VitalCode(vital))] = {definition.from, definition.to};
  }
  return bounds;
}

std::vector<domain::FieldError> CheckCarePlan(const events::v1::CarePlan& plan,
                                              const PlanBounds& bounds, absl::Time now) {
  return Checker(bounds, now).Check(plan);
}

}  // namespace withdrawal::clinician
