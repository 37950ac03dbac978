#include "libs/catalogue/reader.h"

#include <cmath>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace withdrawal::catalogue {

namespace {

// Titles and advice travel in every alert; a record has to fit into a topic.
constexpr size_t kTextMax = 4000;
constexpr domain::Duration kDurationMax = absl::Hours(24 * 3660);

}  // namespace

YAML::Node LoadDocument(const std::string& text) {
  const std::vector<YAML::Node> documents = YAML::LoadAll(text);
  if (documents.size() > 1) {
    throw YAML::Exception(YAML::Mark::null_mark(), "more than one document: leave `---` out");
  }
  return documents.empty() ? YAML::Node() : documents.front();
}

Reader::Reader(std::string file, std::string path, const YAML::Node& node,
               std::vector<std::string>* problems)
    : file_(std::move(file)), path_(std::move(path)), node_(node), problems_(problems) {
  if (!node_.IsMap()) {
    Problem("", "must be a mapping");
    node_ = YAML::Node(YAML::NodeType::Map);
    return;
  }
  std::set<std::string> keys;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!keys.insert(key).second) Problem(key, "stands here twice");
  }
}

bool Reader::Has(const std::string& key) const { return std::as_const(node_)[key].IsDefined(); }

YAML::Node Reader::Take(const std::string& key, bool required) {
  taken_.insert(key);
  const YAML::Node node = std::as_const(node_)[key];
  if (node.IsDefined() && !node.IsNull()) return node;
  if (required) Problem(key, "missing");
  return YAML::Node();
}

template <typename Value>
Value Reader::Convert(const std::string& key, const YAML::Node& node, const char* type) {
  Value value{};
  if (node.IsNull()) return value;
  if (!node.IsScalar() || !YAML::convert<Value>::decode(node, value)) {
    Problem(key, absl::StrCat("must be ", type));
  }
  // YAML knows .nan and .inf; no reading would ever be on the right side of them.
  if constexpr (std::is_floating_point_v<Value>) {
    if (!std::isfinite(value)) {
      Problem(key, absl::StrCat("must be ", type));
      return 0;
    }
  }
  return value;
}

template <typename Value>
std::vector<Value> Reader::ConvertList(const std::string& key, bool required, const char* type) {
  const YAML::Node node = Take(key, required);
  std::vector<Value> values;
  if (node.IsNull()) return values;
  if (!node.IsSequence()) {
    Problem(key, "must be a list");
    return values;
  }
  for (const auto& entry : node) values.push_back(Convert<Value>(key, entry, type));
  return values;
}

std::string Reader::Text(const std::string& key) {
  const YAML::Node node = Take(key, true);
  const auto text = Convert<std::string>(key, node, "text");
  if (text.empty() && !node.IsNull()) Problem(key, "must not be empty");
  if (text.size() > kTextMax) Problem(key, absl::StrCat("longer than ", kTextMax, " bytes"));
  return text;
}

int Reader::Int(const std::string& key) {
  return Convert<int>(key, Take(key, true), "a whole number");
}

double Reader::Number(const std::string& key) {
  return Convert<double>(key, Take(key, true), "a number");
}

domain::Duration Reader::DurationOf(const std::string& key) {
  domain::Duration duration;
  const std::string text = Text(key);
  if (text.empty()) return duration;
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration() ||
      duration > kDurationMax) {
    Problem(key, "must be a positive duration such as 90s, 60m or 8h, at most ten years");
  }
  return duration;
}

domain::Mark Reader::MarkOf(const std::string& key) {
  return Choice<domain::Mark>(key, {{"checked", domain::Mark::kChecked},
                                    {"unchecked", domain::Mark::kUnchecked},
                                    {"engineering", domain::Mark::kEngineering}});
}

Reader Reader::Map(const std::string& key) {
  const YAML::Node node = Take(key, true);
  const YAML::Node map = node.IsNull() ? YAML::Node(YAML::NodeType::Map) : node;
  return Reader(file_, At(key) + ".", map, problems_);
}

std::vector<Reader> Reader::Readers(const std::string& key, bool required) {
  const YAML::Node node = Take(key, required);
  std::vector<Reader> readers;
  if (node.IsNull()) return readers;
  if (!node.IsSequence() || node.size() == 0) {
    Problem(key, "must be a list that is not empty");
    return readers;
  }
  for (size_t i = 0; i < node.size(); ++i) {
    readers.emplace_back(file_, absl::StrCat(At(key), "[", i, "]."), node[i], problems_);
  }
  return readers;
}

std::vector<Reader> Reader::List(const std::string& key) { return Readers(key, true); }

std::vector<Reader> Reader::OptionalList(const std::string& key) { return Readers(key, false); }

std::vector<std::string> Reader::Texts(const std::string& key) {
  return ConvertList<std::string>(key, true, "text");
}

std::vector<int> Reader::Ints(const std::string& key) {
  return ConvertList<int>(key, true, "whole numbers");
}

std::vector<double> Reader::Numbers(const std::string& key) {
  return ConvertList<double>(key, true, "numbers");
}

std::vector<std::string> Reader::OptionalTexts(const std::string& key) {
  return ConvertList<std::string>(key, false, "text");
}

bool Reader::Flag(const std::string& key) {
  return Convert<bool>(key, Take(key, false), "true or false");
}

std::string Reader::OptionalText(const std::string& key) {
  return Convert<std::string>(key, Take(key, false), "text");
}

std::optional<int> Reader::OptionalInt(const std::string& key) {
  const YAML::Node node = Take(key, false);
  if (node.IsNull()) return std::nullopt;
  return Convert<int>(key, node, "a whole number");
}

std::optional<double> Reader::OptionalNumber(const std::string& key) {
  const YAML::Node node = Take(key, false);
  if (node.IsNull()) return std::nullopt;
  return Convert<double>(key, node, "a number");
}

std::string Reader::YamlOf(const std::string& key) const {
  const YAML::Node node = std::as_const(node_)[key];
  if (!node.IsDefined()) return "";
  YAML::Emitter emitter;
  emitter.SetMapFormat(YAML::Flow);
  emitter.SetSeqFormat(YAML::Flow);
  emitter << node;
  return emitter.c_str();
}

void Reader::Problem(const std::string& key, const std::string& why) {
  problems_->push_back(absl::StrCat(file_, ": ", At(key), ": ", why));
}

void Reader::Done() {
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (!taken_.contains(key)) Problem(key, "unknown field");
  }
}

std::string Reader::At(const std::string& key) const {
  if (!key.empty()) return path_ + key;
  return path_.empty() ? "(file)" : path_.substr(0, path_.size() - 1);
}

}  // namespace withdrawal::catalogue
