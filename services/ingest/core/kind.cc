#include "services/ingest/core/kind.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/domain/units.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kWordLengthMax = 64;
constexpr size_t kIdLengthMax = 128;
constexpr size_t kNoteLengthMax = 2000;
constexpr int kDayMinutes = 24 * 60;
constexpr double kVomitingHoursMax = 168;
constexpr double kDoseMilligramsMax = 1e6;

// What every kind looks at and writes to.
struct Examination {
  const Rules& rules;
  const RawCheckIn& raw;
  Findings& findings;
  FieldErrors errors;
};

void ExamineAmount(Examination& in, const RawQuantity& amount) {
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
  } else {
    in.findings.milligrams = milligrams;
  }
}

void ExamineKind(Examination& in, std::monostate) {
  in.errors.Add("kind", "REQUIRED",
                "one of instrument_response, vital_signs, dose, craving, session, red_flags");
}

void ExamineKind(Examination& in, const domain::RawAnswers& answers) {
  const auto found = in.rules.instruments.find(answers.instrument);
  if (found == in.rules.instruments.end()) {
    in.errors.Add("instrument_response.instrument", "UNKNOWN_INSTRUMENT",
                  "not an instrument of the catalogue");
  } else {
    // An unspecified rater is an error already; the answers are to be judged all the same.
    const auto rater = in.raw.rater.value.value_or(domain::Rater::kClinicianInPerson);
    auto wrong = domain::CheckAnswers(found->second, answers, rater);
    for (auto& error : wrong) in.findings.errors.push_back(std::move(error));
  }
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
    ExamineAmount(in, *dose.amount);
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

}  // namespace

void ExamineKind(const Rules& rules, const RawCheckIn& raw, Findings& findings) {
  Examination in{rules, raw, findings, FieldErrors(findings.errors)};
  std::visit([&in](const auto& kind) { ExamineKind(in, kind); }, raw.kind);
}

}  // namespace withdrawal::ingest
