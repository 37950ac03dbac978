#include "services/ctl/core/simulation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/ctl/core/random.h"

namespace withdrawal::ctl {
namespace {

using domain::InstrumentResponse;
using domain::Rater;
using domain::Vital;
using domain::VitalSigns;

constexpr double kBuprenorphineHour = 8;
constexpr double kCravingHour = 12;
constexpr int kCravingHighest = 7;    // of 10: below what raises an alert
constexpr double kClinicianHour = 3;  // after the begin of each day

// Items a course leaves low, so that red flags appear where the truth says and nowhere else:
// from 4 on CIWA-Ar perceptions are hallucinations, orientation and confusion mean delirium.
int HighestOf(const domain::Item& item) {
  if (item.code == "orientation" || item.code == "confused") return 1;
  if (item.code == "tactile" || item.code == "auditory" || item.code == "visual") return 3;
  return item.allowed.back();
}

int NearestAllowed(const domain::Item& item, double wanted) {
  int best = item.allowed.front();
  for (const int value : item.allowed) {
    if (value <= HighestOf(item) && std::abs(value - wanted) < std::abs(best - wanted)) {
      best = value;
    }
  }
  return best;
}

class PatientSimulation {
 public:
  PatientSimulation(const std::map<std::string, domain::Instrument>& instruments,
                    const SimulationOptions& options, int index)
      : instruments_(instruments),
        hours_(options.days * 24),
        random_(options.seed * 1'000'003 + static_cast<uint64_t>(index)),
        id_prefix_(absl::StrCat("sim", options.seed, "-")),
        course_(Courses()[static_cast<size_t>(index) % Courses().size()]) {
    patient_.patient_id = absl::StrCat(options.prefix, "sim-", options.seed, "-", index);
    patient_.course = &course_;
    patient_.last_use_hours =
        random_.Between(course_.last_use_hours_from, course_.last_use_hours_to);
    if (index % 12 == 11) {
      patient_.silent_from = absl::ZeroDuration();
    } else if (index % 6 == 5) {
      patient_.silent_from = absl::Hours(hours_ * random_.Between(0.4, 0.7));
    }
  }

