#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/ctl/evaluation.h"

namespace withdrawal::ctl {
namespace {

std::string Row(const std::string& what, int64_t count, const Evaluation& evaluation) {
  return absl::StrFormat("  %-44s %8d %10.2f\n", what, count, evaluation.Per100Days(count));
}

std::string RuleTable(const Evaluation& evaluation) {
  std::string text = absl::StrFormat("\n  %-10s %8s %8s %8s %8s %10s %10s\n", "rule", "raised",
                                     "paged", "repeats", "closed", "suppressed", "per 100 d");
  for (const auto& [id, rule] : evaluation.rules) {
    absl::StrAppendFormat(&text, "  %-10s %8d %8d %8d %8d %10d %10.2f\n", id, rule.raised,
                          rule.paged, rule.repeated, rule.closed_by_rule, rule.suppressed,
                          evaluation.Per100Days(rule.raised));
  }
  return text;
}

int64_t RaisedOf(const Evaluation& evaluation, const std::set<std::string>& rules) {
  int64_t count = 0;
  for (const auto& [id, rule] : evaluation.rules) {
    if (rules.contains(id)) count += rule.raised;
  }
  return count;
}

}  // namespace

int64_t Evaluation::raised() const {
  int64_t count = 0;
  for (const auto& [id, rule] : rules) count += rule.raised;
  return count;
}

int64_t Evaluation::repeated() const {
  int64_t count = 0;
  for (const auto& [id, rule] : rules) count += rule.repeated;
  return count;
}

double Evaluation::Per100Days(int64_t count) const {
  return patient_days == 0 ? 0
                           : 100.0 * static_cast<double>(count) / static_cast<double>(patient_days);
}

double Evaluation::BusyStableShare() const {
  int64_t busy = 0;
  for (const auto& [paged_alerts, days] : stable_days_by_paged) {
    if (paged_alerts > 1) busy += days;
  }
  return stable_days == 0 ? 0 : static_cast<double>(busy) / static_cast<double>(stable_days);
}

std::string EvaluationText(const Evaluation& evaluation, const Evaluation& without_hysteresis,
                           const std::set<std::string>& missed_dose_rules) {
  std::string text = absl::StrFormat(
      "%d people, %d patient-days, %d ratings, %d doses, %d days without a dose\n\n",
      evaluation.patients, evaluation.patient_days, evaluation.ratings, evaluation.doses,
      evaluation.days_without_dose);
  absl::StrAppendFormat(&text, "  %-44s %8s %10s\n", "", "count", "per 100 d");
  absl::StrAppend(&text, Row("missed check-ins", RaisedOf(evaluation, {"MC-01"}), evaluation),
                  Row("missed doses", RaisedOf(evaluation, missed_dose_rules), evaluation),
                  Row("alerts raised", evaluation.raised(), evaluation));
  for (const auto& [priority, count] : evaluation.raised_by_priority) {
    absl::StrAppend(&text, Row("  as " + priority, count, evaluation));
  }
  absl::StrAppend(&text, Row("alerts that called a clinician", evaluation.paged, evaluation),
                  "\nspared\n",
                  Row("dedupe: repeats kept in an open alert", evaluation.repeated(), evaluation),
                  Row("hysteresis: raised again without it",
                      without_hysteresis.raised() - evaluation.raised(), evaluation));
  int64_t suppressed = 0;
  for (const auto& [reason, count] : evaluation.suppressed_by_reason) suppressed += count;
  absl::StrAppend(&text, Row("suppressed with a reason", suppressed, evaluation));
  for (const auto& [reason, count] : evaluation.suppressed_by_reason) {
    absl::StrAppend(&text, Row("  " + reason, count, evaluation));
  }
  absl::StrAppend(&text, RuleTable(evaluation));
  absl::StrAppendFormat(&text, "\nstable days %d; with so many alerts that called a clinician:\n",
                        evaluation.stable_days);
  for (const auto& [paged_alerts, days] : evaluation.stable_days_by_paged) {
    absl::StrAppendFormat(&text, "  %d: %d days\n", paged_alerts, days);
  }
  absl::StrAppendFormat(&text, "  more than one: %.2f %% of stable days\n",
                        100 * evaluation.BusyStableShare());
  return text;
}

}  // namespace withdrawal::ctl
