// Strict reading of one YAML mapping: each key is asked for by name and type, and what nobody asked
// for is a problem. Problems are collected, not thrown, so that one run of the loader names them
// all: "instruments/cows.yaml: items[3].allowed: values must ascend".
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/domain/instrument.h"
#include "libs/domain/time.h"

namespace withdrawal::catalogue {

// The one document of a file. Throws YAML::Exception for a syntax error, and for a second document:
// what stands after `---` would be left out in silence.
YAML::Node LoadDocument(const std::string& text);

class Reader {
 public:
  // `problems` outlives the reader.
  Reader(std::string file, std::string path, const YAML::Node& node,
         std::vector<std::string>* problems);

  bool Has(const std::string& key) const;

  // Required: absent or of another type is a problem, and the answer is empty or zero.
  std::string Text(const std::string& key);  // not empty, at most 4000 bytes
  int Int(const std::string& key);
  double Number(const std::string& key);
  domain::Duration DurationOf(const std::string& key);  // "90s", "60m", "8h"; positive
  domain::Mark MarkOf(const std::string& key);          // checked, unchecked, engineering
  Reader Map(const std::string& key);
  std::vector<Reader> List(const std::string& key);  // of mappings, not empty
  std::vector<std::string> Texts(const std::string& key);
  std::vector<int> Ints(const std::string& key);
  std::vector<double> Numbers(const std::string& key);
  template <typename Value>
  Value Choice(const std::string& key, const std::map<std::string, Value>& choices) {
    const auto found = choices.find(Text(key));
    if (found != choices.end()) return found->second;
    Problem(key, "not one of the words allowed here");
    return Value{};
  }

  // Optional: absent is no problem.
  bool Flag(const std::string& key);  // false when absent
  std::string OptionalText(const std::string& key);
  std::optional<int> OptionalInt(const std::string& key);
  std::optional<double> OptionalNumber(const std::string& key);
  std::vector<std::string> OptionalTexts(const std::string& key);
  std::vector<Reader> OptionalList(const std::string& key);

  // The value as YAML in one layout, for comparing; empty when absent.
  std::string YamlOf(const std::string& key) const;

  void Problem(const std::string& key, const std::string& why);
  // Call last: every key that was not asked for is a problem.
  void Done();

 private:
  YAML::Node Take(const std::string& key, bool required);
  template <typename Value>
  Value Convert(const std::string& key, const YAML::Node& node, const char* type);
  template <typename Value>
  std::vector<Value> ConvertList(const std::string& key, bool required, const char* type);
  std::vector<Reader> Readers(const std::string& key, bool required);
  std::string At(const std::string& key) const;

  std::string file_;
  std::string path_;  // "" or "items[3]."
  YAML::Node node_;
  std::vector<std::string>* problems_;
  std::set<std::string> taken_;
};

}  // namespace withdrawal::catalogue
