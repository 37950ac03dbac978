#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>

#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

struct Input {
  domain::CheckIn check_in;
  Fingerprint fingerprint;
};

// Few ids and times, so that repeats, conflicts and late arrivals are common.
Input AnyInput() {
  const double minutes = *rc::gen::inRange(0, 12) * 10;
  const auto content = static_cast<uint32_t>(*rc::gen::inRange(1, 4));
  const auto id = static_cast<uint64_t>(*rc::gen::inRange(1, 12));
  if (*rc::gen::arbitrary<bool>()) {
    return {CheckInAt(minutes, Answers("SAWS", *rc::gen::inRange(0, 31))), {id, content}};
  }
  auto vitals = CalmVitals();
  for (auto& value : vitals.values) {
    if (*rc::gen::arbitrary<bool>()) value.reset();
  }
  return {CheckInAt(minutes, vitals), {id, content}};
}

bool SameState(const PatientState& a, const PatientState& b) {
  return a.seen == b.seen && a.histories == b.histories && a.last_vitals == b.last_vitals;
}

TEST(StepProperty, WhateverCameBeforeARepeatChangesNothing) {
  EXPECT_TRUE(rc::check([] {
    Person person;
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
      const Input input = AnyInput();
      person.Submit(input.check_in, input.fingerprint);
    }
    const Input input = AnyInput();
    person.Submit(input.check_in, input.fingerprint);
    const PatientState before = person.state;
    const Outcome again = person.Submit(input.check_in, input.fingerprint);
    RC_ASSERT(again.verdict == Verdict::kDuplicate);
    RC_ASSERT(again.scores.empty());
    RC_ASSERT(SameState(before, person.state));
  }));
}

TEST(StepProperty, AnIdIsScoredAtMostOnce) {
  EXPECT_TRUE(rc::check([] {
    Person person;
    std::map<uint64_t, int> accepted;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      const Input input = AnyInput();
      const Outcome outcome = person.Submit(input.check_in, input.fingerprint);
      accepted[input.fingerprint.id] += outcome.verdict == Verdict::kAccepted ? 1 : 0;
      RC_ASSERT(outcome.verdict == Verdict::kAccepted || outcome.scores.empty());
    }
    for (const auto& [id, times] : accepted) RC_ASSERT(times == 1);
  }));
}

TEST(StepProperty, HistoriesStayBoundedAndInOrderOfObservation) {
  EXPECT_TRUE(rc::check([] {
    Person person;
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      const Input input = AnyInput();
      person.ScoreOf(input.check_in);
    }
    for (const auto& [instrument, history] : person.state.histories) {
      RC_ASSERT(history.size() <= kHistoryMax);
      for (size_t i = 1; i < history.size(); ++i) {
        RC_ASSERT(history[i - 1].observed_at >= history[i].observed_at);
      }
    }
  }));
}

TEST(StepProperty, NoAgeIsNegativeOrBeyondItsWindow) {
  EXPECT_TRUE(rc::check([] {
    Person person;
    for (int i = *rc::gen::inRange(1, 30); i > 0; --i) {
      const Input input = AnyInput();
      for (const domain::ItemScore& item : person.ScoreOf(input.check_in).items) {
        if (!item.age) continue;
        const auto parameter = domain::News2FromCode(item.code);
        RC_ASSERT(*item.age >= absl::ZeroDuration());
        RC_ASSERT(*item.age <=
                  golden::BuiltIn().news2.last_known_for[static_cast<size_t>(*parameter)]);
      }
    }
  }));
}

}  // namespace
}  // namespace withdrawal::scoring
