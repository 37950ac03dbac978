// The lines of tests/golden/engagement.txt.
#include "services/clinician/engagement_summary.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "libs/domain/schedule.h"

namespace withdrawal::clinician {
namespace {

using Words = std::vector<std::string>;

absl::Time Now() {
  return absl::FromCivil(absl::CivilHour(2026, 3, 31, 12), domain::ZoneOf("Europe/London"));
}

// "6d23h", "35h59m"
absl::Duration ReadAge(std::string text) {
  absl::Duration age;
  if (const size_t days = text.find('d'); days != std::string::npos) {
    age = absl::Hours(24) * std::stoi(text.substr(0, days));
    text = text.substr(days + 1);
  }
  absl::Duration rest;
  EXPECT_TRUE(text.empty() || absl::ParseDuration(text, &rest)) << text;
  return age + rest;
}

domain::SupportContact ReadContact(const std::string& text) {
  domain::SupportContact contact;
  contact.consented_to = {domain::ContactScope::kMissedCheckIn};
  for (const std::string& part : Words(absl::StrSplit(text, ':'))) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('-', 1));
    if (pair.second.empty()) {
      contact.contact_id = pair.first;
      continue;
    }
    const absl::Time at = Now() - ReadAge(pair.second);
    if (pair.first == "signed") contact.consent_signed_at = at;
    if (pair.first == "expires") contact.consent_expires_at = at;
    if (pair.first == "revoked") contact.consent_revoked_at = at;
  }
  return contact;
}

domain::CarePlan ReadPlan(const std::string& text) {
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.time_zone = "Europe/London";
  for (const std::string& word : Words(absl::StrSplit(text, ' ', absl::SkipEmpty()))) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
    const auto& [key, value] = pair;
    if (key == "level") {
      plan.level_of_care = {"asam4", value, std::nullopt};
    } else if (key == "age") {
      plan.age_years = std::stoi(value);
    } else if (key == "zone") {
      plan.time_zone = value;
    } else if (key == "session") {
      const Words parts = absl::StrSplit(value, '*');
      plan.sessions.push_back(
          {parts.at(0), std::stoi(parts.at(1)), std::stoi(parts.at(2)), std::nullopt});
    } else if (key == "goal") {
      plan.goals.push_back({value, value, domain::GoalStatus::kActive, std::nullopt});
    } else if (key == "contact") {
      plan.support_contacts.push_back(ReadContact(value));
    } else if (key == "offer") {
      plan.medication_offer = {value == "yes", "", std::nullopt};
    } else {
      ADD_FAILURE() << word;
    }
  }
  return plan;
}

std::vector<EngagementFact> ReadFacts(const std::string& text) {
  std::vector<EngagementFact> facts;
  for (const auto& report : absl::StrSplit(text, ';', absl::SkipWhitespace())) {
    const Words words = absl::StrSplit(report, ' ', absl::SkipEmpty());
    facts.push_back({words.at(0), words.at(1) == "-" ? "" : words.at(1),
                     Now() - ReadAge(words.at(3)), std::stod(words.at(2))});
  }
  std::stable_sort(facts.begin(), facts.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return facts;
}

std::string Points(bool known, const v1::BamItem& item) {
  return known ? absl::StrCat(item.points()) : "none";
}

std::string Shown(const std::string& key, const domain::CarePlan& plan,
                  const v1::Engagement& summary) {
  static const char* const kConsent[] = {"unspecified", "none", "running", "expired", "revoked"};
  const v1::WeekOfSessions& week = summary.this_week();
  if (key == "minimum") {
    return week.has_minimum_minutes() ? absl::StrCat(week.minimum_minutes()) : "none";
  }
  if (key == "planned") return absl::StrCat(week.planned_minutes());
  if (key == "attended") return absl::StrCat(week.attended_minutes());
  if (key == "last_attended") return absl::StrCat(summary.last_week().attended_minutes());
  if (key == "meetings") return absl::StrCat(week.mutual_help_meetings());
  if (key == "lapse_days") return absl::StrCat(summary.lapse_days_in_last_7());
  if (key == "last_lapse") return summary.last_lapse_substance_class();
  if (key == "triggers") {
    return absl::StrJoin(summary.triggers(), ",", [](std::string* out, const auto& trigger) {
      absl::StrAppend(out, trigger.tag(), ":", trigger.count());
    });
  }
  if (key == "nobody") return summary.no_support_contact() ? "yes" : "no";
  if (key == "consent") return kConsent[summary.support_contacts(0).consent()];
  if (key == "rewards") {
    return summary.has_reward_balance() ? absl::StrCat(summary.reward_balance()) : "none";
  }
  if (key == "goals") return absl::StrCat(summary.goals_size());
  if (key == "satisfaction") return Points(summary.has_satisfaction(), summary.satisfaction());
  if (key == "self_help") return Points(summary.has_self_help_days(), summary.self_help_days());
  if (key == "support_days") {
    return Points(summary.has_supportive_contact_days(), summary.supportive_contact_days());
  }
  if (key == "craving") {
    return summary.has_last_craving() ? absl::StrCat(summary.last_craving()) : "none";
  }
  if (key == "change") {
    return summary.has_craving_change() ? absl::StrCat(summary.craving_change()) : "none";
  }
  if (key == "offered") {  // read back as the API shows it
    const auto message = codec::ToProto(plan);
    if (!message.has_medication_offer()) return "unknown";
    return message.medication_offer().offered() ? "yes" : "no";
  }
  ADD_FAILURE() << key;
  return "";
}

TEST(EngagementSummary, EveryGoldenLineHolds) {
  const auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/engagement.txt");
  std::string line;
  std::set<std::string> fires, quiet;
  int number = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const Words parts = absl::StrSplit(line, '|');
    ASSERT_EQ(parts.size(), 4u) << line;
    const Words head = absl::StrSplit(parts[0], ' ', absl::SkipEmpty());
    (head.at(1) == "fires" ? fires : quiet).insert(head.at(0));
    const domain::CarePlan plan = ReadPlan(parts[1]);
    const v1::Engagement summary =
        EngagementOf(plan, ReadFacts(parts[2]), catalogue->engagement, Now());
    for (const std::string& want : Words(absl::StrSplit(parts[3], ' ', absl::SkipEmpty()))) {
      const std::pair<std::string, std::string> pair =
          absl::StrSplit(want, absl::MaxSplits('=', 1));
      EXPECT_EQ(Shown(pair.first, plan, summary), pair.second)
          << "engagement.txt:" << number << ": " << line;
    }
  }
  EXPECT_GT(fires.size(), 8u);
  EXPECT_EQ(fires, quiet) << "each rule needs both";
}

}  // namespace
}  // namespace withdrawal::clinician
