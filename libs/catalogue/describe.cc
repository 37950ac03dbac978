#include "libs/catalogue/describe.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/catalogue/words.h"

namespace withdrawal::catalogue {
namespace {

std::string SignOff(const YAML::Node& rule) {
  const std::string signed_by = TextOr(rule, "sign_off", "");
  return signed_by.empty() ? "UNSIGNED" : "signed: " + signed_by;
}

std::string DescribeRule(const YAML::Node& rule) {
  std::string text =
      absl::StrCat("  ", TextOr(rule, "id", ""), "  ",
                   absl::AsciiStrToUpper(TextOr(rule, "priority", TextOr(rule, "result", ""))),
                   "  ", TextOr(rule, "title", ""), "\n");
  absl::StrAppend(&text, Entry(4, "mark", {TextOr(rule, "mark", "none") + ", " + SignOff(rule)}));
  static const std::set<std::string> in_head = {"id",   "priority", "title",
                                                "mark", "sign_off", "result"};
  for (const auto& entry : rule) {
    const std::string key = entry.first.Scalar();
    if (in_head.contains(key)) continue;
    absl::StrAppend(
        &text,
        Entry(4, Spaced(key), key == "when" ? ConditionLines(entry.second) : Lines(entry.second)));
  }
  return text;
}

std::string DescribeItem(const YAML::Node& item) {
  const YAML::Node range = item["range"];
  const std::string values = range.IsDefined() && range.size() == 2
                                 ? absl::StrCat(range[0].Scalar(), " to ", range[1].Scalar())
                                 : absl::StrCat("one of ", OneLine(item["allowed"]));
  return absl::StrFormat("%-18s %s: %s", TextOr(item, "code", ""), values,
                         TextOr(item, "label", ""));
}

std::vector<std::string> DescribeScheme(const YAML::Node& scheme) {
  std::vector<std::string> lines = {
      absl::StrCat(TextOr(scheme, "mark", ""), "; ", TextOr(scheme, "source", ""))};
  if (scheme["note"].IsDefined()) lines.push_back(TextOr(scheme, "note", ""));
  for (const auto& band : scheme["bands"]) {
    lines.push_back(absl::StrFormat("%3s to %-3s %s", TextOr(band, "from", ""),
                                    TextOr(band, "to", ""), Spaced(TextOr(band, "id", ""))));
  }
  return lines;
}

std::string DescribeInstrument(const YAML::Node& root) {
  std::string text =
      absl::StrCat("  ", TextOr(root, "id", ""), "  ", TextOr(root, "title", ""), "\n");
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (key == "id" || key == "title" || key == "scheme" || key == "schemes") continue;
    if (key != "items") {
      absl::StrAppend(&text, Entry(4, Spaced(key), Lines(entry.second)));
      continue;
    }
    std::vector<std::string> items;
    for (const auto& item : entry.second) items.push_back(DescribeItem(item));
    absl::StrAppend(&text, Entry(4, "items", items));
  }
  if (root["scheme"].IsDefined() && root["scheme"].IsMap()) {
    absl::StrAppend(&text, Entry(4, "bands " + TextOr(root["scheme"], "id", ""),
                                 DescribeScheme(root["scheme"])));
  }
  for (const auto& scheme : root["schemes"]) {
    absl::StrAppend(&text, Entry(4, "bands " + TextOr(scheme, "id", ""), DescribeScheme(scheme)));
  }
  return text;
}

std::string DescribeLadder(const YAML::Node& ladder) {
  std::string text = absl::StrCat("  ladder ", TextOr(ladder, "id", ""), "  (",
                                  TextOr(ladder, "source", ""), ")\n");
  for (const auto& rung : ladder["rungs"]) {
    absl::StrAppend(
        &text,
        Entry(4, "+" + TextOr(rung, "after", ""),
              {absl::StrCat(TextOr(rung, "target", ""), ", ", TextOr(rung, "priority", ""),
                            rung["stage"].IsDefined() ? ", " + TextOr(rung, "stage", "") : "")}));
  }
  return text;
}

// A file that is no list of rules: key by key.
std::string DescribeRest(const YAML::Node& root) {
  std::string text;
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (key == "rules") continue;
    if (key == "ladders") {
      for (const auto& ladder : entry.second) absl::StrAppend(&text, DescribeLadder(ladder));
    } else {
      absl::StrAppend(&text, Entry(2, Spaced(key), Lines(entry.second)));
    }
  }
  return text;
}

bool IsRule(const std::string& file, const YAML::Node& root) {
  return file == "missed-check-in.yaml" && root.IsMap();
}

std::string SelectedRules(const std::string& file, const YAML::Node& root, const std::string& id) {
  std::string text;
  const auto wanted = [&id](const YAML::Node& rule) {
    return id.empty() || TextOr(rule, "id", "") == id;
  };
  for (const auto& rule : root["rules"]) {
    if (wanted(rule)) absl::StrAppend(&text, DescribeRule(rule));
  }
  if (IsRule(file, root) && wanted(root)) absl::StrAppend(&text, DescribeRule(root));
  return text;
}

}  // namespace

std::string Describe(const Files& files, const Selection& selection) {
  const bool all = selection.rule.empty() && selection.instrument.empty();
  std::string text;
  for (const auto& [file, yaml] : files) {
    const YAML::Node root = YAML::Load(yaml);
    const bool instrument = absl::StartsWith(file, "instruments/");
    std::string part;
    if (instrument) {
      if (all ||
          (!selection.instrument.empty() && TextOr(root, "id", "") == selection.instrument)) {
        part = DescribeInstrument(root);
      }
    } else {
      if (all && !IsRule(file, root)) part = DescribeRest(root);
      if (all || !selection.rule.empty()) {
        absl::StrAppend(&part, SelectedRules(file, root, selection.rule));
      }
    }
    if (!part.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n", file, "\n", part);
  }
  return text;
}

}  // namespace withdrawal::catalogue
