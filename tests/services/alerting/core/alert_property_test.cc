// Laws of alerting over random lives.
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);

const std::vector<std::string>& Lines() {
  static const std::vector<std::string> lines = {
      "plan programme=alcohol used=alcohol@30h every=4h",
      "plan programme=opioid used=fentanyl@5h daily=08:00,20:00 zone=Europe/London",
      "plan programme=cannabis every=4h status=paused",
      "remove-plan",
      "score CIWA-Ar 22",
      "score CIWA-Ar 12",
      "score CIWA-Ar 3",
      "score COWS 30",
      "score SAWS >=14",
      "score SAWS 2",
      "vitals rr=8 spo2=90",
      "vitals rr=14 spo2=98",
      "vitals rass=-2",
      "symptom seizure",
      "symptom ataxia",
      "dose methadone",
      "dose diazepam",
      "craving nrs=9 intends=yes",
      "set-aside pulse 0 ZERO_READING",
      "conflict",
      "score CIWA-Ar 20 observed=-3h",
      "symptom head_injury observed=-30h",
      "vitals systolic=185",
      "vitals systolic=120",
      "plan programme=opioid every=4h team=south contact=sister quiet=22:00-07:00 "
      "zone=Europe/Berlin",
      "plan programme=opioid every=4h discharge=completed",
      "plan programme=opioid every=4h status=paused paused-for=9h",
      "shelve MC-01 3h asleep",
      "shelve SC-02 4h seen",
      "shelve SC-09a 24h known",
      "unshelve MC-01 woke up",
      "call-failed MC-01 rang",
      "score SAWS 13",
      "acknowledge SC-01a",
      "acknowledge MC-01",
      "acknowledge RF-17",
      "resolve SC-01a seen",
      "resolve MC-01 called",
      "reassign SC-01a nurse-2 knows them",
      "comment MC-01 line engaged",
      "report SC-01a 0:primary undeliverable refused",
      "report SC-01a 1:secondary nobody-on-call weekend",
      "report MC-01 0:patient undeliverable refused",
      "report SC-01a 0:primary delivered",
      "outage",
      "outage incomplete",
      "wait"};
  return lines;
}

std::string AnyLine() { return Lines()[*rc::gen::inRange<size_t>(0, Lines().size())]; }

domain::Priority Highest(const State& state) {
  domain::Priority highest = domain::Priority::kRoutine;
  for (const OpenAlert& open : state.open) highest = std::max(highest, open.alert.priority);
  return highest;
}

// What is open, without when and in which words.
std::vector<std::string> Open(const State& state) {
  std::vector<std::string> open;
  for (const OpenAlert& o : state.open) {
    open.push_back(o.alert.alert_id + "#" + std::to_string(o.alert.count));
  }
  std::sort(open.begin(), open.end());
  return open;
}

RC_GTEST_PROP(Alerting, ADeadlineLiesAheadAfterEachTick, ()) {
  Person person(kStart);
  Instant at = kStart;
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    at += absl::Minutes(*rc::gen::inRange(0, 400));
    person.Do(at, AnyLine());
    person.Feed(Tick{"p1"}, at);
    const auto next = NextDeadline(person.state(), TestPolicy());
    RC_ASSERT(!next || *next > at);
  }
}

RC_GTEST_PROP(Alerting, EventsOfAnAlertAreNumberedWithoutGapAndEndWithItsResolution, ()) {
  Person person(kStart);
  Instant at = kStart;
  std::map<std::string, int64_t> versions;
  std::set<std::string> closed;
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    at += absl::Minutes(*rc::gen::inRange(0, 400));
    for (const auto& event : person.Do(at, AnyLine())) {
      const std::string& id = event.alert.alert_id;
      RC_ASSERT(!closed.contains(id));
      RC_ASSERT(event.alert.version == ++versions[id]);
      const bool first = std::holds_alternative<domain::AlertRaised>(event.kind) ||
                         std::holds_alternative<domain::AlertSuppressed>(event.kind);
      RC_ASSERT(versions[id] > 1 || first);
      RC_ASSERT(versions[id] == 1 || !std::holds_alternative<domain::AlertRaised>(event.kind));
      if (event.alert.status == domain::AlertStatus::kResolved) closed.insert(id);
    }
  }
}

