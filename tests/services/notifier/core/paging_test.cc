#include "services/notifier/core/paging.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);
const domain::FloodLimits kLimits{10, absl::Minutes(10), 5};  // reference H, AL-11

AlertNews Raised(const std::string& patient, const std::string& rule, Priority priority,
                 domain::Instant at) {
  AlertNews news;
  news.alert_id = absl::StrCat(patient, ":", rule, ":1");
  news.event_id = news.alert_id + "/1";
  news.patient_id = patient;
  news.team = "north";
  news.priority = priority;
  news.raised = news.calls = news.open = true;
  news.occurred_at = at;
  return news;
}

// "Several rules true at once: store every one, page once at the highest priority."
TEST(Paging, RulesThatOneCheckInMakesTruePageOnce) {
  Paging paging(kLimits);
  EXPECT_THAT(paging.For(Raised("p1", "RF-05a", Priority::kEmergency, kNow), kNow), SizeIs(1));
  EXPECT_THAT(paging.For(Raised("p1", "SC-06b", Priority::kUrgent, kNow), kNow), IsEmpty());
  EXPECT_THAT(paging.For(Raised("p2", "SC-06b", Priority::kUrgent, kNow), kNow), SizeIs(1));
  // Later it is news again (AL-01: a new episode, case C61).
  const domain::Instant later = kNow + absl::Hours(2);
  EXPECT_THAT(paging.For(Raised("p1", "SC-06b", Priority::kUrgent, later), later), SizeIs(1));
}

TEST(Paging, ARisingPriorityPagesAgain) {
  Paging paging(kLimits);
  EXPECT_THAT(paging.For(Raised("p1", "SC-06b", Priority::kUrgent, kNow), kNow), SizeIs(1));
  EXPECT_THAT(paging.For(Raised("p1", "RF-05a", Priority::kEmergency, kNow), kNow), SizeIs(1));
}

TEST(Paging, RepeatsAndShelvedAlertsPageNobody) {
  Paging paging(kLimits);
  AlertNews repeated = Raised("p1", "SC-02", Priority::kUrgent, kNow);
  repeated.raised = repeated.calls = false;
  EXPECT_THAT(paging.For(repeated, kNow), IsEmpty());
  AlertNews shelved = Raised("p1", "SC-02", Priority::kUrgent, kNow);
  shelved.shelved = true;
  EXPECT_THAT(paging.For(shelved, kNow), IsEmpty());
}

// Ten new alerts of ten persons within ten minutes.
domain::Instant Fill(Paging& paging, int count) {
  domain::Instant at = kNow;
  for (int i = 0; i < count; ++i, at += absl::Seconds(50)) {
    EXPECT_THAT(paging.For(Raised(absl::StrCat("p", i), "SC-02", Priority::kUrgent, at), at),
                SizeIs(1));
  }
  return at;
}

TEST(Flood, TenInTenMinutesIsNone) {
  Paging paging(kLimits);
  const domain::Instant at = Fill(paging, 10);
  EXPECT_EQ(paging.floods(at), 0);
  EXPECT_THAT(paging.For(Raised("p0", "RR-03", Priority::kUrgent, at + absl::Minutes(10)),
                         at + absl::Minutes(10)),
              SizeIs(1));
}

TEST(Flood, TheEleventhCallsASecondRole) {
  Paging paging(kLimits);
  const domain::Instant at = Fill(paging, 10);
  const auto pages = paging.For(Raised("p10", "SC-02", Priority::kUrgent, at), at);
  ASSERT_THAT(pages, SizeIs(2));
  EXPECT_EQ(pages[0].patient_id, "p10");
  EXPECT_EQ(pages[1].target, "secondary");
  EXPECT_EQ(pages[1].alert_id, "");
  EXPECT_EQ(paging.floods(at), 1);
}

// tests/golden/alert_flood.txt
TEST(Flood, BeginsAsTheTableSays) {
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/alert_flood.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    const int count = std::stoi(words.at(3));
    absl::Duration over;
    ASSERT_TRUE(absl::ParseDuration(words.back(), &over)) << line;
    Paging paging(kLimits);
    bool second_role = false;
    for (int i = 0; i < count; ++i) {
      // The last one just before the time is over.
      const domain::Instant at = kNow + (over - absl::Seconds(1)) * i / (count - 1);
      for (const Page& page :
           paging.For(Raised(absl::StrCat("p", i), "SC-02", Priority::kUrgent, at), at)) {
        second_role |= page.target == "secondary";
      }
    }
    EXPECT_EQ(second_role, words.at(1) == "fires") << line;
    ++cases;
  }
  EXPECT_GE(cases, 2);
}

