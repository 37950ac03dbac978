// What a programme may change in the catalogue by file, and what is refused.
#include "libs/catalogue/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/catalogue/describe.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string File(const std::string& changes) {
  return "id: north\nversion: 3\nauthor: dr-a\nreason: agreed in the ward round\nchanges:\n" +
         changes;
}

std::string Change(const std::string& what, const std::string& value, const std::string& from,
                   const std::string& to) {
  return absl::StrCat("  - {", what, ", value: \"", value, "\", from: \"", from, "\", to: \"", to,
                      "\"}\n");
}

absl::StatusOr<Catalogue> LoadWith(const std::string& text) {
  const auto files = ApplyOverrides(EmbeddedFiles(), {{"north.yaml", text}});
  if (!files.ok()) return files.status();
  return LoadEffective(*files);
}

std::string RefusalOf(const std::string& text) {
  const auto loaded = LoadWith(text);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

const domain::Rule& RuleOf(const Catalogue& catalogue, const std::string& id) {
  for (const domain::Rule& rule : catalogue.rules) {
    if (rule.id == id) return rule;
  }
  throw std::runtime_error("no rule " + id);
}

double EdgeOf(const Catalogue& catalogue, const std::string& id) {
  return std::get<domain::Observed>(RuleOf(catalogue, id).when.kind).at_least.value();
}

TEST(Overrides, NoneLeaveTheCatalogueAsItIs) {
  const auto files = ApplyOverrides(EmbeddedFiles(), {});
  ASSERT_TRUE(files.ok()) << files.status();
  const auto loaded = LoadEffective(*files);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->version, Load("")->version);
  EXPECT_TRUE(loaded->for_programme.empty());
}

class OverrideFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& file) {
    std::filesystem::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file) << File(Change("rule: SC-02", "when.total.at_least", "12", "10"));
  }
  absl::StatusOr<Catalogue> LoadFolder() { return Load(Location{"", folder_.string()}); }

  std::filesystem::path folder_;
};

// Somebody who names a folder believes that something of it holds.
TEST_F(OverrideFolder, WithoutAnyOverrideIsRefused) {
  EXPECT_THAT(LoadFolder().status().message(), HasSubstr("no override"));
  std::ofstream(folder_ / "README.md") << "ours";
  EXPECT_THAT(LoadFolder().status().message(), HasSubstr("no override"));
  Write("north.yml");
  EXPECT_THAT(LoadFolder().status().message(), HasSubstr("only .yaml"));
  std::filesystem::remove(folder_ / "north.yml");
  Write("north.YAML");
  EXPECT_THAT(LoadFolder().status().message(), HasSubstr("only .yaml"));
  std::filesystem::remove(folder_ / "north.YAML");
  Write("north.yaml");
  const auto loaded = LoadFolder();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(EdgeOf(*loaded, "SC-02"), 10);
}

TEST_F(OverrideFolder, AsAConfigMapIsMountedIsReadOnce) {
  Write("..2026_11_26/north.yaml");
  std::filesystem::create_directory_symlink("..2026_11_26", folder_ / "..data");
  std::filesystem::create_symlink("..data/north.yaml", folder_ / "north.yaml");
  const auto loaded = LoadFolder();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(loaded->version.version, ::testing::EndsWith("+north.3"));
}

TEST(Overrides, AnEdgeMovesForEverybody) {
  const auto loaded = LoadWith(File(Change("rule: SC-02", "when.total.at_least", "12", "10")));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(EdgeOf(*loaded, "SC-02"), 10);
  EXPECT_EQ(EdgeOf(*Load(""), "SC-02"), 12);
}

TEST(Overrides, TheVersionNamesThemAndTheChecksumIncludesThem) {
  const auto loaded = LoadWith(File(Change("rule: SC-02", "when.total.at_least", "12", "10")));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const auto built_in = Load("");
  EXPECT_EQ(loaded->version.version, built_in->version.version + "+north.3");
  EXPECT_NE(loaded->version.checksum, built_in->version.checksum);
  const auto other = LoadWith(File(Change("rule: SC-02", "when.total.at_least", "12", "11")));
  EXPECT_NE(loaded->version.checksum, other->version.checksum);
}

TEST(Overrides, AProgrammesChangeHoldsForThatProgrammeOnly) {
  const auto loaded =
      LoadWith(File(Change("rule: SC-02, programme: alcohol", "when.total.at_least", "12", "10")));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  using domain::Programme;
  EXPECT_EQ(EdgeOf(*loaded, "SC-02"), 12);
  EXPECT_EQ(EdgeOf(loaded->For({Programme::kOpioid}), "SC-02"), 12);
  EXPECT_EQ(EdgeOf(loaded->For({Programme::kAlcohol}), "SC-02"), 10);
  EXPECT_EQ(EdgeOf(loaded->For({Programme::kOpioid, Programme::kAlcohol}), "SC-02"), 10);
  EXPECT_EQ(loaded->For({Programme::kAlcohol}).version, loaded->version);
  const domain::AlertPolicy policy = AlertPolicyOf(*loaded);
  EXPECT_EQ(policy.for_programme.size(), 1u);
}

