// What the records of a person say is due (libs/domain/due.h) is what alerting waits for.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/domain/due.h"
#include "rapidcheck/gtest.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);  // 2 March 2026, 00:00 UTC

const std::vector<std::string>& Lines() {
  static const std::vector<std::string> lines = {
      "plan programme=cannabis every=4h",
      "plan programme=cannabis every=7h quiet=22:00-07:00 zone=Europe/Berlin",
      "plan programme=cannabis daily=08:00,20:00 zone=Europe/London",
      "plan programme=cannabis daily=01:30 zone=Europe/London",
      "plan programme=cannabis every=4h status=paused",
      "plan programme=cannabis every=4h status=paused paused-for=9h",
      "plan programme=cannabis every=4h discharge=left",
      "remove-plan",
      "score SAWS 2",
      "score CIWA-Ar 1",
      "vitals pulse=70",
      "vitals consciousness=alert",
      "craving nrs=1",
      "set-aside pulse 0 ZERO_READING",
      "resolve MC-01 called",
      "acknowledge MC-01",
      "wait"};
  return lines;
}

// What the read model keeps of a life.
struct Records {
  std::vector<domain::PlanVersion> versions;
  domain::DueFacts facts;

  void Note(const std::vector<domain::AlertEvent>& events) {
    for (const domain::AlertEvent& event : events) {
      const auto* resolved = std::get_if<domain::AlertResolved>(&event.kind);
      if (resolved != nullptr && resolved->actor != "system" && event.alert.rule_id == "MC-01") {
        Restart(event.alert.observed_at, event.occurred_at);
      }
      const auto* repeated = std::get_if<domain::AlertRepeated>(&event.kind);
      const bool raised = std::holds_alternative<domain::AlertRaised>(event.kind);
      if (event.alert.rule_id == "MC-06" && (raised || repeated != nullptr)) {
        Restart(raised ? event.alert.observed_at : event.alert.last_seen_at, event.occurred_at);
      }
    }
  }
  void Restart(Instant due_at, Instant at) {
    facts.restarted[{"form", absl::ToUnixMicros(due_at)}] = at;
  }
  void Receive(const domain::CheckIn& check_in) {
    for (const std::string_view kind : domain::ReceiptKinds(check_in)) {
      facts.received[std::string(kind)] = check_in.received_at;
    }
  }
};

void Do(const std::string& line, Instant at, Person& person, Records& records) {
  records.Note(person.Do(at, "wait"));
  if (absl::StartsWith(line, "plan") || line == "remove-plan") {
    records.Note(person.Do(at, line));
    records.versions.push_back({at, person.state().plan});
  } else if (absl::StartsWith(line, "resolve") || absl::StartsWith(line, "ack") || line == "wait") {
    records.Note(person.Do(at, line));
  } else {
    const domain::ScoredCheckIn scored = person.CheckIn(line, at);
    records.Note(person.Feed(scored, at));
    records.Receive(scored.check_in);
  }
}

RC_GTEST_PROP(Due, TheRecordsSayWhatAlertingWaitsFor, ()) {
  Person person(kStart);
  Records records;
  Instant at = kStart;
  std::string story;
  // One for all versions: see DueFacts.
  const std::string asked = *rc::gen::element<std::string>("", " for=vital-signs", " for=SAWS");
  Do("plan programme=cannabis every=4h" + asked, at, person, records);
  const int steps = *rc::gen::inRange(1, 25);
  for (int i = 0; i < steps; ++i) {
    std::string line = Lines()[*rc::gen::inRange<size_t>(0, Lines().size())];
    if (absl::StartsWith(line, "plan")) line += asked;
    at += absl::Minutes(*rc::gen::inRange(1, 900));
    absl::StrAppend(&story, absl::FormatDuration(at - kStart), " ", line, "\n");
    Do(line, at, person, records);
    const auto& plan = person.state().plan;
    if (plan && plan->paused_until > at) continue;  // told as if it were over
    const auto due = domain::DueTimes(records.versions, records.facts, TestPolicy().missed.early);
    if (due != person.state().schedules) {
      absl::StrAppend(&story, "records: ", absl::FormatTime(domain::FirstDue(due)),
                      " alerting: ", absl::FormatTime(domain::FirstDue(person.state().schedules)));
      RC_FAIL(story);
    }
  }
}

}  // namespace
}  // namespace withdrawal::alerting
