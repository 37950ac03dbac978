#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/catalogue/describe.h"
#include "libs/catalogue/words.h"

namespace withdrawal::catalogue {
namespace {

using Text = std::vector<std::string>;

// A rule, an instrument, a ladder or the rest of a file: what a change is reported under.
struct Part {
  std::string title;
  std::vector<std::pair<std::string, Text>> values;  // in the order of the file

  const Text* Find(const std::string& key) const {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&key](const auto& value) { return value.first == key; });
    return found == values.end() ? nullptr : &found->second;
  }
};
using Parts = std::map<std::string, Part>;

Part PartOf(const YAML::Node& node) {
  Part part;
  part.title = TextOr(node, "title", "");
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    if (key == "when") {
      part.values.emplace_back(key, ConditionLines(entry.second));
      continue;
    }
    YAML::Node single(YAML::NodeType::Map);
    single[key] = entry.second;
    for (const auto& [path, value] : Flatten(single)) part.values.emplace_back(path, Text{value});
  }
  return part;
}

void AddFile(const std::string& file, const YAML::Node& root, Parts& parts) {
  if (absl::StartsWith(file, "instruments/")) {
    parts["instrument " + TextOr(root, "id", file)] = PartOf(root);
    return;
  }
  YAML::Node rest(YAML::NodeType::Map);
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (key != "rules" && key != "ladders") {
      rest[key] = entry.second;
      continue;
    }
    const std::string kind = key == "rules" ? "rule " : "ladder ";
    for (const auto& element : entry.second) {
      parts[kind + TextOr(element, "id", "?")] = PartOf(element);
    }
  }
  if (rest.size() > 0) parts["file " + file] = PartOf(rest);
}

Parts PartsOf(const Files& files) {
  Parts parts;
  for (const auto& [file, text] : files) AddFile(file, YAML::Load(text), parts);
  return parts;
}

std::string Compare(const Part& before, const Part& after) {
  std::string text;
  for (const auto& [key, lines] : before.values) {
    const Text* now = after.Find(key);
    if (now != nullptr && *now == lines) continue;
    absl::StrAppend(&text, Entry(2, key, lines),
                    Entry(4, "now", now == nullptr ? Text{"(nothing)"} : *now));
  }
  for (const auto& [key, lines] : after.values) {
    if (before.Find(key) != nullptr) continue;
    absl::StrAppend(&text, Entry(2, key, {"(nothing)"}), Entry(4, "now", lines));
  }
  return text;
}

}  // namespace

std::string Differences(const Files& before, const Files& after) {
  const Parts old_parts = PartsOf(before);
  const Parts new_parts = PartsOf(after);
  std::string text;
  const auto head = [](const std::string& name, const Part& part) {
    return part.title.empty() ? name : absl::StrCat(name, " (", part.title, ")");
  };
  for (const auto& [name, part] : old_parts) {
    const auto now = new_parts.find(name);
    if (now == new_parts.end()) {
      absl::StrAppend(&text, head(name, part), ": removed\n");
      continue;
    }
    const std::string changes = Compare(part, now->second);
    if (!changes.empty()) absl::StrAppend(&text, head(name, now->second), "\n", changes);
  }
  for (const auto& [name, part] : new_parts) {
    if (!old_parts.contains(name)) absl::StrAppend(&text, head(name, part), ": new\n");
  }
  return text;
}

}  // namespace withdrawal::catalogue
