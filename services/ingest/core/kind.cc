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

class Examiner {
 public:
  Examiner(const Rules& rules, const RawCheckIn& raw, Findings& findings)
      : rules_(rules), raw_(raw), findings_(findings), errors_(findings.errors) {}

  void operator()(std::monostate) {
    errors_.Add("kind", "REQUIRED",
                "one of instrument_response, vital_signs, dose, craving, session, red_flags");
  }

  void operator()(const domain::RawAnswers& answers) {
    const auto found = rules_.instruments.find(answers.instrument);
    if (found == rules_.instruments.end()) {
      errors_.Add("instrument_response.instrument", "UNKNOWN_INSTRUMENT",
                  "not an instrument of the catalogue");
    } else if (raw_.rater.value) {
      auto wrong = domain::CheckAnswers(found->second, answers, *raw_.rater.value);
      for (auto& error : wrong) findings_.errors.push_back(std::move(error));
    }
  }

  void operator()(const RawVitalSigns& vitals) {
    findings_.vitals = domain::JudgeVitals(rules_.vitals, vitals.readings);
    for (const auto& error : findings_.vitals.errors) findings_.errors.push_back(error);
    if (vitals.consciousness.unknown()) {
      errors_.Add("vital_signs.consciousness", "UNKNOWN_VALUE", "not a value of ACVPU");
    }
    if (vitals.rass) errors_.CheckRange("vital_signs.rass", *vitals.rass, -5, 4);
    if (vitals.readings.empty() && vitals.consciousness.number == 0 && !vitals.rass &&
        !vitals.on_oxygen) {
      errors_.Add("vital_signs", "EMPTY", "at least one vital sign");
    }
  }

  void operator()(const RawDose& dose) {
    if (dose.product.empty()) {
      errors_.Add("dose.product", "REQUIRED", "must be a medication of the catalogue");
    } else if (!rules_.medications.contains(dose.product)) {
      errors_.Add("dose.product", "UNKNOWN_PRODUCT", "not a medication of the catalogue");
    }
    if (!dose.outcome.value) {
      errors_.Add("dose.outcome", dose.outcome.unknown() ? "UNKNOWN_VALUE" : "REQUIRED",
                  "must say what became of the dose");
    }
    const bool taken = dose.outcome.value == domain::DoseOutcome::kTaken;
    if (dose.amount) {
      ExamineAmount(*dose.amount);
    } else if (taken) {
      errors_.Add("dose.amount", "REQUIRED", "a dose taken has an amount");
    }
    errors_.CheckOptionalId("dose.route", dose.route, kWordLengthMax, "_- ");
    errors_.CheckOptionalId("dose.planned_dose_id", dose.planned_dose_id, kIdLengthMax, "._:-");
  }

  void operator()(const domain::Craving& craving) {
    if (!craving.nrs && !craving.vas) {
      errors_.Add("craving", "EMPTY", "nrs or vas must be set");
    }
    if (craving.nrs) errors_.CheckRange("craving.nrs", *craving.nrs, 0, 10);
    if (craving.vas) errors_.CheckRange("craving.vas", *craving.vas, 0, 100);
    errors_.CheckLength("craving.substance", craving.substance, kWordLengthMax);
  }

  void operator()(const domain::SessionAttendance& session) {
    errors_.CheckId("session.session_id", session.session_id, kIdLengthMax, "._:-");
    errors_.CheckOptionalId("session.session_type", session.session_type, kWordLengthMax, "._-");
    if (session.planned_minutes) {
      errors_.CheckRange("session.planned_minutes", *session.planned_minutes, 0, kDayMinutes);
    }
    if (session.attended_minutes) {
      errors_.CheckRange("session.attended_minutes", *session.attended_minutes, 0, kDayMinutes);
    }
  }

  // No flag at all is a report too: "none of these".
  void operator()(const RawRedFlags& report) {
    for (size_t i = 0; i < report.flags.size(); ++i) {
      if (report.flags[i].value) continue;
      errors_.Add(absl::StrCat("red_flags.flags[", i, "]"),
                  report.flags[i].unknown() ? "UNKNOWN_VALUE" : "REQUIRED",
                  "not a red flag we know");
    }
    if (report.vomiting_hours) {
      errors_.CheckRange("red_flags.vomiting_hours", *report.vomiting_hours, 0, kVomitingHoursMax);
    }
    errors_.CheckLength("red_flags.note", report.note, kNoteLengthMax);
  }

 private:
  void ExamineAmount(const RawQuantity& amount) {
    if (!std::isfinite(amount.value)) {
      errors_.Add("dose.amount.value", "NOT_A_NUMBER", "must be a finite number");
    } else if (amount.value <= 0) {
      errors_.Add("dose.amount.value", "OUT_OF_RANGE", "must be more than 0");
    }
    const auto milligrams = domain::ToMilligrams(amount.value, amount.unit);
    if (!milligrams) {
      errors_.Add("dose.amount.unit", "UNKNOWN_UNIT", "one of mg, ug, mcg, g");
    } else {
      findings_.milligrams = milligrams;
    }
  }

  const Rules& rules_;
  const RawCheckIn& raw_;
  Findings& findings_;
  FieldErrors errors_;
};

}  // namespace

void ExamineKind(const Rules& rules, const RawCheckIn& raw, Findings& findings) {
  std::visit(Examiner(rules, raw, findings), raw.kind);
}

}  // namespace withdrawal::ingest