TEST(Overrides, ALadderAPriorityASchemeAndASignatureChange) {
  const auto loaded =
      LoadWith(File(Change("ladder: urgent", "rungs[1].after", "15m", "20m") +
                    Change("rule: SC-02", "priority", "urgent", "emergency") +
                    Change("rule: SC-02", "sign_off", "unsigned", "Dr A. Example, 2026-11-30") +
                    Change("instrument: SOWS16", "default_scheme", "none", "circulating") +
                    Change("rule: MC-01", "danger_windows[alcohol].to", "120h", "144h")));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->ladders.by_id.at("urgent").rungs[1].after, absl::Minutes(20));
  EXPECT_EQ(RuleOf(*loaded, "SC-02").priority, domain::Priority::kEmergency);
  EXPECT_EQ(RuleOf(*loaded, "SC-02").sign_off, "Dr A. Example, 2026-11-30");
  EXPECT_EQ(loaded->instruments.at("SOWS16").default_scheme, "circulating");
  EXPECT_EQ(loaded->missed.danger_windows[0].to, absl::Hours(144));
}

TEST(Overrides, AuthorAndReasonAreAskedFor) {
  const std::string change = Change("rule: SC-02", "when.total.at_least", "12", "10");
  EXPECT_THAT(RefusalOf("id: north\nversion: 3\nreason: x\nchanges:\n" + change),
              HasSubstr("overrides/north.yaml: author: missing"));
  EXPECT_THAT(RefusalOf("id: north\nversion: 3\nauthor: x\nchanges:\n" + change),
              HasSubstr("overrides/north.yaml: reason: missing"));
}

TEST(Overrides, UnknownIdsAndValuesAreRefused) {
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-99", "priority", "urgent", "routine"))),
              HasSubstr("rule SC-99: priority: no such rule"));
  EXPECT_THAT(RefusalOf(File(Change("instrument: CIWA", "default_scheme", "a", "b"))),
              HasSubstr("no such instrument"));
  EXPECT_THAT(RefusalOf(File(Change("ladder: slow", "rungs[0].after", "0s", "1m"))),
              HasSubstr("no such ladder"));
  EXPECT_THAT(RefusalOf(File(Change("ladder: urgent", "rugns[1].after", "15m", "10m"))),
              HasSubstr("no such value"));
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when.total.at_most", "12", "10"))),
              HasSubstr("no such value"));
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when", "12", "10"))),
              HasSubstr("no such value"));
  EXPECT_THAT(
      RefusalOf(File(Change("rule: SC-02, programme: sugar", "priority", "urgent", "routine"))),
      HasSubstr("changes[0].programme"));
  EXPECT_THAT(RefusalOf(File("  - {value: priority, from: urgent, to: routine}\n")),
              HasSubstr("needs one of rule, instrument, ladder, file"));
}

// What is refused is not taken in part: a record with such a title would not fit into a topic.
TEST(Overrides, WhatIsTooLongEndlessOrASecondDocumentIsRefused) {
  const std::string title(4001, 'x');
  EXPECT_THAT(RefusalOf(File(Change("rule: RF-01", "title", "Seizure", title))),
              HasSubstr("longer than 4000 bytes"));
  EXPECT_THAT(
      RefusalOf(File(Change("rule: SC-02", "priority", "urgent", "routine")) + "---\nid: second\n"),
      HasSubstr("more than one document"));
}

TEST(Overrides, AnotherValueThanWrittenDownIsRefused) {
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when.total.at_least", "13", "10"))),
              HasSubstr("is 12, not 13"));
}

TEST(Overrides, AValueOutOfBoundsIsRefused) {
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when.total.at_least", "12", "17"))),
              HasSubstr("outside the bounds 8 to 16"));
  EXPECT_EQ(RefusalOf(File(Change("rule: SC-02", "when.total.at_least", "12", "14"))), "");
  // What a plan may choose from (8 to 14) has to hold the programme's own edge.
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when.total.at_least", "12", "16"))),
              HasSubstr("adjustable: must include the edge itself"));
  EXPECT_THAT(RefusalOf(File(Change("rule: RF-05a", "when.vital.at_most", "8", "4"))),
              HasSubstr("outside the bounds 5 to 11"));
  EXPECT_THAT(RefusalOf(File(Change("ladder: urgent", "rungs[1].after", "15m", "31m"))),
              HasSubstr("outside the bounds 7m30s to 30m"));
  EXPECT_THAT(RefusalOf(File(Change("rule: RF-01", "priority", "emergency", "urgent"))),
              HasSubstr("an emergency stays one"));
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-03c", "priority", "routine", "emergency"))),
              HasSubstr("too many steps"));
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "source", "x", "y"))), HasSubstr("is "));
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "id", "SC-02", "SC-98"))),
              HasSubstr("cannot be overridden"));
}