RC_GTEST_PROP(Alerting, ATickWithNothingDueChangesNothing, ()) {
  Person person(kStart);
  Instant at = kStart;
  for (int i = 0; i < 10; ++i) {
    at += absl::Minutes(*rc::gen::inRange(0, 400));
    person.Do(at, AnyLine());
  }
  person.Feed(Tick{"p1"}, at);
  RC_ASSERT(person.Feed(Tick{"p1"}, at).empty());
}

// Whatever became of pages, priorities rise when they would have risen without reports. Without
// acknowledgements: the ladder goes on from the rung on which one stopped it (AL-06).
RC_GTEST_PROP(Alerting, ReportsOfPagesChangeNoPriority, ()) {
  static const std::vector<std::string> lines = {
      "plan programme=cannabis every=4h contact=sister quiet=22:00-07:00",
      "symptom seizure",
      "score SAWS 13",
      "score SAWS 1",
      "call-failed MC-01 rang",
      "shelve SC-02 2h seen",
      "resolve RF-01 seen",
      "report RF-01 0:primary nobody-on-call weekend",
      "report RF-01 1:secondary undeliverable refused",
      "report RF-01 2:supervisor undeliverable refused",
      "report SC-02 0:primary nobody-on-call weekend",
      "report SC-02 1:secondary undeliverable refused",
      "report SC-02 2:supervisor undeliverable refused",
      "report SC-02 3:duty-manager undeliverable refused",
      "report MC-01 0:patient undeliverable refused",
      "report MC-01 1:patient-second-channel undeliverable refused",
      "report MC-01 3:primary nobody-on-call weekend",
      "wait"};
  Person reported(kStart), untold(kStart);
  Instant at = kStart;
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    at += absl::Minutes(*rc::gen::inRange(0, 100));
    const std::string line = lines[*rc::gen::inRange<size_t>(0, lines.size())];
    reported.Do(at, line);
    untold.Do(at, absl::StartsWith(line, "report ") ? "wait" : line);
    for (const OpenAlert& open : reported.state().open) {
      const auto same = std::find_if(
          untold.state().open.begin(), untold.state().open.end(),
          [&](const OpenAlert& other) { return other.alert.alert_id == open.alert.alert_id; });
      RC_ASSERT(same != untold.state().open.end());
      RC_ASSERT(same->alert.priority == open.alert.priority);
      RC_ASSERT(same->alert.status == open.alert.status);
      RC_ASSERT(same->alert.rung <= open.alert.rung);
    }
    RC_ASSERT(reported.state().open.size() == untold.state().open.size());
  }
}

RC_GTEST_PROP(Alerting, ADuplicateCheckInDoesNothing, ()) {
  Person person(kStart);
  for (int i = 0; i < 5; ++i) person.Do(kStart, AnyLine());
  const auto check_in = person.CheckIn("score CIWA-Ar 22", kStart);
  person.Feed(check_in, kStart);
  RC_ASSERT(person.Feed(check_in, kStart).empty());
}

// A worse total never lowers the highest priority.
RC_GTEST_PROP(Alerting, AWorseTotalIsNeverLessPressing, ()) {
  const std::vector<std::pair<std::string, int>> scales = {
      {"CIWA-Ar", 67}, {"COWS", 48}, {"SAWS", 30}, {"SOWS16", 64}, {"ShOWS10", 30}};
  const auto [scale, max] = scales[*rc::gen::inRange<size_t>(0, scales.size())];
  const int better = *rc::gen::inRange(0, max);
  const int worse = *rc::gen::inRange(better, max + 1);
  const std::string form = *rc::gen::element<std::string>("", ">=");
  const auto highest = [&](int total) {
    Person person(kStart);
    person.Do(kStart, "score " + scale + " " + form + std::to_string(total));
    return person.state().open.empty() ? 0 : static_cast<int>(Highest(person.state()));
  };
  RC_ASSERT(highest(better) <= highest(worse));
}

RC_GTEST_PROP(Alerting, AWorseReadingIsNeverLessPressing, ()) {
  struct Direction {
    const char* vital;
    int normal, step, steps;
  };
  const Direction direction = *rc::gen::element(
      Direction{"rr", 14, 1, 46}, Direction{"rr", 14, -1, 10}, Direction{"spo2", 98, -1, 48},
      Direction{"systolic", 120, 1, 180}, Direction{"systolic", 120, -1, 70},
      Direction{"pulse", 70, 1, 180}, Direction{"pulse", 70, -1, 50});
  const int better = *rc::gen::inRange(0, direction.steps);
  const int worse = *rc::gen::inRange(better, direction.steps + 1);
  const auto highest = [&](int steps) {
    Person person(kStart);
    const int value = direction.normal + direction.step * steps;
    person.Do(kStart, std::string("vitals ") + direction.vital + "=" + std::to_string(value));
    return person.state().open.empty() ? 0 : static_cast<int>(Highest(person.state()));
  };
  RC_ASSERT(highest(better) <= highest(worse));
}

