// One person's alerts, where a story would be too long or has to look inside.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);  // 2026-03-02T00:00:00Z

template <typename Kind>
int CountOf(const std::vector<domain::AlertEvent>& events) {
  int count = 0;
  for (const auto& event : events) count += std::holds_alternative<Kind>(event.kind) ? 1 : 0;
  return count;
}

domain::AlertCommand Command(const std::string& id, const std::string& alert_id) {
  return {id, "p1", alert_id, "nurse", kStart, domain::AcknowledgeAlert{}};
}

// case C62
TEST(AlertBook, FiftyTrueReadingsTwoSecondsApartAreOneAlert) {
  Person person(kStart);
  std::vector<domain::AlertEvent> all;
  Instant at = kStart;
  for (int i = 0; i < 50; ++i, at += absl::Seconds(2)) {
    for (auto& event : person.Do(at, "score SAWS 15")) all.push_back(std::move(event));
  }
  for (int i = 0; i < 2; ++i, at += absl::Seconds(2)) {
    for (auto& event : person.Do(at, "score SAWS 3")) all.push_back(std::move(event));
  }
  EXPECT_EQ(CountOf<domain::AlertRaised>(all), 1);
  EXPECT_EQ(CountOf<domain::AlertRepeated>(all), 49);
  EXPECT_EQ(CountOf<domain::AlertResolved>(all), 1);
  EXPECT_THAT(all, SizeIs(51));
  EXPECT_THAT(person.state().open, IsEmpty());
}

// case C43
TEST(AlertBook, EscalationSpeaksOfTheScoreThatRaisedIt) {
  Person person(kStart);
  person.Do(kStart, "score CIWA-Ar 22");
  person.Do(kStart + absl::Minutes(2), "score CIWA-Ar 6");
  const auto events = person.Do(kStart + absl::Minutes(6), "wait");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].alert.evidence, "CIWA-Ar total 22 (asam2020 severe)");
  EXPECT_EQ(events[0].alert.priority, domain::Priority::kEmergency);
}

// case C26
TEST(AlertBook, AnIncompleteFormFiresAndSaysThatItIsALowerBound) {
  Person person(kStart);
  const auto events = person.Do(kStart, "score CIWA-Ar >=36");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].alert.rule_id, "SC-01a");
  EXPECT_EQ(events[0].alert.evidence, "CIWA-Ar at least 36 (asam2020 severe, incomplete)");
}

TEST(AlertBook, AnIncompleteFormNeverClears) {
  Person person(kStart);
  person.Do(kStart, "score SAWS 15");
  for (int i = 1; i <= 5; ++i) {
    EXPECT_THAT(person.Do(kStart + absl::Minutes(i), "score SAWS >=0"), IsEmpty());
  }
  EXPECT_THAT(person.state().open, SizeIs(1));
}

TEST(AlertBook, AnAlertIsNamedByPersonRuleAndEpisode) {
  Person person(kStart);
  EXPECT_EQ(person.Do(kStart, "symptom seizure")[0].alert.alert_id, "p1:RF-01:1");
  person.Do(kStart, "resolve RF-01 ambulance called");
  const auto again = person.Do(kStart + absl::Hours(2), "symptom seizure");
  EXPECT_EQ(again[0].alert.alert_id, "p1:RF-01:2");
  EXPECT_EQ(again[0].alert.version, 1);
  EXPECT_EQ(again[0].alert.catalogue, TestPolicy().version);
}

TEST(AlertBook, EmergenciesOfOneCheckInComeFirst) {
  Person person(kStart);
  const auto events = person.Do(kStart, "symptom dizziness head_injury seizure");
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].alert.rule_id, "RF-01");
  EXPECT_EQ(events[2].alert.rule_id, "RF-00b");
}

// case C75
TEST(AlertBook, ACommandDeliveredTwiceActsOnce) {
  Person person(kStart);
  const auto raised = person.Do(kStart, "symptom seizure");
  const auto command = Command("k1", raised[0].alert.alert_id);
  EXPECT_THAT(person.Feed(command, kStart + absl::Minutes(1)), SizeIs(1));
  EXPECT_THAT(person.Feed(command, kStart + absl::Minutes(2)), IsEmpty());
}

domain::AlertCommand Report(const std::string& alert_id, int rung, const std::string& target) {
  domain::AlertPageReported report{
      alert_id + "/1/n1", rung,  target, domain::PageOutcome::kUndeliverable, "n1", "sms",
      "no answer",        kStart};
  return {report.page_id + "/2", "p1", alert_id, "notifier", kStart, domain::ReportPage{report}};
}

