#include "services/ingest/core/kind.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/domain/substance.h"
#include "libs/domain/units.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kWordLengthMax = 64;
constexpr size_t kIdLengthMax = 128;
constexpr size_t kNoteLengthMax = 2000;
constexpr int kDayMinutes = 24 * 60;
constexpr double kVomitingHoursMax = 168;
constexpr double kDoseMilligramsMax = 1e6;
constexpr double kUsedAmountMax = 1e6;
constexpr size_t kTagsMax = 10;
constexpr size_t kTagLengthMax = 32;

// What every kind looks at and writes to.
struct Examination {
  const Rules& rules;
  const RawCheckIn& raw;
  Findings& findings;
  FieldErrors errors;
};

// The plausible maximum of the product, when it has one and `milligrams` is above it.
std::optional<double> MaximumBelow(const Examination& in, const std::string& product,
                                   double milligrams) {
  const auto found = in.rules.medications.find(product);
  if (found == in.rules.medications.end()) return std::nullopt;
  const auto& maximum = found->second.dose_milligrams_max;
  return maximum && milligrams > *maximum ? maximum : std::nullopt;
}

void ExamineAmount(Examination& in, const std::string& product, const RawQuantity& amount) {
  if (!std::isfinite(amount.value)) {
    in.errors.Add("dose.amount.value", "NOT_A_NUMBER", "must be a finite number");
  } else if (amount.value <= 0) {
    in.errors.Add("dose.amount.value", "OUT_OF_RANGE", "must be more than 0");
  }
  const auto milligrams = domain::ToMilligrams(amount.value, amount.unit);
  if (!milligrams) {
    in.errors.Add("dose.amount.unit", "UNKNOWN_UNIT", "one of mg, ug, mcg, g");
  } else if (std::isfinite(amount.value) && *milligrams > kDoseMilligramsMax) {
    in.errors.Add("dose.amount.value", "OUT_OF_RANGE", "no dose weighs more than 1 kg");
  } else if (const auto maximum = MaximumBelow(in, product, *milligrams);
             maximum && std::isfinite(amount.value)) {
    in.errors.Add("dose.amount.value", "IMPLAUSIBLE_DOSE",
                  absl::StrCat("more than ", *maximum,
                               " mg in one dose: look at the unit; what was "
                               "truly taken beyond it is for a red-flag report and a call"));
  } else {
    in.findings.milligrams = milligrams;
  }
}

void ExamineKind(Examination& in, std::monostate) {
  in.errors.Add(
      "kind", "REQUIRED",
      "one of instrument_response, vital_signs, dose, craving, session, red_flags, lapse, "
      "triggers, target_behaviour");
}

void ExamineKind(Examination& in, const domain::RawAnswers& answers) {
  // An unspecified rater is an error already; the answers are to be judged all the same.
  const auto rater = in.raw.rater.value.value_or(domain::Rater::kClinicianInPerson);
  auto wrong = domain::CheckAnswers(in.rules.instruments, answers, rater);
  for (auto& error : wrong) in.findings.errors.push_back(std::move(error));
}

void ExamineKind(Examination& in, const RawVitalSigns& vitals) {
  in.findings.vitals = domain::JudgeVitals(in.rules.vitals, vitals.readings);
  for (const auto& error : in.findings.vitals.errors) in.findings.errors.push_back(error);
  if (vitals.consciousness.unknown()) {
    in.errors.Add("vital_signs.consciousness", "UNKNOWN_VALUE", "not a value of ACVPU");
  }
  if (vitals.rass) in.errors.CheckRange("vital_signs.rass", *vitals.rass, -5, 4);
  if (vitals.readings.empty() && vitals.consciousness.number == 0 && !vitals.rass &&
      !vitals.on_oxygen) {
    in.errors.Add("vital_signs", "EMPTY", "at least one vital sign");
  }
}

void ExamineKind(Examination& in, const RawDose& dose) {
  if (dose.product.empty()) {
    in.errors.Add("dose.product", "REQUIRED", "must be a medication of the catalogue");
  } else if (!in.rules.medications.contains(dose.product)) {
    in.errors.Add("dose.product", "UNKNOWN_PRODUCT", "not a medication of the catalogue");
  }
  if (!dose.outcome.value) {
    in.errors.Add("dose.outcome", dose.outcome.unknown() ? "UNKNOWN_VALUE" : "REQUIRED",
                  "must say what became of the dose");
  }
  const bool taken = dose.outcome.value == domain::DoseOutcome::kTaken;
  if (dose.amount) {
    ExamineAmount(in, dose.product, *dose.amount);
  } else if (taken) {
    in.errors.Add("dose.amount", "REQUIRED", "a dose taken has an amount");
  }
  in.errors.CheckOptionalId("dose.route", dose.route, kWordLengthMax, "_- ");
  in.errors.CheckOptionalId("dose.planned_dose_id", dose.planned_dose_id, kIdLengthMax, "._:-");
}

void ExamineKind(Examination& in, const domain::Craving& craving) {
  if (!craving.nrs && !craving.vas) {
    in.errors.Add("craving", "EMPTY", "nrs or vas must be set");
  }
  if (craving.nrs) in.errors.CheckRange("craving.nrs", *craving.nrs, 0, 10);
  if (craving.vas) in.errors.CheckRange("craving.vas", *craving.vas, 0, 100);
  in.errors.CheckLength("craving.substance", craving.substance, kWordLengthMax);
}

void ExamineKind(Examination& in, const domain::SessionAttendance& session) {
  in.errors.CheckId("session.session_id", session.session_id, kIdLengthMax, "._:-");
  in.errors.CheckOptionalId("session.session_type", session.session_type, kWordLengthMax, "._-");
  if (session.planned_minutes) {
    in.errors.CheckRange("session.planned_minutes", *session.planned_minutes, 0, kDayMinutes);
  }
  if (session.attended_minutes) {
    in.errors.CheckRange("session.attended_minutes", *session.attended_minutes, 0, kDayMinutes);
  }
}

