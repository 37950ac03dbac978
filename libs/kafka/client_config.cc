#include "libs/kafka/client_config.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::kafka {
namespace {

constexpr std::array kAllowed = {"security.",   "ssl.",       "sasl.",
                                 "enable.ssl.", "socket.",    "broker.address.",
                                 "client.rack", "client.dns."};

bool IsAllowed(const std::string& name) {
  return std::any_of(kAllowed.begin(), kAllowed.end(),
                     [&](const char* prefix) { return absl::StartsWith(name, prefix); });
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadSecurity(const std::string& file) {
  std::ifstream in(file);
  if (!in) return absl::InvalidArgumentError(absl::StrCat(file, ": cannot be read"));
  std::map<std::string, std::string> properties;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto text = absl::StripAsciiWhitespace(line);
    if (text.empty() || text[0] == '#') continue;
    const auto bad = [&](const std::string& why) {
      return absl::InvalidArgumentError(absl::StrCat(file, ", line ", number, ": ", why));
    };
    const auto equals = text.find('=');
    if (equals == text.npos) return bad("no name=value");
    const std::string name(absl::StripAsciiWhitespace(text.substr(0, equals)));
    if (!IsAllowed(name)) return bad(absl::StrCat(name, " is not about security"));
    const std::string value(absl::StripAsciiWhitespace(text.substr(equals + 1)));
    if (!properties.try_emplace(name, value).second) return bad(absl::StrCat(name, " again"));
  }
  return properties;
}

}  // namespace withdrawal::kafka
