#include "services/ctl/core/simulation.h"

#include <gtest/gtest.h>

#include <set>

#include "libs/catalogue/catalogue.h"
#include "libs/codec/time.h"
#include "libs/domain/scoring.h"
#include "services/ctl/simulation_messages.h"

namespace withdrawal::ctl {
namespace {

const catalogue::Catalogue& BuiltIn() {
  static const auto* const kCatalogue = new catalogue::Catalogue(*catalogue::Load(/*dir=*/""));
  return *kCatalogue;
}

std::vector<SimulatedPatient> Ward(uint64_t seed, int patients = 48) {
  return Simulate(BuiltIn().instruments,
                  {.patients = patients, .days = 4, .seed = seed, .prefix = ""});
}

const SimulatedClock kClock = {
    .ends_at = absl::FromUnixSeconds(1'790'000'000), .length = absl::Hours(96), .speed = 0};

std::string Everything(const std::vector<SimulatedPatient>& ward) {
  std::string text;
  for (const Outgoing& outgoing : SimulationMessages(ward, kClock)) {
    text += outgoing.check_in.SerializeAsString();
  }
  for (const SimulatedPatient& patient : ward) text += TruthLine(patient, kClock);
  return text;
}

TEST(Simulation, TheSameSeedGivesTheSameWard) {
  EXPECT_EQ(Everything(Ward(7)), Everything(Ward(7)));
  EXPECT_NE(Everything(Ward(7)), Everything(Ward(8)));
}

TEST(Simulation, AnotherPatientDoesNotChangeTheOthers) {
  const auto few = Ward(7, 5);
  const auto more = Ward(7, 9);
  for (size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(TruthLine(few[i], kClock), TruthLine(more[i], kClock));
  }
}

TEST(Simulation, EveryAnswerIsAllowedAndComplete) {
  int answers = 0;
  for (const SimulatedPatient& patient : Ward(3)) {
    for (const SimulatedCheckIn& check_in : patient.check_ins) {
      const auto* response = std::get_if<domain::InstrumentResponse>(&check_in.kind);
      if (response == nullptr) continue;
      const domain::Instrument& instrument = BuiltIn().instruments.at(response->instrument);
      EXPECT_TRUE(domain::CheckAnswers(instrument, *response, check_in.rater).empty());
      EXPECT_TRUE(domain::ScoreAnswers(instrument, *response).complete());
      ++answers;
    }
  }
  EXPECT_GT(answers, 500);
}

TEST(Simulation, VitalSignsArePlausibleButForTheFaultsTheTruthNames) {
  for (const SimulatedPatient& patient : Ward(3)) {
    std::set<std::string> faults;
    for (const ExpectedAlert& expected : patient.expected) {
      if (expected.rule == "DV-01") faults.insert(expected.check_in_id);
    }
    for (const SimulatedCheckIn& check_in : patient.check_ins) {
      const auto* vitals = std::get_if<domain::VitalSigns>(&check_in.kind);
      if (vitals == nullptr) continue;
      std::vector<domain::RawReading> readings;
      for (const auto& [vital, definition] : BuiltIn().vitals) {
        if (vitals->Get(vital)) readings.push_back({vital, *vitals->Get(vital), definition.unit});
      }
      const auto judged = domain::JudgeVitals(BuiltIn().vitals, readings);
      EXPECT_TRUE(judged.errors.empty());
      EXPECT_EQ(!judged.set_aside.empty(), faults.contains(check_in.check_in_id));
    }
  }
}

TEST(Simulation, HoldsEveryKindOfTrouble) {
  std::set<std::string> rules;
  std::set<std::string> courses;
  int silent = 0;
  int never = 0;
  for (const SimulatedPatient& patient : Ward(1, 96)) {
    for (const ExpectedAlert& expected : patient.expected) rules.insert(expected.rule);
    courses.insert(patient.course->name);
    if (patient.silent_from) ++(patient.check_ins.empty() ? never : silent);
  }
  for (const char* rule : {"RF-01", "RF-04", "RF-07", "RF-16a", "RR-01", "DV-01", "DV-02"}) {
    EXPECT_TRUE(rules.contains(rule)) << rule;
  }
  EXPECT_EQ(courses.size(), Courses().size());
  EXPECT_EQ(silent, 8);
  EXPECT_EQ(never, 8);
}

TEST(Simulation, SilentPeopleSendNothingAfterTheyFellSilent) {
  for (const SimulatedPatient& patient : Ward(5)) {
    for (const SimulatedCheckIn& check_in : patient.check_ins) {
      EXPECT_LT(check_in.at, patient.silent_from.value_or(absl::InfiniteDuration()));
    }
  }
}

TEST(Simulation, NothingIsObservedAfterItIsSent) {
  SimulatedClock clock = kClock;
  clock.speed = 600;
  for (const Outgoing& outgoing : SimulationMessages(Ward(2, 12), clock)) {
    EXPECT_LE(codec::FromProto(outgoing.check_in.observed_at()), outgoing.send_at);
  }
}

// Reference B: onset, peak and end of a course.
TEST(CourseLevels, RiseFromOnsetStandAtTheHeightAndEnd) {
  for (const Course& course : Courses()) {
    EXPECT_EQ(LevelAt(course, course.onset), 0) << course.name;
    EXPECT_DOUBLE_EQ(LevelAt(course, course.height_from), course.height) << course.name;
    EXPECT_DOUBLE_EQ(LevelAt(course, course.height_to), course.height) << course.name;
    EXPECT_EQ(LevelAt(course, course.over), 0) << course.name;
  }
}

TEST(SimulationPlans, ExpectACheckInAsOftenAsTheCourseSendsOne) {
  const absl::Time now = kClock.ends_at;
  for (const SimulatedPatient& patient : Ward(1, 24)) {
    const auto plan = SimulationPlan(patient, kClock, "ward", now);
    ASSERT_EQ(plan.schedule().entries_size(), 1);
    EXPECT_EQ(codec::FromProto(plan.schedule().entries(0).every()),
              absl::Hours(patient.course->self_every_hours));
    EXPECT_EQ(codec::FromProto(plan.monitoring_started_at()), now);
  }
}

}  // namespace
}  // namespace withdrawal::ctl