// Check-ins of one moment: whichever comes first, the same alerts are open with the same counts.
RC_GTEST_PROP(Alerting, TheOrderOfCheckInsOfOneMomentDoesNotMatter, ()) {
  const std::vector<std::string> lines = {
      "symptom ataxia", "symptom new_confusion", "vitals rr=8",        "vitals rass=-2",
      "dose methadone", "dose diazepam",         "symptom dizziness",  "vitals systolic=88",
      "score SAWS 14",  "vitals spo2=90",        "symptom chest_pain", "vitals systolic=190"};
  const auto chosen = *rc::gen::container<std::vector<int>>(
      4, rc::gen::inRange<int>(0, static_cast<int>(lines.size())));
  const auto open_after = [&](bool reversed) {
    Person person(kStart);
    person.Do(kStart, "plan programme=alcohol used=alcohol@30h");
    std::vector<int> order = chosen;
    if (reversed) std::reverse(order.begin(), order.end());
    std::set<std::string> rules;
    for (const int i : order) person.Do(kStart, lines[i]);
    for (const OpenAlert& open : person.state().open) rules.insert(open.alert.rule_id);
    return rules;
  };
  RC_ASSERT(open_after(false) == open_after(true));
}

// Also where they end alerts: the same are left. At one moment a number has one value.
RC_GTEST_PROP(Alerting, TheOrderOfGoodNewsOfOneMomentDoesNotMatter, ()) {
  const std::vector<std::pair<std::string, std::string>> bad_and_good = {
      {"items CIWA-Ar orientation=2", "items CIWA-Ar orientation=0"},
      {"vitals consciousness=voice", "vitals consciousness=alert"},
      {"vitals rass=-2 rr=9", "vitals rass=0 rr=14"},
      {"vitals systolic=185", "vitals systolic=120"},
      {"vitals diastolic=125", "vitals diastolic=80"},
      {"craving vas=90 intends=yes", "craving vas=10 intends=no"},
      {"dose methadone refused", "dose methadone 60"},
      {"symptom chest_pain", "vomiting 0h"}};
  std::vector<std::vector<std::string>> moments;
  for (int i = 0; i < 6; ++i) {
    const int good = *rc::gen::inRange(0, 1 << bad_and_good.size());
    moments.emplace_back();
    for (int line = 0; line < 3; ++line) {
      const size_t of = *rc::gen::inRange<size_t>(0, bad_and_good.size());
      const auto& [bad_line, good_line] = bad_and_good[of];
      moments.back().push_back(((good >> of) & 1) == 1 ? good_line : bad_line);
    }
  }
  const auto open_after = [&](bool reversed) {
    Person person(kStart);
    person.Do(kStart, "plan programme=opioid order=methadone:maintenance:60@08:00 every=24h");
    Instant at = kStart;
    for (std::vector<std::string> lines : moments) {
      at += absl::Minutes(11);
      if (reversed) std::reverse(lines.begin(), lines.end());
      for (const std::string& line : lines) person.Do(at, line);
    }
    std::set<std::string> rules;
    for (const OpenAlert& open : person.state().open) rules.insert(open.alert.rule_id);
    // One of two good readings may end an alert before the bad one of the same moment comes: that
    // one is then a first reading, and waits for its second (AL-03).
    for (const auto& pending : person.state().pending) rules.insert(pending.rule_id);
    return rules;
  };
  RC_ASSERT(open_after(false) == open_after(true));
}

RC_GTEST_PROP(Alerting, TheSameLifeGivesTheSameAlerts, ()) {
  std::vector<std::string> lines;
  for (int i = 0; i < 15; ++i) lines.push_back(AnyLine());
  const auto live = [&] {
    Person person(kStart);
    Instant at = kStart;
    for (const std::string& line : lines) person.Do(at += absl::Minutes(37), line);
    return Open(person.state());
  };
  RC_ASSERT(live() == live());
}

}  // namespace
}  // namespace withdrawal::alerting
