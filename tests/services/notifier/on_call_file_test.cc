#include "services/notifier/on_call_file.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

using ::testing::HasSubstr;

const std::string kGolden = WITHDRAWAL_SOURCE_DIR "/tests/golden/";
constexpr Gateways kAll{true, true, true};

std::string TextOf(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

OnCall Golden() {
  auto on_call = ParseOnCall("on_call.yaml", TextOf(kGolden + "on_call.yaml"), kAll);
  EXPECT_TRUE(on_call.ok()) << on_call.status();
  return *std::move(on_call);
}

// "night-1 by sms, day-2"
std::string Describe(const std::vector<Letter>& letters, bool with_channels) {
  std::string text;
  for (const Letter& letter : letters) {
    if (letter.recipient.empty()) return "nobody";
    absl::StrAppend(&text, text.empty() ? "" : " ", letter.recipient);
    if (!with_channels) continue;
    absl::StrAppend(&text, " by");
    for (const Channel& channel : letter.channels) {
      absl::StrAppend(&text, " ", ChannelName(channel.kind));
    }
    if (letter.channels.empty()) absl::StrAppend(&text, " nothing");
  }
  return text;
}

Page PageOf(const std::string& team, const std::string& target) {
  AlertNews news;
  news.event_id = "e";
  news.alert_id = "a";
  news.patient_id = news.team = team == "-" ? "" : team;
  news.priority = Priority::kUrgent;
  news.raised = news.calls = news.open = true;
  news.target = target;
  return *PageFor(news, news.occurred_at);
}

// tests/golden/on_call.txt
TEST(OnCallGolden, EachRungPagesWhoIsOnCallThen) {
  const OnCall on_call = Golden();
  std::ifstream file(kGolden + "on_call.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> sides = absl::StrSplit(line, " -> ");
    ASSERT_EQ(sides.size(), 2u) << line;
    const std::vector<std::string> words = absl::StrSplit(sides[0], ' ');
    ASSERT_EQ(words.size(), 3u) << line;
    domain::Instant at;
    std::string error;
    ASSERT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M", words[0], &at, &error)) << line << error;
    const auto letters = LettersFor(PageOf(words[1], words[2]), &on_call, at);
    EXPECT_EQ(Describe(letters, absl::StrContains(sides[1], " by ")), sides[1]) << line;
    ++cases;
  }
  EXPECT_GE(cases, 40);
}

TEST(OnCallFile, APageHasOneIdPerRecipient) {
  const OnCall on_call = Golden();
  const auto letters = LettersFor(PageOf("north", "primary"), &on_call,
                                  absl::FromUnixSeconds(1'777'280'400));  // a Monday morning
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].page_id, "e/day-1");
  EXPECT_EQ(letters[1].page_id, "e/day-2");
}

TEST(OnCallFile, WithoutOneTheReceiverOfTheWebhookKnows) {
  const auto letters = LettersFor(PageOf("north", "secondary"), nullptr, absl::UnixEpoch());
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].page_id, "e/secondary");
  EXPECT_EQ(letters[0].recipient, "secondary");
  ASSERT_EQ(letters[0].channels.size(), 1u);
  EXPECT_EQ(letters[0].channels[0].to, "");
}

struct Wrong {
  const char* what;
  const char* instead_of;
  const char* by;
  const char* problem;
};

