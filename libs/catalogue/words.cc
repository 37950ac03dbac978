#include "libs/catalogue/words.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace withdrawal::catalogue {
namespace {

constexpr size_t kHeadWidth = 10;

// Names of what a condition looks at: shown without their key.
bool IsName(const std::string& key) {
  static const char* const kNames[] = {"instrument", "code", "codes", "any_of",  "classes",
                                       "fact",       "is",   "input", "measure", "product"};
  return std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
}

void AppendCondition(const YAML::Node& node, const std::string& indent,
                     std::vector<std::string>& lines) {
  if (!node.IsMap()) {
    lines.push_back(indent + OneLine(node));
    return;
  }
  for (const auto& entry : node) {
    const std::string kind = entry.first.Scalar();
    if ((kind == "all" || kind == "any") && entry.second.IsSequence()) {
      lines.push_back(indent + kind + " of");
      for (const auto& part : entry.second) AppendCondition(part, indent + "  ", lines);
    } else if (kind == "not" && entry.second.IsMap()) {
      lines.push_back(indent + "not");
      AppendCondition(entry.second, indent + "  ", lines);
    } else {
      lines.push_back(absl::StrCat(indent, Spaced(kind), " ", OneLine(entry.second)));
    }
  }
}

std::vector<std::string> Wrap(const std::string& text, size_t width) {
  if (text.size() <= width) return {text};
  const size_t indent = std::min(text.find_first_not_of(' '), text.size());
  std::vector<std::string> lines;
  std::string line(indent, ' ');
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (line.size() > indent && line.size() + 1 + word.size() > width) {
      lines.push_back(line);
      line.assign(indent + 2, ' ');
    }
    if (line.find_first_not_of(' ') != std::string::npos) line += ' ';
    absl::StrAppend(&line, word);
  }
  lines.push_back(line);
  return lines;
}

std::string IdOf(const YAML::Node& node) {
  if (!node.IsMap()) return "";
  for (const char* key : {"id", "code", "product", "class", "in"}) {
    const std::string id = TextOr(node, key, "");
    if (!id.empty()) return id;
  }
  return "";
}

void Flatten(const YAML::Node& node, const std::string& path,
             std::vector<std::pair<std::string, std::string>>& values) {
  const auto below = [&path](const std::string& part) {
    return path.empty() ? part : absl::StrCat(path, ": ", part);
  };
  if (node.IsMap()) {
    for (const auto& entry : node) {
      Flatten(entry.second, below(Spaced(entry.first.Scalar())), values);
    }
    return;
  }
  const bool of_maps = node.IsSequence() && node.size() > 0 && node[0].IsMap();
  if (!of_maps) {
    values.emplace_back(path, OneLine(node));
    return;
  }
  std::set<std::string> names;
  size_t index = 0;
  for (const auto& element : node) {
    ++index;
    const std::string id = IdOf(element);
    const bool unique = !id.empty() && names.insert(id).second;
    Flatten(element, absl::StrCat(path, " ", unique ? id : absl::StrCat(index)), values);
  }
}

}  // namespace

std::string Spaced(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

std::string OneLine(const YAML::Node& node) {
  if (node.IsScalar()) return absl::StrReplaceAll(node.Scalar(), {{"\n", " "}});
  std::vector<std::string> parts;
  if (node.IsSequence()) {
    for (const auto& element : node) parts.push_back(OneLine(element));
  } else if (node.IsMap()) {
    for (const auto& entry : node) {
      const std::string key = entry.first.Scalar();
      const std::string value = OneLine(entry.second);
      parts.push_back(IsName(key) ? value : absl::StrCat(Spaced(key), " ", value));
    }
  }
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> ConditionLines(const YAML::Node& when) {
  std::vector<std::string> lines;
  AppendCondition(when, "", lines);
  return lines;
}

std::vector<std::string> Lines(const YAML::Node& node) {
  if (!node.IsSequence() || node.size() == 0 || !node[0].IsMap()) return {OneLine(node)};
  std::vector<std::string> lines;
  for (const auto& element : node) lines.push_back(OneLine(element));
  return lines;
}

std::string Entry(size_t indent, const std::string& head, const std::vector<std::string>& lines) {
  const size_t head_width = std::max(kHeadWidth, head.size() + 2);
  std::string text;
  std::string left = std::string(indent, ' ') + head + std::string(head_width - head.size(), ' ');
  for (const std::string& line : lines) {
    for (const std::string& piece : Wrap(line, kPageWidth - left.size())) {
      absl::StrAppend(&text, left, piece, "\n");
      left.assign(left.size(), ' ');
    }
  }
  return text;
}

std::string TextOr(const YAML::Node& map, const std::string& key, const std::string& otherwise) {
  const YAML::Node node = map[key];
  return node.IsDefined() && node.IsScalar() && !node.Scalar().empty() ? OneLine(node) : otherwise;
}

std::vector<std::pair<std::string, std::string>> Flatten(const YAML::Node& node) {
  std::vector<std::pair<std::string, std::string>> values;
  Flatten(node, "", values);
  return values;
}

}  // namespace withdrawal::catalogue