TEST(Flood, GroupsByPersonAndKeepsEmergenciesApart) {
  Paging paging(kLimits);
  domain::Instant at = Fill(paging, 10);
  paging.For(Raised("p10", "SC-02", Priority::kUrgent, at), at);
  at += absl::Seconds(1);
  EXPECT_THAT(paging.For(Raised("p10", "RR-03", Priority::kUrgent, at), at), IsEmpty());
  EXPECT_THAT(paging.For(Raised("p11", "SC-02", Priority::kUrgent, at), at), SizeIs(1));
  for (const char* rule : {"RF-01", "RF-05a"}) {
    at += absl::Seconds(1);
    EXPECT_THAT(paging.For(Raised("p10", rule, Priority::kEmergency, at), at), SizeIs(1));
  }
  // Another team has its own count.
  AlertNews other = Raised("p10", "RR-03", Priority::kUrgent, at + absl::Seconds(1));
  other.team = "south";
  EXPECT_THAT(paging.For(other, at + absl::Seconds(1)), SizeIs(1));
}

TEST(Flood, RemindersOfMissedCheckInsAreNoPartOfIt) {
  const auto reminder = [](const std::string& patient, domain::Instant at) {
    AlertNews news = Raised(patient, "MC-01", Priority::kRoutine, at);
    news.target = "patient";
    return news;
  };
  Paging paging(kLimits);
  for (int i = 0; i < 30; ++i) {
    EXPECT_THAT(paging.For(reminder(absl::StrCat("p", i), kNow), kNow), SizeIs(1));
  }
  EXPECT_EQ(paging.floods(kNow), 0);
  domain::Instant at = Fill(paging, 10);
  paging.For(Raised("p10", "SC-02", Priority::kUrgent, at), at);
  ASSERT_EQ(paging.floods(at), 1);
  for (int i = 0; i < 2; ++i) {
    at += absl::Seconds(1);
    EXPECT_THAT(paging.For(reminder("p1", at), at), SizeIs(1));
  }
}

// Two entries of a schedule due at once are one reminder.
TEST(Paging, RemindsOnceOfWhatIsDueAtOneMoment) {
  Paging paging(kLimits);
  AlertNews first = Raised("p1", "MC-01", Priority::kRoutine, kNow);
  AlertNews second = Raised("p1", "MC-06", Priority::kRoutine, kNow);
  first.target = second.target = "patient";
  EXPECT_THAT(paging.For(first, kNow), SizeIs(1));
  EXPECT_THAT(paging.For(second, kNow), IsEmpty());
}

TEST(Flood, EndsBelowFiveInTenMinutes) {
  Paging paging(kLimits);
  const domain::Instant at = Fill(paging, 10);
  paging.For(Raised("p10", "SC-02", Priority::kUrgent, at), at);
  // The alerts came 50 s apart: five of them lie within the ten minutes before this.
  const domain::Instant five_left =
      kNow + absl::Seconds(50 * 6) + absl::Minutes(10) - absl::Seconds(1);
  EXPECT_EQ(paging.floods(five_left), 1);
  EXPECT_EQ(paging.floods(five_left + absl::Seconds(1)), 0);
}

// A partition that goes and comes back brings what was not done with again: those pages are not
// lost.
TEST(Paging, NewsReadAgainCallForTheSamePagesAgain) {
  Paging paging(kLimits);
  const AlertNews first = Raised("p1", "RF-05a", Priority::kEmergency, kNow);
  const AlertNews covered = Raised("p1", "SC-06b", Priority::kUrgent, kNow);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(paging.For(first, kNow), SizeIs(1));
    EXPECT_THAT(paging.For(covered, kNow), IsEmpty());
  }
}

TEST(Flood, NewsReadAgainAreCountedOnceAndCallTheSecondRoleAgain) {
  Paging paging(kLimits);
  domain::Instant at = kNow;
  for (int i = 0; i < 2; ++i) at = Fill(paging, 10);
  EXPECT_EQ(paging.floods(at), 0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(paging.For(Raised("p10", "SC-02", Priority::kUrgent, at), at), SizeIs(2));
    const AlertNews grouped = Raised("p10", "RR-03", Priority::kUrgent, at + absl::Seconds(1));
    EXPECT_THAT(paging.For(grouped, grouped.occurred_at), IsEmpty());
  }
}

TEST(Flood, IsKnownAgainAfterARestart) {
  Paging before(kLimits), after(kLimits);
  const domain::Instant at = Fill(before, 10);
  for (int i = 0; i < 10; ++i) {
    after.Remember(
        Raised(absl::StrCat("p", i), "SC-02", Priority::kUrgent, kNow + i * absl::Seconds(50)));
  }
  EXPECT_THAT(after.For(Raised("p10", "SC-02", Priority::kUrgent, at), at), SizeIs(2));
}

}  // namespace
}  // namespace withdrawal::notifier
