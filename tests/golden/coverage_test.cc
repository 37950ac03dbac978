// Is every rule of the clinical reference shown, firing and quiet, somewhere in this folder?
//
// A case is a line "SC-01a fires | ..." or "SC-01a quiet | ..." of any table, or the head of a
// story:
//   # rules: AL-01, AL-05 fires, AL-06 quiet      without a word: the story shows both
// An id of the reference is shown by its own cases and by those of its parts (RR-05 by RR-05a).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace withdrawal::golden {
namespace {

namespace fs = std::filesystem;

const char kFolder[] = WITHDRAWAL_SOURCE_DIR "/tests/golden";

struct Shown {
  bool fires = false;
  bool quiet = false;

  bool both() const { return fires && quiet; }
};

struct RuleId {
  std::string id;
  bool not_yet = false;
};

std::vector<std::string> LinesOf(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<RuleId> RuleIds() {
  static const std::regex row(R"(^([A-Z]{2}-[A-Z0-9]+[a-z]?) \| [^|]+?( \| not yet)?$)");
  std::vector<RuleId> ids;
  for (const std::string& line : LinesOf(fs::path(kFolder) / "rule_ids.txt")) {
    if (line.empty() || line[0] == '#') continue;
    std::smatch match;
    EXPECT_TRUE(std::regex_match(line, match, row)) << line;
    ids.push_back({match[1], match[2].matched});
  }
  return ids;
}

void Add(const std::string& id, const std::string& word, std::map<std::string, Shown>& shown) {
  Shown& of_id = shown[id];
  of_id.fires |= word != "quiet";
  of_id.quiet |= word != "fires";
}

std::map<std::string, Shown> ShownIn(const std::vector<std::string>& lines) {
  static const std::regex table_row(R"(^([A-Z]{2}-[A-Z0-9]+[a-z]?) +(fires|quiet) *\|.*)");
  static const std::regex head(R"(^# rules:(.*))");
  static const std::regex named(R"(([A-Z]{2}-[A-Z0-9]+[a-z]?)(?: +(fires|quiet))?)");
  std::map<std::string, Shown> shown;
  for (const std::string& line : lines) {
    std::smatch match;
    if (std::regex_match(line, match, table_row)) Add(match[1], match[2], shown);
    if (!std::regex_match(line, match, head)) continue;
    const std::string list = match[1];
    for (std::sregex_iterator it(list.begin(), list.end(), named), end; it != end; ++it) {
      Add((*it)[1], (*it)[2], shown);
    }
  }
  return shown;
}

std::map<std::string, Shown> ShownInAllFiles() {
  std::map<std::string, Shown> shown;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() != ".txt" || entry.path().filename() == "README.txt") continue;
    for (const auto& [id, of_id] : ShownIn(LinesOf(entry.path()))) {
      shown[id].fires |= of_id.fires;
      shown[id].quiet |= of_id.quiet;
    }
  }
  return shown;
}

Shown With(const std::map<std::string, Shown>& shown, const std::string& id) {
  Shown all;
  for (const auto& [shown_id, of_id] : shown) {
    const bool part = shown_id.size() == id.size() + 1 && shown_id.compare(0, id.size(), id) == 0 &&
                      std::islower(static_cast<unsigned char>(shown_id.back())) != 0;
    if (shown_id != id && !part) continue;
    all.fires |= of_id.fires;
    all.quiet |= of_id.quiet;
  }
  return all;
}

TEST(RuleCoverage, EveryRuleOfTheReferenceFiresAndIsQuietInACase) {
  const auto shown = ShownInAllFiles();
  for (const RuleId& rule : RuleIds()) {
    if (rule.not_yet) continue;
    const Shown found = With(shown, rule.id);
    EXPECT_TRUE(found.fires) << rule.id << " fires nowhere";
    EXPECT_TRUE(found.quiet) << rule.id << " is quiet nowhere";
  }
}

TEST(RuleCoverage, NoRuleIsExcusedThatHasItsCases) {
  const auto shown = ShownInAllFiles();
  for (const RuleId& rule : RuleIds()) {
    EXPECT_FALSE(rule.not_yet && With(shown, rule.id).both())
        << rule.id << ": take \"not yet\" out of rule_ids.txt";
  }
}

TEST(RuleCoverage, TheListHasEachIdOnce) {
  std::map<std::string, int> count;
  for (const RuleId& rule : RuleIds()) ++count[rule.id];
  EXPECT_EQ(count.size(), 177u);
  for (const auto& [id, times] : count) EXPECT_EQ(times, 1) << id;
}

TEST(RuleCoverage, AStoryShowsBothSidesUnlessItsHeadSaysWhich) {
  const auto shown = ShownIn({"# rules: AL-01, AL-05 fires", "SC-02 quiet | | score SAWS 11"});
  EXPECT_TRUE(shown.at("AL-01").both());
  EXPECT_TRUE(shown.at("AL-05").fires);
  EXPECT_FALSE(shown.at("AL-05").quiet);
  EXPECT_FALSE(shown.at("SC-02").fires);
  EXPECT_TRUE(With({{"RR-05a", {true, true}}}, "RR-05").both());
  EXPECT_FALSE(With({{"RR-05a", {true, true}}}, "RR-0").both());
}

}  // namespace
}  // namespace withdrawal::golden
