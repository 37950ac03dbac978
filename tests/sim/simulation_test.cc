// Runs the simulation over seeds. To look at one: WITHDRAWAL_SIM_SEED=N with
// --gtest_filter=Sim.OneSeed*, and WITHDRAWAL_SIM_TRACE=1 for what each process does.
// WITHDRAWAL_SIM_SEEDS=N runs so many instead of two thousand.
#include "tests/sim/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::sim {
namespace {

constexpr int kShards = 16;
constexpr int kSeeds = 2'000;
constexpr uint64_t kFoundWithin = 1000;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  int number = otherwise;
  if (text != nullptr && !absl::SimpleAtoi(text, &number)) ADD_FAILURE() << name << "=" << text;
  return number;
}

std::string Describe(const Outcome& outcome) {
  std::string text = absl::StrCat(outcome.check_ins, " check-ins, ", outcome.alerts, " alerts, ",
                                  outcome.escalations, " escalations; ");
  absl::StrAppend(&text, absl::StrJoin(outcome.faults, ", ", absl::PairFormatter(" ")));
  for (const std::string& violation : outcome.violations) absl::StrAppend(&text, "\n  ", violation);
  return text;
}

TEST(Sim, OneSeedGivesOneRun) {
  const auto seed = static_cast<uint64_t>(FromEnvironment("WITHDRAWAL_SIM_SEED", 7));
  const Outcome outcome = Simulate(seed);
  std::cout << "seed " << seed << ": " << Describe(outcome) << '\n';
  EXPECT_THAT(outcome.violations, testing::IsEmpty());
  EXPECT_EQ(Simulate(seed).digest, outcome.digest);
  EXPECT_NE(Simulate(seed + 1).digest, outcome.digest);
}

class Seeds : public testing::TestWithParam<int> {};

TEST_P(Seeds, KeepEveryPromise) {
  const int count = FromEnvironment("WITHDRAWAL_SIM_SEEDS", kSeeds) / kShards;
  std::map<std::string, int> faults;
  for (int i = 0; i < count; ++i) {
    const auto seed = static_cast<uint64_t>(GetParam() * count + i);
    const Outcome outcome = Simulate(seed);
    for (const auto& [kind, times] : outcome.faults) faults[kind] += times;
    ASSERT_THAT(outcome.violations, testing::IsEmpty())
        << "again with WITHDRAWAL_SIM_SEED=" << seed << ": " << Describe(outcome);
  }
  std::cout << count << " seeds; " << absl::StrJoin(faults, ", ", absl::PairFormatter(" ")) << '\n';
}

INSTANTIATE_TEST_SUITE_P(Sim, Seeds, testing::Range(0, kShards));

struct Control {
  std::string name;
  Plant plant;

  friend void PrintTo(const Control& control, std::ostream* out) { *out << control.name; }
};

class Controls : public testing::TestWithParam<Control> {};

// A simulation that cannot find a fault proves nothing.
TEST_P(Controls, IsFound) {
  for (uint64_t seed = 0; seed < kFoundWithin; ++seed) {
    const Outcome outcome = Simulate(seed, GetParam().plant);
    if (outcome.violations.empty()) continue;
    std::cout << GetParam().name << " is found by seed " << seed << ": "
              << outcome.violations.front() << '\n';
    return;
  }
  FAIL() << "not found within " << kFoundWithin << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Sim, Controls,
                         testing::Values(Control{"OverlayKept", Plant::kOverlayKept},
                                         Control{"ReadCommittedEnd", Plant::kReadCommittedEnd},
                                         Control{"PositionOffsets", Plant::kPositionOffsets},
                                         Control{"TimersLost", Plant::kTimersLost},
                                         Control{"NoTransactions", Plant::kNoTransactions}),
                         [](const auto& control) { return control.param.name; });

}  // namespace
}  // namespace withdrawal::sim