TEST(AlertBook, AReportDeliveredTwiceActsOnce) {
  Person person(kStart);
  person.Do(kStart, "symptom seizure");
  const auto report = Report("p1:RF-01:1", 0, "primary");
  const auto events = person.Feed(report, kStart + absl::Seconds(1));
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<domain::AlertPageReported>(events[0].kind).recipient, "n1");
  const auto& escalated = std::get<domain::AlertEscalated>(events[1].kind);
  EXPECT_EQ(escalated.target, "secondary");
  EXPECT_EQ(escalated.reason, "no answer");
  EXPECT_EQ(events[1].alert.target, "secondary");
  EXPECT_THAT(person.Feed(report, kStart + absl::Seconds(2)), IsEmpty());
}

TEST(AlertBook, AReportOfAnAlertSomebodyHasCallsNobodyElse) {
  for (const char* line : {"acknowledge SC-02", "shelve SC-02 2h seen"}) {
    Person person(kStart);
    person.Do(kStart, "score SAWS 15");
    person.Do(kStart + absl::Minutes(1), line);
    EXPECT_THAT(person.Feed(Report("p1:SC-02:1", 0, "primary"), kStart + absl::Minutes(2)),
                SizeIs(1))
        << line;
  }
}

TEST(AlertBook, AnAlertSaysWhomItsRungCalls) {
  Person person(kStart);
  person.Do(kStart, "plan programme=cannabis every=4h");
  EXPECT_EQ(person.Do(kStart, "symptom seizure")[0].alert.target, "primary");
  const auto events = person.Do(kStart + absl::Minutes(6), "wait");
  EXPECT_EQ(events[0].alert.target, "secondary");
  const auto missed = person.Do(kStart + absl::Hours(6), "wait");
  EXPECT_EQ(missed.back().alert.rule_id, "MC-01");
  EXPECT_EQ(missed.back().alert.target, "patient");
}

TEST(AlertBook, TheOutcomeOfAResolveStandsOnTheAlert) {
  Person person(kStart);
  person.Do(kStart, "symptom seizure");
  domain::AlertCommand command = Command("k1", "p1:RF-01:1");
  command.command = domain::ResolveAlert{"was a fall", domain::AlertOutcome::kFalse};
  const auto events = person.Feed(command, kStart);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].alert.outcome, domain::AlertOutcome::kFalse);
}

TEST(AlertBook, AnAlertGivenToOneClinicianGoesBackWithATransfer) {
  Person person(kStart);
  person.Do(kStart, "plan programme=alcohol team=north");
  person.Do(kStart, "symptom seizure");
  EXPECT_EQ(person.Do(kStart, "reassign RF-01 n2 knows them")[0].alert.assigned_to, "n2");
  const auto events = person.Do(kStart, "plan programme=alcohol team=south");
  EXPECT_EQ(events.back().alert.assigned_to, "");
}

TEST(AlertBook, CommandsOnUnknownOrClosedAlertsDoNothing) {
  Person person(kStart);
  EXPECT_THAT(person.Feed(Command("k1", "p1:RF-01:1"), kStart), IsEmpty());
  EXPECT_THAT(person.Feed(Command("k2", ""), kStart), IsEmpty());
  const auto raised = person.Do(kStart, "symptom seizure");
  person.Do(kStart, "resolve RF-01 done");
  EXPECT_THAT(person.Feed(Command("k3", raised[0].alert.alert_id), kStart), IsEmpty());
}

TEST(AlertBook, AResolveWithoutReasonDoesNothing) {
  Person person(kStart);
  const auto raised = person.Do(kStart, "symptom seizure");
  domain::AlertCommand command = Command("k1", raised[0].alert.alert_id);
  command.command = domain::ResolveAlert{""};
  EXPECT_THAT(person.Feed(command, kStart), IsEmpty());
  EXPECT_THAT(person.state().open, SizeIs(1));
}

// case C59
TEST(AlertBook, AnAcknowledgeCancelsThePendingRung) {
  Person person(kStart);
  person.Do(kStart, "symptom seizure");
  person.Do(kStart + absl::Seconds(20), "acknowledge RF-01");
  EXPECT_THAT(person.Do(kStart + absl::Minutes(29), "wait"), IsEmpty());
}

// case C65
TEST(AlertBook, AReplayedCheckInDoesNothing) {
  Person person(kStart);
  const auto check_in = person.CheckIn("score CIWA-Ar 22", kStart);
  EXPECT_THAT(person.Feed(check_in, kStart), SizeIs(1));
  EXPECT_THAT(person.Feed(check_in, kStart + absl::Seconds(5)), IsEmpty());
  EXPECT_EQ(person.state().open[0].alert.count, 1);
}

// A seizure reported under a reused id is a seizure.
TEST(AlertBook, AConflictUnderTheSameIdIsShownAndItsSymptomsRaise) {
  Person person(kStart);
  auto check_in = person.CheckIn("symptom dizziness", kStart);
  person.Feed(check_in, kStart);
  check_in.disposition = domain::Disposition::kConflict;
  std::get<domain::RedFlagReport>(check_in.check_in.kind).flags = {"seizure"};
  const auto events = person.Feed(check_in, kStart + absl::Seconds(5));
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].alert.rule_id, "RF-01");
  EXPECT_EQ(events[1].alert.rule_id, "DV-03");
  EXPECT_EQ(events[1].alert.priority, domain::Priority::kUrgent);
  EXPECT_TRUE(events[1].alert.technical);
}

