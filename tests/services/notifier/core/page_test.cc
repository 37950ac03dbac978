#include "services/notifier/core/page.h"

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);

AlertNews Raised(Priority priority) {
  AlertNews news;
  news.event_id = "a1/1";
  news.alert_id = "a1";
  news.patient_id = "p1";
  news.priority = priority;
  news.calls = true;
  news.open = true;
  news.occurred_at = kNow;
  return news;
}

TEST(Page, UrgentAndEmergencyCallSomebodyAndRoutineDoesNot) {
  EXPECT_TRUE(PageFor(Raised(Priority::kEmergency), kNow).has_value());
  EXPECT_TRUE(PageFor(Raised(Priority::kUrgent), kNow).has_value());
  EXPECT_FALSE(PageFor(Raised(Priority::kRoutine), kNow).has_value());
}

TEST(Page, RepeatedAcknowledgedAndSwitchedOffCallNobody) {
  AlertNews repeated = Raised(Priority::kEmergency);
  repeated.calls = false;
  EXPECT_FALSE(PageFor(repeated, kNow).has_value());
  AlertNews acknowledged = Raised(Priority::kEmergency);
  acknowledged.open = false;
  EXPECT_FALSE(PageFor(acknowledged, kNow).has_value());
  AlertNews late = Raised(Priority::kEmergency);
  late.paging_off = true;
  EXPECT_FALSE(PageFor(late, kNow).has_value());
}

TEST(Page, EventOfYesterdayCallsNobody) {
  const AlertNews news = Raised(Priority::kEmergency);
  EXPECT_TRUE(PageFor(news, kNow + absl::Hours(24)).has_value());
  EXPECT_FALSE(PageFor(news, kNow + absl::Hours(24) + absl::Seconds(1)).has_value());
}

AlertNews MissedCheckIn(const std::string& target) {
  AlertNews news = Raised(Priority::kRoutine);
  news.raised = true;
  news.target = target;
  return news;
}

TEST(Page, AMissedCheckInRemindsThePersonAndTellsTheContact) {
  const auto reminder = PageFor(MissedCheckIn("patient"), kNow);
  ASSERT_TRUE(reminder.has_value());
  EXPECT_EQ(reminder->audience, Audience::kPatient);
  const auto second = PageFor(MissedCheckIn("patient-second-channel"), kNow);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->audience, Audience::kPatient);
  EXPECT_NE(second->text, reminder->text);
  const auto contact = PageFor(MissedCheckIn("support-contact:sister"), kNow);
  ASSERT_TRUE(contact.has_value());
  EXPECT_EQ(contact->audience, Audience::kSupportContact);
  EXPECT_EQ(contact->contact_id, "sister");
  EXPECT_FALSE(PageFor(MissedCheckIn("primary"), kNow).has_value());
}

// What may be over long since is no reason to tell anybody.
TEST(Page, AMissedCheckInOfAnHourAgoRemindsNobody) {
  for (const char* target : {"patient", "support-contact:sister"}) {
    EXPECT_TRUE(PageFor(MissedCheckIn(target), kNow + absl::Hours(1)).has_value());
    EXPECT_FALSE(
        PageFor(MissedCheckIn(target), kNow + absl::Hours(1) + absl::Seconds(1)).has_value());
  }
}

TEST(Page, ANewTeamOrTheEndOfAShelfRemindsNobodyAgain) {
  for (const char* target : {"patient", "support-contact:sister"}) {
    AlertNews news = MissedCheckIn(target);
    news.raised = false;
    EXPECT_FALSE(PageFor(news, kNow).has_value());
  }
}

TEST(Page, TextTellsNoSubstanceInstrumentSymptomOrPerson) {
  for (const char* target : {"patient", "patient-second-channel", "support-contact:p1"}) {
    const std::string text = absl::AsciiStrToLower(PageFor(MissedCheckIn(target), kNow)->text);
    for (const char* word : {"alcohol", "opioid", "withdraw", "treatment", "clinic", "programme",
                             "patient", "drug", "p1", "health", "recovery"}) {
      EXPECT_EQ(text.find(word), std::string::npos) << text;
    }
    EXPECT_LE(text.size(), 160u) << "more than one text message: " << text;
  }
  for (const Priority priority : {Priority::kUrgent, Priority::kEmergency}) {
    for (const int rung : {0, 2}) {
      AlertNews news = Raised(priority);
      news.rung = rung;
      const std::string text = absl::AsciiStrToLower(PageFor(news, kNow)->text);
      for (const char* word : {"alcohol", "opioid", "withdraw", "ciwa", "cows", "news", "seizure",
                               "overdose", "drug", "p1", "score"}) {
        EXPECT_EQ(text.find(word), std::string::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace withdrawal::notifier
