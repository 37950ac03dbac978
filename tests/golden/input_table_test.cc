// What is asked at intake and read off a plan, as a table: of whom, in which bounds, and what care
// itself answers later (reference C; unknown where it is required is never suitable).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/golden/cases.h"

namespace withdrawal::golden {
namespace {

using domain::assessment::Feed;
using domain::assessment::Input;
using domain::assessment::InputType;

std::string RequiredFor(const Input& input) {
  std::vector<std::string> names;
  for (const auto& [name, programme] : catalogue::Programmes()) {
    const auto& in = input.required_for;
    if (std::find(in.begin(), in.end(), programme) != in.end()) names.push_back(name);
  }
  return absl::StrJoin(names, " ");
}

std::string Answers(const Input& input) {
  if (input.type == InputType::kYesNo) return "yes or no";
  if (input.type == InputType::kChoice) return absl::StrJoin(input.choices, " ");
  return absl::StrCat(input.from, " to ", input.to, input.whole ? ", whole" : "");
}

std::string From(const Feed& feed) {
  std::vector<std::string> parts;
  for (const std::string& one : {feed.instrument, feed.vital, feed.plan}) {
    if (!one.empty()) parts.push_back(one);
  }
  if (feed.total_at_least) parts.push_back(absl::StrCat("total ", *feed.total_at_least));
  for (const auto& [item, least] : feed.items_at_least) {
    parts.push_back(absl::StrCat(item, " ", least));
  }
  for (const auto* names : {&feed.categories, &feed.red_flags}) {
    if (!names->empty()) parts.push_back(absl::StrJoin(*names, " "));
  }
  return absl::StrCat(absl::StrJoin(parts, " "), feed.gives ? "" : " = no");
}

TEST(Inputs, AreThoseOfTheTable) {
  std::vector<std::string> expected, actual;
  for (const Row& row : ReadTable("inputs.txt")) {
    std::vector<std::string> cells;
    for (const char* head : {"input", "required for", "answers", "fed by"})
      cells.push_back(row.contains(head) ? row.at(head) : "");
    expected.push_back(absl::StrJoin(cells, " | "));
  }
  for (const auto& [id, input] : CatalogueUnderTest().plan_review.inputs) {
    std::vector<std::string> feeds;
    for (const Feed& feed : input.fed_by) feeds.push_back(From(feed));
    actual.push_back(absl::StrJoin(
        {id, RequiredFor(input), Answers(input), absl::StrJoin(feeds, "; ")}, " | "));
  }
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace withdrawal::golden
