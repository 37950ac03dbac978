#include "services/clinician/requested_check_in.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

constexpr char kPrefix[] = "requested-";
constexpr absl::Duration kWithin = absl::Minutes(30);
constexpr absl::Duration kWithinMax = absl::Hours(24);

bool WasAnswered(const events::v1::ScheduleEntry& entry, const domain::DueFacts& facts) {
  domain::ScheduleEntry asked;
  asked.satisfied_by.assign(entry.satisfied_by().begin(), entry.satisfied_by().end());
  return std::any_of(facts.received.begin(), facts.received.end(), [&](const auto& receipt) {
    return receipt.second >= codec::FromProto(entry.from()) &&
           domain::IsSatisfiedBy(asked, {receipt.first});
  });
}

}  // namespace

std::vector<rpc::FieldViolation> CheckRequestedCheckIn(const v1::RequestCheckInRequest& request,
                                                       const PlanBounds& bounds) {
  std::vector<rpc::FieldViolation> violations;
  for (int i = 0; i < request.satisfied_by_size(); ++i) {
    const auto& known = bounds.check_ins;
    if (std::find(known.begin(), known.end(), request.satisfied_by(i)) == known.end()) {
      violations.push_back({absl::StrCat("satisfied_by[", i, "]"), "UNKNOWN_CHECK_IN",
                            "vital-signs, red-flags, sedation or an instrument of the catalogue"});
    }
  }
  if (request.has_within() && (!codec::IsValid(request.within()) ||
                               codec::FromProto(request.within()) <= absl::ZeroDuration() ||
                               codec::FromProto(request.within()) > kWithinMax)) {
    violations.push_back({"within", "OUT_OF_RANGE", "more than 0, at most 24 h"});
  }
  return violations;
}

void RequestEntry(const v1::RequestCheckInRequest& request, const domain::DueFacts& facts,
                  absl::Time now, events::v1::CarePlan& plan) {
  auto& entries = *plan.mutable_schedule()->mutable_entries();
  const auto over =
      std::remove_if(entries.begin(), entries.end(), [&](const events::v1::ScheduleEntry& entry) {
        return absl::StartsWith(entry.entry_id(), kPrefix) && WasAnswered(entry, facts);
      });
  entries.erase(over, entries.end());
  events::v1::ScheduleEntry& entry = *entries.Add();
  entry.set_entry_id(absl::StrCat(kPrefix, NewId().substr(0, 16)));
  *entry.mutable_satisfied_by() = request.satisfied_by();
  *entry.mutable_from() = ToTimestamp(now);
  const absl::Duration within = request.has_within() ? codec::FromProto(request.within()) : kWithin;
  *entry.add_at() = ToTimestamp(now + within);
}

}  // namespace withdrawal::clinician