// No flag at all is a report too: "none of these".
void ExamineKind(Examination& in, const RawRedFlags& report) {
  for (size_t i = 0; i < report.flags.size(); ++i) {
    if (report.flags[i].value) continue;
    in.errors.Add(absl::StrCat("red_flags.flags[", i, "]"),
                  report.flags[i].unknown() ? "UNKNOWN_VALUE" : "REQUIRED",
                  "not a red flag we know");
  }
  if (report.vomiting_hours) {
    in.errors.CheckRange("red_flags.vomiting_hours", *report.vomiting_hours, 0, kVomitingHoursMax);
  }
  in.errors.CheckLength("red_flags.note", report.note, kNoteLengthMax);
}

void ExamineReportedClass(Examination& in, const std::string& field, const std::string& name) {
  if (!domain::IsReportedClass(name)) {
    in.errors.Add(field, "UNKNOWN_VALUE", "a substance class of the care plan, or other");
  }
}

void ExamineKind(Examination& in, const RawLapse& raw) {
  const domain::LapseReport& lapse = raw.lapse;
  if (lapse.substance_class.empty()) {
    in.errors.Add("lapse.substance_class", "REQUIRED", "must say what was used");
  } else {
    ExamineReportedClass(in, "lapse.substance_class", lapse.substance_class);
  }
  in.errors.CheckLength("lapse.product", lapse.product, kWordLengthMax);
  if (lapse.amount) {
    in.errors.CheckRange("lapse.amount.value", *lapse.amount, 0, kUsedAmountMax);
    if (*lapse.amount == 0) {
      in.errors.Add("lapse.amount.value", "OUT_OF_RANGE", "must be more than 0");
    }
    if (lapse.unit.empty()) {
      in.errors.Add("lapse.amount.unit", "REQUIRED", "an amount has a unit, in any words");
    }
  }
  in.errors.CheckLength("lapse.amount.unit", lapse.unit, kTagLengthMax);
  in.errors.CheckOptionalId("lapse.route", lapse.route, kWordLengthMax, "_- ");
  if (lapse.use_days_in_last_7) {
    in.errors.CheckRange("lapse.use_days_in_last_7", *lapse.use_days_in_last_7, 1, 7);
  }
  in.errors.CheckLength("lapse.note", raw.note, kNoteLengthMax);
}

void ExamineTags(Examination& in, const std::string& field, const std::vector<std::string>& tags) {
  if (tags.size() > kTagsMax) {
    in.errors.Add(field, "TOO_MANY", absl::StrCat("at most ", kTagsMax));
    return;
  }
  for (size_t i = 0; i < tags.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    in.errors.CheckId(path, tags[i], kTagLengthMax, "-");
    if (std::any_of(tags[i].begin(), tags[i].end(), absl::ascii_isupper)) {
      in.errors.Add(path, "BAD_CHARACTER", "only a-z 0-9 and -");
    }
  }
}

void ExamineKind(Examination& in, const RawTriggers& raw) {
  const domain::TriggerLog& log = raw.log;
  bool empty = raw.note.empty() && log.substance_class.empty();
  const std::pair<const char*, std::optional<int>> parts[] = {{"triggers.hungry", log.hungry},
                                                              {"triggers.angry", log.angry},
                                                              {"triggers.lonely", log.lonely},
                                                              {"triggers.tired", log.tired}};
  for (const auto& [field, value] : parts) {
    if (value) in.errors.CheckRange(field, *value, 0, 3);
    empty &= !value.has_value();
  }
  const std::pair<const char*, const std::vector<std::string>*> lists[] = {
      {"triggers.people", &log.people},
      {"triggers.places", &log.places},
      {"triggers.things", &log.things},
      {"triggers.coping", &log.coping}};
  for (const auto& [field, tags] : lists) {
    ExamineTags(in, field, *tags);
    empty &= tags->empty();
  }
  if (empty) in.errors.Add("triggers", "EMPTY", "at least one of its fields");
  if (!log.substance_class.empty()) {
    ExamineReportedClass(in, "triggers.substance_class", log.substance_class);
  }
  in.errors.CheckOptionalId("triggers.craving_check_in_id", log.craving_check_in_id, kIdLengthMax,
                            "._:-");
  in.errors.CheckLength("triggers.note", raw.note, kNoteLengthMax);
}

void ExamineKind(Examination& in, const RawTargetBehaviour& raw) {
  if (!in.rules.rewards.behaviours.contains(raw.behaviour)) {
    in.errors.Add("target_behaviour.behaviour", "UNKNOWN_VALUE",
                  absl::StrCat("one of ", absl::StrJoin(in.rules.rewards.behaviours, ", ",
                                                        [](std::string* out, const auto& known) {
                                                          *out += known.first;
                                                        })));
  }
  if (!raw.met) in.errors.Add("target_behaviour.met", "REQUIRED", "true or false");
  const auto rater = in.raw.rater.value;
  if (rater == domain::Rater::kPatient || rater == domain::Rater::kSupportPerson) {
    in.errors.Add("rater", "RATER_NOT_ALLOWED", "only a clinician verifies a behaviour");
  }
  in.errors.CheckLength("target_behaviour.note", raw.note, kNoteLengthMax);
}

}  // namespace

void ExamineKind(const Rules& rules, const RawCheckIn& raw, Findings& findings) {
  Examination in{rules, raw, findings, FieldErrors(findings.errors)};
  std::visit([&in](const auto& kind) { ExamineKind(in, kind); }, raw.kind);
}

}  // namespace withdrawal::ingest