  SimulatedPatient Run() {
    AddRoutine();
    if (course_.precipitated) AddPrecipitated();
    AddRedFlags();
    AddDeviceFault();
    AddEngagement();
    std::stable_sort(patient_.check_ins.begin(), patient_.check_ins.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    KeepSilence();
    return std::move(patient_);
  }

 private:
  double Level(double hour) const { return LevelAt(course_, hour + patient_.last_use_hours); }

  // The id of the check-in added.
  std::string Add(double hour, Rater rater, domain::CheckInKind kind) {
    const std::string id = absl::StrCat(id_prefix_, patient_.check_ins.size());
    patient_.check_ins.push_back({id, absl::Hours(hour), rater, std::move(kind)});
    return id;
  }

  void Expect(const std::string& rule, const std::string& check_in_id) {
    patient_.expected.push_back({rule, check_in_id});
  }

  void AddRoutine() {
    double hour = random_.Between(0.1, 1);
    while (hour < hours_) {
      Add(hour, Rater::kDevice, Vitals(Level(hour)));
      AddAnswers(hour + 0.05, course_.self_instrument, Rater::kPatient, Level(hour));
      hour += course_.self_every_hours * random_.Between(0.9, 1.0);
    }
    for (hour = kClinicianHour; hour < hours_; hour += 24) {
      AddAnswers(hour, course_.clinician_instrument, Rater::kClinicianVideo, Level(hour));
    }
  }

  // The id of the check-in, empty when the catalogue lacks the instrument.
  std::string AddAnswers(double hour, const std::string& id, Rater rater, double level) {
    const auto instrument = instruments_.find(id);
    if (instrument == instruments_.end() || hour >= hours_) return {};
    return Add(hour, rater, Answers(instrument->second, level));
  }

  InstrumentResponse Answers(const domain::Instrument& instrument, double level) {
    InstrumentResponse response;
    response.instrument = instrument.id;
    for (const domain::Item& item : instrument.items) {
      const double wanted = level * item.allowed.back() * random_.Between(0.7, 1.3);
      response.items[item.code] = NearestAllowed(item, wanted);
    }
    return response;
  }

  VitalSigns Vitals(double level) {
    const auto around = [&](double well, double worst, double spread) {
      return std::round(well + (worst - well) * level + random_.Between(-spread, spread));
    };
    VitalSigns vitals;
    vitals.Set(Vital::kPulse, around(72, 128, 6));
    vitals.Set(Vital::kRespiratoryRate, around(15, 22, 1.5));
    vitals.Set(Vital::kSpo2, std::min(100.0, around(98, 95, 1)));
    vitals.Set(Vital::kSystolic, around(122, 172, 7));
    vitals.Set(Vital::kDiastolic, around(78, 104, 5));
    vitals.Set(Vital::kTemperature, around(367, 380, 3) / 10);
    vitals.consciousness = domain::Consciousness::kAlert;
    vitals.on_oxygen = false;
    vitals.at_rest = true;
    return vitals;
  }

  // Reference B and RR-01: buprenorphine too early, signs within 90 min, gone in 6 to 24 h.
  void AddPrecipitated() {
    if (kBuprenorphineHour + 2 >= hours_) return;
    AddAnswers(kBuprenorphineHour - 0.25, "COWS", Rater::kClinicianVideo, 0.15);
    domain::DoseEvent dose;
    dose.product = "buprenorphine";
    dose.milligrams = 4;
    dose.route = "sublingual";
    Add(kBuprenorphineHour, Rater::kPatient, dose);
    const std::string worst =
        AddAnswers(kBuprenorphineHour + 1, "COWS", Rater::kClinicianVideo, 0.7);
    if (!worst.empty()) Expect("RR-01", worst);
    AddAnswers(kBuprenorphineHour + 10, "COWS", Rater::kClinicianVideo, 0.2);
  }

  void AddRedFlags() {
    if (course_.name == "alcohol-severe") {
      random_.Chance(0.5) ? AddHallucinations() : Report("seizure", "RF-01", 12, 36);
    } else if (course_.name == "benzodiazepine-short" && random_.Chance(0.5)) {
      Report("seizure", "RF-01", 24, 72);
    } else if (course_.programme == domain::Programme::kOpioid && random_.Chance(0.4)) {
      Report("naloxone_given", "RF-07", 40, 72);
    }
    if (random_.Chance(0.2)) Report("cannot_keep_fluids", "RF-16a", 12, 48);
  }

  // Between these hours since last use, if the simulation lasts so long.
  void Report(const std::string& flag, const std::string& rule, double from, double to) {
    const double hour = random_.Between(from, to) - patient_.last_use_hours;
    if (hour <= 0 || hour >= hours_) return;
    domain::RedFlagReport report;
    report.flags = {flag};
    Expect(rule, Add(hour, Rater::kSupportPerson, report));
  }

  void AddHallucinations() {
    const double hour = random_.Between(24, 48) - patient_.last_use_hours;
    const auto ciwa = instruments_.find("CIWA-Ar");
    if (hour <= 0 || hour >= hours_ || ciwa == instruments_.end()) return;
    InstrumentResponse response = Answers(ciwa->second, Level(hour));
    response.items["visual"] = 5;
    Expect("RF-04", Add(hour, Rater::kClinicianVideo, response));
  }

  void AddDeviceFault() {
    if (!random_.Chance(0.3)) return;
    const double hour = random_.Between(0.1, 0.9) * hours_;
    VitalSigns vitals = Vitals(Level(hour));
    const int fault = random_.Below(4);
    if (fault == 0) vitals.Set(Vital::kTemperature, 98.6);  // Fahrenheit sent as Celsius
    if (fault == 1) vitals.Set(Vital::kRespiratoryRate, 0);
    if (fault == 2) vitals.Set(Vital::kSpo2, 127);
    if (fault == 3) {
      vitals.Set(Vital::kSystolic, 2047);
      vitals.Set(Vital::kDiastolic, 2047);
    }
    const std::string id = Add(hour, Rater::kDevice, vitals);
    Expect("DV-01", id);
    if (fault == 1) Expect("DV-02", id);
  }

  // Craving once a day; for some a use, with what went before it (EN-05, EN-06).
  void AddEngagement() {
    for (double hour = kCravingHour; hour < hours_; hour += 24) {
      domain::Craving craving;
      craving.nrs = static_cast<int>(std::round(kCravingHighest * Level(hour)));
      craving.substance = course_.substance_class;
      Add(hour, Rater::kPatient, craving);
    }
    if (!random_.Chance(0.25)) return;
    const double hour = random_.Between(0.3, 0.9) * hours_;
    domain::TriggerLog log;
    log.lonely = random_.Below(4);
    log.tired = random_.Below(4);
    log.places = {random_.Chance(0.5) ? "home" : "pub"};
    log.coping = {"called-a-friend"};
    Add(hour, Rater::kPatient, log);
    domain::LapseReport lapse;
    lapse.substance_class = course_.substance_class;
    lapse.alone = random_.Chance(0.5);
    lapse.naloxone_present = random_.Chance(0.5);
    lapse.intends_to_continue = false;
    Expect("EN-05", Add(hour + 0.02, Rater::kPatient, lapse));
  }

  void KeepSilence() {
    if (!patient_.silent_from) return;
    std::erase_if(patient_.check_ins,
                  [&](const auto& check_in) { return check_in.at >= *patient_.silent_from; });
    std::erase_if(patient_.expected, [&](const ExpectedAlert& expected) {
      return std::none_of(
          patient_.check_ins.begin(), patient_.check_ins.end(),
          [&](const auto& check_in) { return check_in.check_in_id == expected.check_in_id; });
    });
  }

  const std::map<std::string, domain::Instrument>& instruments_;
  const double hours_;
  Random random_;
  const std::string id_prefix_;
  const Course& course_;
  SimulatedPatient patient_;
};

}  // namespace

std::vector<SimulatedPatient> Simulate(const std::map<std::string, domain::Instrument>& instruments,
                                       const SimulationOptions& options) {
  std::vector<SimulatedPatient> patients;
  for (int index = 0; index < options.patients; ++index) {
    patients.push_back(PatientSimulation(instruments, options, index).Run());
  }
  return patients;
}

}  // namespace withdrawal::ctl
