#include "services/clinician/outcome_monitor.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "libs/metrics/metrics.h"
#include "services/clinician/migrations.h"
#include "services/clinician/outcomes.h"
#include "spdlog/spdlog.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kStatementMax = absl::Seconds(30);
constexpr int kProgrammes = 6;
constexpr const char* kShares[] = {
    "completed",       "transferred",      "medication_within_7_days", "medication_offered",
    "retained_7_days", "retained_30_days", "retained_90_days"};
constexpr const char* kRates[] = {"missed_check_ins", "use_days", "emergencies", "overdoses",
                                  "self_harm"};
constexpr const char* kSeconds[] = {"emergency/0.5", "emergency/0.9", "urgent/0.5", "urgent/0.9"};
constexpr const char* kScales[] = {"craving_first_half", "craving_second_half", "sleep_SAWS",
                                   "sleep_ShOWS10",      "sleep_MNWS",          "sleep_PHQ-9",
                                   "sleep_BAM",          "sleep_BAM-R",         "sleep_BAM-IOP"};

std::string ProgrammeName(int programme) {
  return absl::AsciiStrToLower(
      events::v1::Programme_Name(static_cast<events::v1::Programme>(programme))
          .substr(std::string("PROGRAMME_").size()));
}

double Share(const v1::Ratio& ratio) {
  if (ratio.denominator() == 0) return std::nan("");
  return static_cast<double>(ratio.numerator()) / static_cast<double>(ratio.denominator());
}

double Per100(const v1::Rate& rate) {
  return rate.has_per_100_patient_days() ? rate.per_100_patient_days() : std::nan("");
}

}  // namespace

OutcomeGauges::OutcomeGauges(prometheus::Registry& registry) {
  for (int programme = 1; programme <= kProgrammes; ++programme) {
    const std::string name = ProgrammeName(programme);
    for (const char* outcome : kShares) {
      shares_[{programme, outcome}] =
          &metrics::AddGauge(registry, "withdrawal_clinician_outcome_ratio",
                             "Share of the people of a programme, last 90 days (EN-10).",
                             {{"programme", name}, {"outcome", outcome}});
    }
    for (const char* outcome : kRates) {
      rates_[{programme, outcome}] =
          &metrics::AddGauge(registry, "withdrawal_clinician_outcome_rate",
                             "Events per 100 patient-days, last 90 days (EN-10).",
                             {{"programme", name}, {"outcome", outcome}});
    }
    for (const std::string outcome : kSeconds) {
      const size_t slash = outcome.find('/');
      seconds_[{programme, outcome}] =
          &metrics::AddGauge(registry, "withdrawal_clinician_outcome_acknowledge_seconds",
                             "From raised to acknowledged, by priority and share (EN-10).",
                             {{"programme", name},
                              {"priority", outcome.substr(0, slash)},
                              {"share", outcome.substr(slash + 1)}});
    }
    for (const char* outcome : kScales) {
      scales_[{programme, outcome}] =
          &metrics::AddGauge(registry, "withdrawal_clinician_outcome_points",
                             "Mean points of craving (0 to 10) and sleep items (EN-10).",
                             {{"programme", name}, {"outcome", outcome}});
    }
  }
  for (const auto* gauges : {&shares_, &rates_, &seconds_, &scales_}) {
    for (const auto& [key, gauge] : *gauges) gauge->Set(std::nan(""));
  }
}

void OutcomeGauges::Set(const v1::Outcomes& outcomes) {
  const int programme = outcomes.programme();
  if (!shares_.contains({programme, kShares[0]})) return;
  const v1::Ratio* const ratios[] = {&outcomes.completed(),
                                     &outcomes.transferred(),
                                     &outcomes.medication_within_7_days(),
                                     &outcomes.medication_offered(),
                                     &outcomes.retained_7_days(),
                                     &outcomes.retained_30_days(),
                                     &outcomes.retained_90_days()};
  for (size_t i = 0; i < std::size(kShares); ++i) {
    shares_.at({programme, kShares[i]})->Set(Share(*ratios[i]));
  }
  const v1::Rate* const rates[] = {&outcomes.missed_check_ins(), &outcomes.use_days(),
                                   &outcomes.emergencies(), &outcomes.overdoses(),
                                   &outcomes.self_harm()};
  for (size_t i = 0; i < std::size(kRates); ++i) {
    rates_.at({programme, kRates[i]})->Set(Per100(*rates[i]));
  }
  std::map<std::string, double> values;
  for (const v1::TimeToAcknowledge& time : outcomes.time_to_acknowledge()) {
    if (!time.has_median()) continue;
    const std::string name =
        time.priority() == events::v1::PRIORITY_EMERGENCY ? "emergency/" : "urgent/";
    values[name + "0.5"] = absl::ToDoubleSeconds(codec::FromProto(time.median()));
    values[name + "0.9"] = absl::ToDoubleSeconds(codec::FromProto(time.p90()));
  }
  if (outcomes.craving().has_first_half()) {
    values["craving_first_half"] = outcomes.craving().first_half();
    values["craving_second_half"] = outcomes.craving().second_half();
  }
  for (const v1::SleepItem& sleep : outcomes.sleep()) {
    values[absl::StrCat("sleep_", sleep.instrument())] = sleep.mean();
  }
  for (const auto* gauges : {&seconds_, &scales_}) {
    for (const auto& [key, gauge] : *gauges) {
      if (key.first != programme) continue;
      const auto value = values.find(key.second);
      gauge->Set(value == values.end() ? std::nan("") : value->second);
    }
  }
}

void OutcomeMonitor::Run() {
  Connection connection(database_url_);
  do {
    if (const absl::Status status = Migrate(connection); !status.ok()) {
      spdlog::warn("outcomes: not counted now: {}", absl::StatusCodeToString(status.code()));
      continue;
    }
    for (int programme = 1; programme <= kProgrammes && !stop_.HasBeenNotified(); ++programme) {
      v1::GetOutcomesRequest request;
      request.set_programme(static_cast<events::v1::Programme>(programme));
      v1::Outcomes outcomes;
      const grpc::Status status =
          GetOutcomes({connection, kStatementMax, absl::Now()}, request, outcomes);
      if (!status.ok()) {
        spdlog::warn("outcomes: not counted now: {}", static_cast<int>(status.error_code()));
        break;
      }
      gauges_.Set(outcomes);
    }
  } while (!stop_.WaitForNotificationWithTimeout(every_));
}

void OutcomeMonitor::Stop() { stop_.Notify(); }

}  // namespace withdrawal::clinician