TEST(OnCallFile, NamesTheFieldAndTheReasonOfWhatIsWrong) {
  const std::string good = TextOf(kGolden + "on_call.yaml");
  const std::vector<Wrong> wrongs = {
      {"unknown key", "      - role: supervisor\n        time_zone: Europe/Berlin",
       "      - role: supervisor\n        on_leave: x\n        time_zone: Europe/Berlin",
       "teams[0].rotas[2].on_leave: unknown field"},
      {"unknown person", "people: [doctor-1]", "people: [doctor-9]",
       "teams[0].rotas[2].layers[0].people: doctor-9 is none of the people above"},
      {"unknown zone", "role: supervisor\n        time_zone: Europe/Berlin",
       "role: supervisor\n        time_zone: Europe/Berln",
       "rotas[2].time_zone: is none of the IANA"},
      {"no such day", "days: [sat, sun]", "days: [sat, son]", "days: son is none of mon"},
      {"no such hour", "from: \"22:00\"", "from: \"24:00\"",
       "shifts[0].from: must be a local time such as 08:00"},
      {"no such date", "first_day: 2026-03-28", "first_day: 2026-02-30",
       "turns.first_day: must be a local time such as 2026-01-05"},
      {"override backwards", "to: 2026-03-29T04:00", "to: 2026-03-29T00:30",
       "overrides[0].to: must be after from"},
      {"overrides at once", "from: 2026-10-26T06:00", "from: 2026-03-29T03:00",
       "overrides[1].from: at the same time as another override"},
      {"turns and people", "          - people: [doctor-1]\n",
       "          - people: [doctor-1]\n            turns: {people: [doctor-2], days: 1, "
       "first_day: "
       "2026-03-28, hand_over: \"02:30\"}\n",
       "layers[0]: needs either people or turns"},
      {"no days of turns", "days: 7", "days: 0", "turns.days: must be from 1 to 366"},
      {"no default team", "id: default", "id: south", "teams: one must be `default`"},
      {"two teams of a name", "id: north", "id: default", "teams[1].id: stands here twice"},
      {"number", "+4930123004", "030123004", "must be a telephone number"},
      {"address", "manager@example.org", "manager", "people[6].channels[0].to: must be a mail"},
      {"header in an address", "manager@example.org", "m@example.org\\nBcc: x", "no spaces"},
      {"url", "https://push.example.org/day-2", "push.example.org", "must begin with https://"},
      {"unknown way", "{kind: smtp, to: \"manager", "{kind: fax, to: \"manager",
       "people[6].channels[0].kind: not one of the words allowed here"},
      {"person twice", "id: doctor-2\n", "id: doctor-1\n", "people[5].id: stands here twice"},
      {"no channels", "channels: [{kind: sms, to: \"+4930123003\"}]", "channels: []",
       "people[2].channels: must be a list that is not empty"},
      {"contact without id", "- id: sister", "- name: sister", "contacts[0].id: missing"}};
  for (const Wrong& wrong : wrongs) {
    const std::string text = absl::StrReplaceAll(good, {{wrong.instead_of, wrong.by}});
    ASSERT_NE(text, good) << wrong.what;
    const auto read = ParseOnCall("on_call.yaml", text, kAll);
    ASSERT_FALSE(read.ok()) << wrong.what;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(wrong.problem)) << wrong.what;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("on_call.yaml: ")) << wrong.what;
  }
}

TEST(OnCallFile, ARoleWithoutARotaIsNamedAndNobodyHasToBeSaid) {
  std::string text = TextOf(kGolden + "on_call.yaml");
  const size_t at = text.find("      - role: supervisor\n        time_zone: America");
  const size_t end = text.find("      - role: duty-manager", at);
  ASSERT_NE(end, std::string::npos);
  text.erase(at, end - at);
  EXPECT_THAT(std::string(ParseOnCall("f", text, kAll).status().message()),
              HasSubstr("teams[1].rotas: the role supervisor has none; layers: [] is nobody"));
}

TEST(OnCallFile, AWayThatIsNotSetUpIsRefused) {
  const std::string text = TextOf(kGolden + "on_call.yaml");
  const std::string no_sms(ParseOnCall("f", text, {true, false, true}).status().message());
  EXPECT_THAT(no_sms, HasSubstr("people[0].channels[1].to: sms needs the setting sms-url"));
  const std::string no_smtp(ParseOnCall("f", text, {true, true, false}).status().message());
  EXPECT_THAT(no_smtp, HasSubstr("smtp needs the setting smtp-url"));
  const std::string no_url =
      absl::StrReplaceAll(text, {{", to: \"https://push.example.org/day-2\"", ""}});
  EXPECT_TRUE(ParseOnCall("f", no_url, kAll).ok());
  const std::string no_webhook(ParseOnCall("f", no_url, {false, true, true}).status().message());
  EXPECT_THAT(no_webhook, HasSubstr("people[1].channels[0].to: missing, and there is no setting"));
}

TEST(OnCallFile, ABadNewFileLeavesTheOldOneAndIsToldOnce) {
  const std::string path = testing::TempDir() + "on-call.yaml";
  const std::string good = TextOf(kGolden + "on_call.yaml");
  const auto write = [&](const std::string& text) { std::ofstream(path) << text; };
  OnCallFile file(path, kAll);
  write(good);
  ASSERT_TRUE(file.Refresh().ok());
  EXPECT_TRUE(file.current().people.contains("doctor-2"));
  write("people: 5");
  EXPECT_FALSE(file.Refresh().ok());
  EXPECT_FALSE(file.good());
  EXPECT_TRUE(file.Refresh().ok());
  EXPECT_FALSE(file.good());
  EXPECT_TRUE(file.current().people.contains("doctor-2"));
  write(absl::StrReplaceAll(good, {{"doctor-2", "doctor-3"}}));
  ASSERT_TRUE(file.Refresh().ok());
  EXPECT_TRUE(file.good());
  EXPECT_TRUE(file.current().people.contains("doctor-3"));
  std::remove(path.c_str());
  EXPECT_FALSE(file.Refresh().ok());
  EXPECT_TRUE(file.current().people.contains("doctor-3"));
}

}  // namespace
}  // namespace withdrawal::notifier
