#include "libs/catalogue/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_replace.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;

const char kData[] = WITHDRAWAL_SOURCE_DIR "/libs/catalogue/data";

// The built-in files with one text replaced; the replacement must have happened.
std::string RefusalOf(const std::string& file, const std::string& from, const std::string& to) {
  Files files = EmbeddedFiles();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &files.at(file)), 0) << file << ": " << from;
  const auto loaded = LoadFiles(files);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

TEST(Catalogue, TheBuiltInFilesLoad) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(loaded->instruments,
              ElementsAre(Key("ACSA"), Key("AUDIT"), Key("AUDIT-C"), Key("AWQ"), Key("BAM"),
                          Key("BAM-IOP"), Key("BAM-R"), Key("BWSQ"), Key("C-SSRS"), Key("CIWA-Ar"),
                          Key("CIWA-B"), Key("COWS"), Key("CRAVE_NRS"), Key("CRAVE_VAS"),
                          Key("CWS"), Key("DAST-10"), Key("GAD-7"), Key("ISI"), Key("MNWS"),
                          Key("OCDS"), Key("OCS"), Key("PACS"), Key("PAWSS"), Key("PHQ-9"),
                          Key("SAWS"), Key("SDS"), Key("SOWS16"), Key("ShOWS10")));
  EXPECT_EQ(loaded->vitals.size(), static_cast<size_t>(domain::kVitalCount));
  EXPECT_EQ(loaded->news2.id, "NEWS2");
  EXPECT_FALSE(loaded->version.version.empty());
  EXPECT_EQ(loaded->version.checksum.size(), 64u);
}

TEST(Catalogue, ADirectoryOfTheSameFilesHasTheSameChecksum) {
  const auto built_in = Load("");
  const auto read = Load(kData);
  ASSERT_TRUE(built_in.ok() && read.ok()) << read.status();
  EXPECT_EQ(built_in->version, read->version);
}

TEST(Catalogue, AChangedNumberChangesTheChecksum) {
  Files files = EmbeddedFiles();
  absl::StrReplaceAll({{"value: 8h", "value: 9h"}}, &files.at("instruments/cows.yaml"));
  const auto changed = LoadFiles(files);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_NE(changed->version.checksum, Load("")->version.checksum);
}

TEST(Catalogue, EverySchemeNamesItsSource) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok());
  for (const auto& [id, instrument] : loaded->instruments) {
    for (const auto& scheme : instrument.schemes) EXPECT_FALSE(scheme.source.empty()) << id;
  }
  EXPECT_FALSE(loaded->news2.scheme.source.empty());
}

TEST(Catalogue, AMissingDirectoryIsNotFound) {
  EXPECT_EQ(Load("/nonexistent/catalogue").status().code(), absl::StatusCode::kNotFound);
}

TEST(Catalogue, AGapInTheBandsIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/cows.yaml", "{id: mild, from: 5,", "{id: mild, from: 6,"),
              HasSubstr("instruments/cows.yaml: schemes[0].bands: gap before 6"));
}

TEST(Catalogue, OverlappingBandsAreRefused) {
  EXPECT_THAT(RefusalOf("instruments/cows.yaml", "{id: mild, from: 5,", "{id: mild, from: 4,"),
              HasSubstr("instruments/cows.yaml: schemes[0].bands: overlap at 4"));
}

TEST(Catalogue, BandsThatEndBelowTheMaximumAreRefused) {
  EXPECT_THAT(RefusalOf("instruments/sows16.yaml", "from: 21, to: 64}", "from: 21, to: 30}"),
              HasSubstr("schemes[1].bands: must end at the maximum 64"));
}

TEST(Catalogue, ADuplicateItemIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/saws.yaml", "code: confused", "code: anxious"),
              HasSubstr("instruments/saws.yaml: items[1].code: duplicate item anxious"));
}

TEST(Catalogue, ASchemeWithoutSourceIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/saws.yaml", "    source: \"Elholm 2010 (S13)\"\n", ""),
              HasSubstr("instruments/saws.yaml: schemes[0].source: missing"));
}

TEST(Catalogue, AnUnknownFieldIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/saws.yaml", "title:", "headline: x\ntitle:"),
              HasSubstr("instruments/saws.yaml: headline: unknown field"));
}

TEST(Catalogue, AKeyThatStandsTwiceIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/saws.yaml", "title:", "id: SAWS\ntitle:"),
              HasSubstr("instruments/saws.yaml: id: stands here twice"));
}

TEST(Catalogue, AMaximumThatDisagreesWithTheItemsIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/ciwa-ar.yaml", "total_max: 67", "total_max: 70"),
              HasSubstr("total_max: the items add up to 67"));
}

TEST(Catalogue, AMeasuredStepWithAnImpossibleValueIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/cows.yaml", "{to: 250, points: 4}", "{to: 250, points: 3}"),
              HasSubstr("measured.steps: 3 is no value of pulse"));
}

TEST(Catalogue, AGapInANews2TableIsRefused) {
  EXPECT_THAT(RefusalOf("instruments/news2.yaml", "{from: 35.1,", "{from: 35.2,"),
              HasSubstr("gap or overlap with the range before"));
}

TEST(Catalogue, AVitalSignWithAUnitNobodyCanConvertIsRefused) {
  EXPECT_THAT(RefusalOf("vitals.yaml", "\"[degF]\"", "\"[degRe]\""),
              HasSubstr("vitals.yaml: vitals[5].units: no conversion of [degRe]"));
}

TEST(Catalogue, AFileOfNoPartIsRefused) {
  Files files = EmbeddedFiles();
  files["notes.yaml"] = "a: 1";
  EXPECT_THAT(LoadFiles(files).status().message(),
              HasSubstr("notes.yaml: no part of the catalogue"));
}

TEST(Catalogue, BrokenYamlIsRefusedWithItsFile) {
  EXPECT_THAT(RefusalOf("vitals.yaml", "vitals:", "vitals: ["), HasSubstr("vitals.yaml: "));
}

TEST(Catalogue, AMedicationIsFoundByAliasInAnyCase) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok());
  ASSERT_NE(loaded->FindMedication("Pethidine"), nullptr);
  EXPECT_EQ(loaded->FindMedication("Pethidine")->medication_class, "opioid");
  EXPECT_EQ(loaded->FindMedication("unknown"), nullptr);
}

TEST(Catalogue, ADoseLimitThatNoDoseCouldPassIsRefused) {
  EXPECT_THAT(RefusalOf("medications.yaml", "dose_milligrams_max: 3.2", "dose_milligrams_max: 0"),
              HasSubstr("dose_milligrams_max: must be above 0"));
}

}  // namespace
}  // namespace withdrawal::catalogue
