// What a person's own app says in an emergency.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::HasSubstr;

TEST(PatientWords, InAnEmergencyThePersonCallsTheLocalNumberNow) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  for (const char* word : {"emergency number now", "seizure", "breathing", "naloxone", "988"}) {
    EXPECT_THAT(loaded->emergency_text, HasSubstr(word));
  }
}

TEST(PatientWords, WithoutThemTheCatalogueIsRefused) {
  Files files = EmbeddedFiles();
  files.erase("patient-words.yaml");
  EXPECT_FALSE(LoadFiles(files).ok());
  files = EmbeddedFiles();
  files.at("patient-words.yaml") = "emergency: {source: s, mark: checked}\nsign_off: unsigned\n";
  const auto loaded = LoadFiles(files);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(std::string(loaded.status().message()), HasSubstr("text"));
}

}  // namespace
}  // namespace withdrawal::catalogue
