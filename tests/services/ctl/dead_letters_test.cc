#include "services/ctl/dead_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ctl {
namespace {

using events::v1::DeadLetter;
using ::testing::HasSubstr;
using ::testing::Not;

DeadLetter Nonsense() {
  DeadLetter letter;
  letter.set_service("scoring");
  letter.set_topic("withdrawal.check-ins.v1");
  letter.set_partition(2);
  letter.set_offset(40);
  letter.set_key("p1");
  letter.set_value(std::string("\xff\x00\x1b", 3));
  letter.set_reason("UNREADABLE");
  letter.set_description("not a CheckInRecorded");
  auto* header = letter.add_headers();
  header->set_name("ce_type");
  header->set_value("withdrawal.events.v1.CheckInRecorded");
  return letter;
}

TEST(DeadLetters, AreNamedByTheirPlace) {
  const auto at = ParseLetterId("3:17");
  ASSERT_TRUE(at.ok());
  EXPECT_EQ(at->topic, "withdrawal.dead-letters.v1");
  EXPECT_EQ(LetterId(*at), "3:17");
  for (const char* wrong : {"", "3", "3:", ":17", "3:17:1", "-1:2", "1:-2", "x:1"}) {
    EXPECT_EQ(ParseLetterId(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

TEST(DeadLetters, GoBackAsTheyCame) {
  const auto record = RecordOf(Nonsense());
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->topic, "withdrawal.check-ins.v1");
  EXPECT_EQ(record->key, "p1");
  EXPECT_EQ(record->value, std::string("\xff\x00\x1b", 3));
  ASSERT_EQ(record->headers.size(), 1u);
  EXPECT_EQ(record->headers[0].value, "withdrawal.events.v1.CheckInRecorded");
}

TEST(DeadLetters, GoNowhereButToAnInputOfTheServices) {
  for (const char* topic :
       {"", "other", "withdrawal.scoring-state.v1", "withdrawal.dead-letters.v1"}) {
    DeadLetter letter = Nonsense();
    letter.set_topic(topic);
    EXPECT_EQ(RecordOf(letter).status().code(), absl::StatusCode::kFailedPrecondition) << topic;
  }
}

TEST(DeadLetters, AValueThatReadsIsShownAsJsonAndOneThatDoesNotAsHex) {
  EXPECT_THAT(LetterText({{"", 3, 17}, Nonsense()}), HasSubstr("ff001b"));
  DeadLetter letter = Nonsense();
  events::v1::CheckInRecorded recorded;
  recorded.mutable_check_in()->set_check_in_id("c1");
  letter.set_value(recorded.SerializeAsString());
  EXPECT_THAT(LetterText({{"", 3, 17}, letter}), HasSubstr("\"checkInId\": \"c1\""));
}

// What a stranger sent must not drive the terminal of who looks at it.
TEST(DeadLetters, NothingOfThemReachesTheTerminalRaw) {
  DeadLetter letter = Nonsense();
  const std::string evil = "\x1b[2J\x07";
  letter.set_key(evil);
  letter.set_topic(evil);
  letter.set_reason(evil);
  letter.set_description(evil);
  letter.mutable_headers(0)->set_name(evil);
  letter.mutable_headers(0)->set_value(evil);
  EXPECT_THAT(LetterText({{"", 3, 17}, letter}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(LettersText({{{"", 3, 17}, letter}}), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace withdrawal::ctl
