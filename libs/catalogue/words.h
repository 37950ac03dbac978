// Pieces of catalogue files in words.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <utility>
#include <vector>

namespace withdrawal::catalogue {

inline constexpr size_t kPageWidth = 100;

// "at_least" -> "at least"
std::string Spaced(std::string key);

// A value on one line: "15", "a, b", "to 80, points 0".
std::string OneLine(const YAML::Node& node);

// The same with a line for each element of a list of mappings.
std::vector<std::string> Lines(const YAML::Node& node);

// A condition of a rule, a line for each part: "any of", "  total COWS, at least 13".
std::vector<std::string> ConditionLines(const YAML::Node& when);

// "    when      first line" and further lines under the first. Long lines are wrapped.
std::string Entry(size_t indent, const std::string& head, const std::vector<std::string>& lines);

std::string TextOr(const YAML::Node& map, const std::string& key, const std::string& otherwise);

// Each value below `node` with its path in words: {"bands asam2020, mild: to", "9"}.
std::vector<std::pair<std::string, std::string>> Flatten(const YAML::Node& node);

}  // namespace withdrawal::catalogue