TEST(Overrides, WhatNoLongerFitsTogetherIsRefused) {
  EXPECT_THAT(RefusalOf(File(
                  Change("instrument: COWS", "schemes[wesson_ling].bands[mild].from", "5", "6"))),
              HasSubstr("gap before 6"));
  EXPECT_EQ(RefusalOf(File(
                Change("instrument: COWS", "schemes[wesson_ling].bands[none].to", "4", "5") +
                Change("instrument: COWS", "schemes[wesson_ling].bands[mild].from", "5", "6"))),
            "");
  EXPECT_THAT(RefusalOf(File(Change("instrument: COWS", "default_scheme", "wesson_ling", "own"))),
              HasSubstr("no such scheme"));
}

TEST(Overrides, WhatIsJudgedApartFromAProgrammeChangesForAllOnly) {
  EXPECT_EQ(RefusalOf(File(Change("rule: SU-A04", "sign_off", "unsigned", "Dr A. Example"))), "");
  EXPECT_THAT(RefusalOf(File(Change("rule: SU-A04, programme: alcohol", "sign_off", "unsigned",
                                    "Dr A. Example"))),
              HasSubstr("holds for all: leave programme out"));
}

TEST(Overrides, OneValueIsChangedOnce) {
  EXPECT_THAT(RefusalOf(File(Change("rule: SC-02", "when.total.at_least", "12", "10") +
                             Change("rule: SC-02", "when.total.at_least", "12", "11"))),
              HasSubstr("changed twice"));
}

TEST(Description, ARuleShowsItsConditionSourceAndThatNobodySigned) {
  const std::string text = Describe(EmbeddedFiles(), {"SC-02", ""});
  EXPECT_THAT(text, HasSubstr("SC-02  URGENT"));
  EXPECT_THAT(text, HasSubstr("UNSIGNED"));
  EXPECT_THAT(text, HasSubstr("total SAWS, scheme elholm2010, at least 12"));
  EXPECT_THAT(text, HasSubstr("S13"));
  EXPECT_THAT(text, Not(HasSubstr("SC-01a")));
}

TEST(Description, AnInstrumentShowsItemsAndBands) {
  const std::string text = Describe(EmbeddedFiles(), {"", "COWS"});
  EXPECT_THAT(text, HasSubstr("gooseflesh"));
  EXPECT_THAT(text, HasSubstr("one of 0, 3, 5"));
  EXPECT_THAT(text, HasSubstr("25 to 36"));
  EXPECT_THAT(text, HasSubstr("moderately severe"));
  EXPECT_THAT(text, Not(HasSubstr("CIWA")));
}

TEST(Description, NothingOfThatIdIsEmpty) {
  EXPECT_EQ(Describe(EmbeddedFiles(), {"SC-99", ""}), "");
  EXPECT_EQ(Describe(EmbeddedFiles(), {"", "CIWA"}), "");
}

TEST(Description, TheWholeCatalogueNamesEachRuleInstrumentAndLadder) {
  const std::string text = Describe(EmbeddedFiles(), {});
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok());
  for (const auto& rule : loaded->rules) EXPECT_THAT(text, HasSubstr("\n  " + rule.id + "  "));
  for (const auto& [id, unused] : loaded->instruments) {
    EXPECT_THAT(text, HasSubstr("\n  " + id + "  "));
  }
  for (const auto& [id, unused] : loaded->ladders.by_id) {
    EXPECT_THAT(text, HasSubstr("ladder " + id));
  }
}

TEST(Difference, IsEmptyOfTheSame) { EXPECT_EQ(Differences(EmbeddedFiles(), EmbeddedFiles()), ""); }

TEST(Difference, NamesTheRuleTheOldAndTheNewCondition) {
  Files changed = EmbeddedFiles();
  absl::StrReplaceAll({{"scheme: elholm2010, at_least: 12", "scheme: elholm2010, at_least: 11"}},
                      &changed.at("rules/scores.yaml"));
  const std::string text = Differences(EmbeddedFiles(), changed);
  EXPECT_THAT(text, HasSubstr("rule SC-02 ("));
  EXPECT_THAT(text, HasSubstr("total SAWS, scheme elholm2010, at least 12"));
  EXPECT_THAT(text, HasSubstr("total SAWS, scheme elholm2010, at least 11"));
  EXPECT_THAT(text, Not(HasSubstr("SC-01a")));
}

TEST(Difference, ComparesValuesNotLayout) {
  const auto files =
      ApplyOverrides(EmbeddedFiles(),
                     {{"n.yaml", File(Change("ladder: urgent", "rungs[1].after", "15m", "20m"))}});
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(Differences(EmbeddedFiles(), files->all),
            "ladder urgent\n  rungs 2: after  15m\n    now       20m\n");
}

}  // namespace
}  // namespace withdrawal::catalogue
