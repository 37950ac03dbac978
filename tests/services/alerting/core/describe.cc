// How a story writes down what alerting does.
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

std::string Clock(Instant at, Instant start) {
  const int64_t minutes = absl::ToInt64Minutes(at - start);
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

const std::map<domain::PageOutcome, std::string> kPageOutcomes = {
    {domain::PageOutcome::kDelivered, "delivered"},
    {domain::PageOutcome::kUndeliverable, "undeliverable"},
    {domain::PageOutcome::kNobodyOnCall, "nobody-on-call"},
    {domain::PageOutcome::kWithheld, "withheld"}};

std::string DescribeManagement(const domain::AlertEvent& event, Instant start) {
  const std::string& rule = event.alert.rule_id;
  if (const auto* suppressed = std::get_if<domain::AlertSuppressed>(&event.kind)) {
    return absl::StrCat("suppressed ", rule, ": ", suppressed->reason);
  }
  if (const auto* shelved = std::get_if<domain::AlertShelved>(&event.kind)) {
    return absl::StrCat("shelved ", rule, " until ", Clock(shelved->until, start), " by ",
                        shelved->actor, ": ", shelved->reason);
  }
  if (const auto* unshelved = std::get_if<domain::AlertUnshelved>(&event.kind)) {
    return absl::StrCat("unshelved ", rule, " by ", unshelved->actor, ": ", unshelved->reason);
  }
  if (const auto* refused = std::get_if<domain::AlertCommandRefused>(&event.kind)) {
    return absl::StrCat("refused ", rule, ": ", refused->reason);
  }
  if (const auto* noted = std::get_if<domain::AlertNoted>(&event.kind)) {
    return absl::StrCat("noted ", rule, noted->call_failed ? " call failed" : "", ": ",
                        noted->note);
  }
  if (const auto* reassigned = std::get_if<domain::AlertReassigned>(&event.kind)) {
    return absl::StrCat("reassigned ", rule, " to ",
                        reassigned->to_actor.empty() ? "the team" : reassigned->to_actor, ": ",
                        reassigned->note);
  }
  if (const auto* report = std::get_if<domain::AlertPageReported>(&event.kind)) {
    return absl::StrCat("reported ", rule, " ", report->rung, ":", report->target, " ",
                        kPageOutcomes.at(report->outcome), report->reason.empty() ? "" : ": ",
                        report->reason);
  }
  const auto& transferred = std::get<domain::AlertTransferred>(event.kind);
  return absl::StrCat("transferred ", rule, " from ", transferred.from_team, " to ",
                      transferred.to_team,
                      transferred.acknowledgement_cleared.empty() ? "" : " acknowledgement of ",
                      transferred.acknowledgement_cleared,
                      transferred.acknowledgement_cleared.empty() ? "" : " cleared");
}

}  // namespace

std::string Describe(const domain::AlertEvent& event, Instant start) {
  static const char* const kPriority[] = {"", "routine", "urgent", "emergency"};
  const domain::Alert& alert = event.alert;
  const std::string priority = kPriority[static_cast<int>(alert.priority)];
  std::string text = Clock(event.occurred_at, start) + " ";
  if (std::holds_alternative<domain::AlertRaised>(event.kind)) {
    absl::StrAppend(&text, "raised ", alert.rule_id, " ", priority, alert.late ? " late" : "",
                    alert.paging_off ? " paging-off" : "", alert.technical ? " technical" : "",
                    alert.data_incomplete ? " data-incomplete" : "");
  } else if (std::holds_alternative<domain::AlertRepeated>(event.kind)) {
    absl::StrAppend(&text, "repeated ", alert.rule_id, " count ", alert.count);
  } else if (const auto* escalated = std::get_if<domain::AlertEscalated>(&event.kind)) {
    absl::StrAppend(&text, "escalated ", alert.rule_id, " ", priority, " to ", escalated->target,
                    escalated->reason.empty() ? "" : ": ", escalated->reason);
  } else if (std::holds_alternative<domain::AlertAcknowledged>(event.kind)) {
    absl::StrAppend(&text, "acknowledged ", alert.rule_id, " by ", alert.acknowledged_by);
  } else if (const auto* resolved = std::get_if<domain::AlertResolved>(&event.kind)) {
    absl::StrAppend(&text, "resolved ", alert.rule_id, " by ", resolved->actor, ": ",
                    resolved->reason);
  } else {
    absl::StrAppend(&text, DescribeManagement(event, start));
  }
  return text;
}

}  // namespace withdrawal::alerting
