#include "services/ctl/trial_messages.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

namespace epb = events::v1;

const absl::Duration kRatingTime = absl::Hours(8) + absl::Minutes(30);
constexpr absl::Duration kDoseTime = absl::Hours(9);
constexpr int kReportHour = 10;
constexpr absl::Duration kLastUseBeforeFirstDose = absl::Hours(18);
constexpr int kDaysBetweenRatings = 7;
constexpr char kProduct[] = "buprenorphine";
constexpr char kOrder[] = "bup";

// The scheme whose bands the tables' words name (case C31).
const char* SchemeOf(const std::string& instrument) {
  return instrument == "COWS" ? "wesson_ling" : "circulating";
}

void AddOrder(const TrialPerson& person, const TrialClock& clock, epb::CarePlan& plan) {
  epb::MedicationOrder* order = plan.add_medications();
  order->set_order_id(kOrder);
  order->set_product(kProduct);
  order->set_route("sublingual");
  order->set_purpose(epb::MEDICATION_PURPOSE_MAINTENANCE);
  double milligrams = 0;
  for (const TrialDose& dose : person.doses) {
    if (dose.milligrams == milligrams) continue;
    milligrams = dose.milligrams;
    epb::DoseStep* step = order->add_steps();
    // The tables do not say how the first dose was given: the order stands as one that goes on.
    const int day = order->steps_size() == 1 ? dose.day - 2 : dose.day;
    *step->mutable_from() = codec::ToProto(clock.At(day, absl::ZeroDuration()));
    step->set_milligrams(milligrams);
    step->add_daily_at()->set_hour(static_cast<int>(absl::ToInt64Hours(kDoseTime)));
  }
  *order->mutable_ends_at() =
      codec::ToProto(clock.At(person.doses.back().day + 1, absl::ZeroDuration()));
}

void AddSchedule(const TrialWords& words, epb::CarePlan& plan) {
  plan.mutable_schedule()->set_time_zone("Etc/UTC");
  epb::ScheduleEntry* daily = plan.mutable_schedule()->add_entries();
  daily->set_entry_id("daily");
  daily->add_daily_at()->set_hour(kReportHour);
  epb::ScheduleEntry* weekly = plan.mutable_schedule()->add_entries();
  weekly->set_entry_id("weekly");
  weekly->add_satisfied_by(words.instrument);
  *weekly->mutable_every() = codec::ToProto(absl::Hours(24 * kDaysBetweenRatings));
}

epb::CheckIn NewCheckIn(const TrialPerson& person, const TrialWords& words, const std::string& what,
                        int day, absl::Time at) {
  epb::CheckIn check_in;
  check_in.set_patient_id(words.prefix + person.who);
  check_in.set_check_in_id(absl::StrCat("trial-", person.who, "-", what, "-", day));
  *check_in.mutable_observed_at() = codec::ToProto(at);
  check_in.mutable_source()->set_app("withdrawalctl");
  check_in.set_rater(epb::RATER_PATIENT);
  return check_in;
}

}  // namespace

epb::CarePlan TrialPlan(const TrialPerson& person, const TrialClock& clock,
                        const TrialWords& words) {
  epb::CarePlan plan;
  plan.set_patient_id(words.prefix + person.who);
  plan.set_status(epb::MONITORING_STATUS_ACTIVE);
  plan.add_programmes(epb::PROGRAMME_OPIOID);
  plan.set_team(words.team);
  epb::SubstanceUse* use = plan.add_substances();
  use->set_substance_class("opioid-short-acting");
  const absl::Time first_dose = clock.At(person.first_day(), kDoseTime);
  *use->mutable_last_use() = codec::ToProto(first_dose - kLastUseBeforeFirstDose);
  *plan.mutable_monitoring_started_at() =
      codec::ToProto(clock.At(person.first_day(), absl::ZeroDuration()));
  AddOrder(person, clock, plan);
  AddSchedule(words, plan);
  return plan;
}

std::vector<epb::CheckIn> TrialCheckIns(const TrialPerson& person, const TrialClock& clock,
                                        const TrialWords& words,
                                        const catalogue::Catalogue& catalogue) {
  const domain::Instrument& instrument = catalogue.instruments.at(words.instrument);
  const domain::BandScheme& scheme = *instrument.FindScheme(SchemeOf(words.instrument));
  std::vector<std::pair<absl::Time, epb::CheckIn>> timed;
  for (const TrialBand& band : person.bands) {
    const absl::Time at = clock.At(band.day, kRatingTime);
    epb::CheckIn check_in = NewCheckIn(person, words, "rating", band.day, at);
    if (instrument.rater == domain::RaterRule::kClinician) {
      check_in.set_rater(epb::RATER_CLINICIAN_VIDEO);
    }
    auto* response = check_in.mutable_instrument_response();
    response->set_instrument(instrument.id);
    for (const auto& [code, value] :
         AnswersWithTotal(instrument, MiddleOfBand(scheme, band.band))) {
      auto* item = response->add_items();
      item->set_code(code);
      item->set_value(value);
    }
    timed.emplace_back(at, std::move(check_in));
  }
  for (const TrialDose& dose : person.doses) {
    const absl::Time at = clock.At(dose.day, kDoseTime);
    epb::CheckIn check_in = NewCheckIn(person, words, "dose", dose.day, at);
    epb::DoseEvent* event = check_in.mutable_dose();
    event->set_product(kProduct);
    event->set_route("sublingual");
    event->set_outcome(epb::DOSE_OUTCOME_TAKEN);
    event->mutable_amount()->set_value(dose.milligrams);
    event->mutable_amount()->set_unit("mg");
    timed.emplace_back(at, std::move(check_in));
  }
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<epb::CheckIn> check_ins;
  for (auto& [at, check_in] : timed) check_ins.push_back(std::move(check_in));
  return check_ins;
}

std::vector<std::string> TrialAssumptions(const TrialWords& words) {
  return {absl::StrCat("bands are reported at 08:30 UTC as ", words.instrument,
                       " answers with the total in the middle of the band"),
          "doses are buprenorphine, taken and reported at 09:00; a day without a row is silent",
          "the plan expects a dose by 09:00 and a report by 10:00 each day, a rating every 7 days",
          "last use of a short-acting opioid was 18 h before the first dose"};
}

}  // namespace withdrawal::ctl