TEST(AlertBook, AnAlertSaysWhoAnswersForItsRuleAndHowWellItIsFounded) {
  Person person(kStart);
  const auto events = person.Do(kStart, "symptom seizure");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].alert.rule_sign_off, "unsigned");
  EXPECT_EQ(events[0].alert.rule_mark, "checked");
}

TEST(AlertBook, AConflictClearsNothing) {
  Person person(kStart);
  auto check_in = person.CheckIn("vitals spo2=91 by=clinician", kStart);
  person.Feed(check_in, kStart);
  const size_t open = person.state().open.size();
  check_in.disposition = domain::Disposition::kConflict;
  for (int i = 1; i < 4; ++i) {
    const Instant at = kStart + absl::Minutes(i);
    std::get<domain::VitalSigns>(check_in.check_in.kind).Set(domain::Vital::kSpo2, 99);
    check_in.check_in.observed_at = check_in.check_in.received_at = at;
    person.Feed(check_in, at);
  }
  EXPECT_THAT(person.state().open, SizeIs(open + 1));  // DV-03
}

TEST(AlertBook, AnEmergencyReachedByEscalationLatches) {
  Person person(kStart);
  person.Do(kStart, "score SAWS 15");
  person.Do(kStart + absl::Minutes(91), "wait");
  for (int i = 92; i < 95; ++i) person.Do(kStart + absl::Minutes(i), "score SAWS 1");
  EXPECT_THAT(person.state().open, SizeIs(1));
}

TEST(AlertBook, TheTeamOfThePlanStandsOnTheAlert) {
  Person person(kStart);
  person.Do(kStart, "plan programme=alcohol");
  EXPECT_EQ(person.Do(kStart, "symptom seizure")[0].alert.team, "north-ward");
}

// case C58: CIWA-Ar 21, then 19 under the same id.
TEST(AlertBook, AmendedAnswersUpdateTheOneAlertAndSatisfyNothingAnew) {
  const domain::AlertPolicy policy = catalogue::AlertPolicyOf(*catalogue::Load(""));
  const auto answers = [](int total, int revision) {
    domain::ScoredCheckIn scored;
    scored.check_in.patient_id = "p1";
    scored.check_in.check_in_id = "c-1";
    scored.check_in.revision = revision;
    scored.check_in.observed_at = scored.check_in.received_at = kStart;
    scored.check_in.kind = domain::InstrumentResponse{"CIWA-Ar", {}, std::nullopt};
    domain::Score score;
    score.instrument = "CIWA-Ar";
    score.total = score.partial_sum = total;
    score.band = "severe";
    score.scheme = "asam2020";
    scored.scores = {score};
    if (revision > 0) scored.disposition = domain::Disposition::kAmended;
    return scored;
  };
  Outcome first = Step({}, answers(21, 0), policy, kStart);
  ASSERT_EQ(CountOf<domain::AlertRaised>(first.events), 1);
  Outcome second = Step(first.state, answers(19, 1), policy, kStart + absl::Minutes(1));
  EXPECT_EQ(CountOf<domain::AlertRaised>(second.events), 0);
  EXPECT_THAT(second.state.open, SizeIs(first.state.open.size()));
  EXPECT_EQ(second.state.last_received_at, first.state.last_received_at);
  const Outcome again = Step(second.state, answers(19, 1), policy, kStart + absl::Minutes(2));
  EXPECT_THAT(again.events, IsEmpty());
}

// case C53
TEST(AlertBook, ADayWithoutAnHourMayRaiseAndNeverClears) {
  const domain::AlertPolicy policy = catalogue::AlertPolicyOf(*catalogue::Load(""));
  const auto vitals = [](const std::string& id, double spo2, domain::Precision precision) {
    domain::ScoredCheckIn scored;
    scored.check_in.patient_id = "p1";
    scored.check_in.check_in_id = id;
    scored.check_in.observed_at = scored.check_in.received_at = kStart + absl::Minutes(id.size());
    scored.check_in.precision = precision;
    domain::VitalSigns signs;
    signs.Set(domain::Vital::kSpo2, spo2);
    scored.check_in.kind = signs;
    return scored;
  };
  Outcome outcome = Step({}, vitals("a", 85, domain::Precision::kDay), policy, kStart);
  EXPECT_GE(CountOf<domain::AlertRaised>(outcome.events), 1);
  const size_t open = outcome.state.open.size();
  for (const char* id : {"bb", "ccc", "dddd", "eeeee"}) {
    outcome = Step(outcome.state, vitals(id, 99, domain::Precision::kDay), policy, kStart);
  }
  EXPECT_THAT(outcome.state.open, SizeIs(open));
  EXPECT_THAT(outcome.state.readings, IsEmpty());
}

}  // namespace
}  // namespace withdrawal::alerting
