#include "services/clinician/token.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace withdrawal::clinician {
namespace {

TEST(PageToken, GivesBackTheKeyItWasMadeFrom) {
  const PageKey key = {"2", "-17", "patient with \xc3\xa9"};
  EXPECT_EQ(DecodePageToken(EncodePageToken(7, key), 7, 3), key);
}

TEST(PageToken, OfAnotherQueryIsRefused) {
  EXPECT_FALSE(DecodePageToken(EncodePageToken(7, {"a"}), 8, 1));
  EXPECT_FALSE(DecodePageToken(EncodePageToken(7, {"a"}), 7, 2));
}

TEST(PageToken, WhichIsNotOneIsRefused) {
  const std::string token = EncodePageToken(7, {"abc", "def"});
  for (size_t size = 0; size < token.size(); size += 4) {
    EXPECT_FALSE(DecodePageToken(token.substr(0, size), 7, 2)) << size;
  }
  EXPECT_FALSE(DecodePageToken("no token!", 7, 2));
  EXPECT_FALSE(DecodePageToken(std::string(100000, 'A'), 7, 2));
}

TEST(ResumeToken, GivesBackTheOffsetOfEachPartition) {
  const Positions positions = {{0, 0}, {1, 127}, {2, 128}, {47, INT64_MAX}};
  EXPECT_EQ(DecodeResumeToken(EncodeResumeToken(9, positions), 9), positions);
}

TEST(ResumeToken, OfAnotherFilterOrKindIsRefused) {
  EXPECT_FALSE(DecodeResumeToken(EncodeResumeToken(9, {{0, 5}}), 10));
  EXPECT_FALSE(DecodeResumeToken(EncodePageToken(9, {"a"}), 9));
}

TEST(ResumeToken, WithAnUnknownVersionByteIsRefused) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(EncodeResumeToken(9, {{0, 5}}), &bytes));
  ++bytes[0];
  EXPECT_FALSE(DecodeResumeToken(absl::WebSafeBase64Escape(bytes), 9));
}

TEST(ConsistencyToken, GivesBackWhatWasWritten) {
  const Written written{"withdrawal.care-plans.v1", 11, 1'234'567'890'123};
  const std::string token = EncodeConsistencyToken(written);
  EXPECT_EQ(DecodeConsistencyToken(token), written);
  EXPECT_FALSE(DecodeConsistencyToken(token.substr(0, token.size() - 4)));
  EXPECT_FALSE(DecodeConsistencyToken(EncodeResumeToken(0, {{0, 5}})));
  EXPECT_FALSE(DecodeConsistencyToken(""));
}

TEST(Fingerprint, TellsWhereOnePartEndsAndTheNextBegins) {
  EXPECT_NE(Fingerprint({"ab", "c"}), Fingerprint({"a", "bc"}));
  EXPECT_NE(Fingerprint({"a", ""}), Fingerprint({"a"}));
}

}  // namespace
}  // namespace withdrawal::clinician
