#include "tests/services/alerting/core/story_commands.h"

#include <map>
#include <set>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/services/alerting/core/story_orders.h"

namespace withdrawal::alerting {
namespace {

using Words = std::vector<std::string>;

// "0:primary nobody-on-call no nurse at the weekend": what became of the page of that rung.
domain::AlertPageReported ReadReport(const Words& words) {
  static const std::map<std::string, domain::PageOutcome> outcomes = {
      {"delivered", domain::PageOutcome::kDelivered},
      {"undeliverable", domain::PageOutcome::kUndeliverable},
      {"nobody-on-call", domain::PageOutcome::kNobodyOnCall},
      {"withheld", domain::PageOutcome::kWithheld}};
  const std::pair<std::string, std::string> rung =
      absl::StrSplit(words.at(2), absl::MaxSplits(':', 1));
  const auto outcome = outcomes.find(words.at(3));
  if (outcome == outcomes.end()) Bad("outcome " + words[3]);
  domain::AlertPageReported report;
  report.rung = static_cast<int>(ReadNumber(rung.first));
  report.target = rung.second;
  report.outcome = outcome->second;
  report.reason = absl::StrJoin(words.begin() + 4, words.end(), " ");
  return report;
}

}  // namespace

bool IsCommand(const std::string& verb) {
  static const std::set<std::string> verbs = {"acknowledge", "resolve",  "shelve",  "unshelve",
                                              "call-failed", "reassign", "comment", "report"};
  return verbs.contains(verb);
}

decltype(domain::AlertCommand::command) ReadCommandKind(const Words& words, domain::Instant now) {
  const auto rest = [&](size_t from) {
    return absl::StrJoin(words.begin() + from, words.end(), " ");
  };
  if (words[0] == "acknowledge") {
    return domain::AcknowledgeAlert{};
  }
  if (words[0] == "resolve") {
    return domain::ResolveAlert{rest(2)};
  }
  if (words[0] == "shelve") {  // shelve RF-14a 2h beta blocker started
    return domain::ShelveAlert{rest(3), now + ReadDuration(words.at(2))};
  }
  if (words[0] == "unshelve") {
    return domain::UnshelveAlert{rest(2)};
  }
  if (words[0] == "reassign") {  // reassign RF-01 nurse-2 she knows him
    return domain::ReassignAlert{words.at(2), rest(3)};
  }
  if (words[0] == "comment") {
    return domain::CommentAlert{rest(2)};
  }
  if (words[0] == "report") {
    return domain::ReportPage{ReadReport(words)};
  }
  return domain::ReportFailedCall{rest(2)};
}

}  // namespace withdrawal::alerting
