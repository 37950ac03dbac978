// The words of consents and disclosures: what is shipped, and what the loader refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kFile[] = "privacy.yaml";

std::string RefusalOf(const std::string& from, const std::string& to) {
  Files files = EmbeddedFiles();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &files.at(kFile)), 0) << from;
  const auto loaded = LoadFiles(files);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

domain::PrivacyPolicy Shipped() {
  const auto loaded = Load("");
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded->privacy;
}

TEST(PrivacyData, Pr08TheShortNoticeIsTheSentenceOfTheRule) {
  const domain::PrivacyPolicy privacy = Shipped();
  EXPECT_EQ(privacy.notices.at(privacy.short_notice),
            "42 CFR part 2 prohibits unauthorized use or disclosure of these records.");
}

TEST(PrivacyData, Pr08TheShortNoticeFitsIntoATextMessageWithRoomForTheText) {
  const domain::PrivacyPolicy privacy = Shipped();
  EXPECT_LT(privacy.notices.at(privacy.short_notice).size(), 80u);
}

TEST(PrivacyData, Pr11TheLongNoticeForbidsUseInProceedingsAgainstThePatient) {
  const domain::PrivacyPolicy privacy = Shipped();
  const std::string& text = privacy.notices.at(privacy.long_notice);
  for (const char* word : {"42 CFR part 2", "civil", "criminal", "administrative", "legislative",
                           "consent", "court"}) {
    EXPECT_THAT(text, HasSubstr(word));
  }
}

TEST(PrivacyData, TheWordsInUseAreThere) {
  const domain::PrivacyPolicy privacy = Shipped();
  EXPECT_TRUE(privacy.revocation_notices.contains(privacy.revocation_notice));
  EXPECT_TRUE(privacy.redisclosure_statements.contains(privacy.redisclosure_statement));
  EXPECT_THAT(privacy.signers, ElementsAre("patient", "representative"));
  EXPECT_THAT(privacy.signature_methods, ElementsAre("electronic", "paper"));
}

TEST(PrivacyData, Pr09DisclosuresAreAnsweredForThreeYearsAndPr15AuditIsKeptForSix) {
  EXPECT_EQ(Shipped().accounting_years, 3);
  EXPECT_EQ(Shipped().audit_years, 6);
}

TEST(PrivacyRefusals, WordsThatAreNotThereOrStandTwice) {
  EXPECT_THAT(RefusalOf("short: part2-short-1", "short: part2-short-2"),
              HasSubstr("notices.current.short: no version of these words: part2-short-2"));
  EXPECT_THAT(RefusalOf("long: part2-long-1", "long: part2-long-2"),
              HasSubstr("notices.current.long"));
  EXPECT_THAT(RefusalOf("- version: part2-long-1", "- version: part2-short-1"),
              HasSubstr("stands twice"));
  EXPECT_THAT(RefusalOf("current: revocation-1", "current: revocation-0"),
              HasSubstr("revocation_notices.current"));
  EXPECT_THAT(RefusalOf("current: redisclosure-1", "current: \"\""),
              HasSubstr("redisclosure_statements.current"));
}

TEST(PrivacyRefusals, WhatNobodyReadsOrWhatIsMissing) {
  EXPECT_THAT(RefusalOf("sign_off: unsigned", "sign_of: unsigned"), HasSubstr("sign_of"));
  EXPECT_THAT(RefusalOf("  methods: [electronic, paper]", "  methods: []"), HasSubstr("methods"));
  EXPECT_THAT(RefusalOf("  years: 3", "  years: 0"), HasSubstr("accounting.years"));
  EXPECT_THAT(RefusalOf("  years: 6", "  years: 101"), HasSubstr("audit.years"));
  EXPECT_THAT(RefusalOf("mark: checked", "mark: sure"), HasSubstr("accounting.mark"));
}

}  // namespace
}  // namespace withdrawal::catalogue
