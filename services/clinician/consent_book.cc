#include "services/clinician/consent_book.h"

#include <algorithm>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "services/clinician/consent_check.h"

namespace withdrawal::clinician {

using events::v1::ConsentEvent;
using google::protobuf::util::TimeUtil;

void ConsentBook::Apply(const ConsentEvent& event) {
  if (event.has_restriction()) {
    ConsentEvent& known = restrictions_[event.restriction().restriction_id()];
    if (TimeUtil::TimestampToNanoseconds(event.occurred_at()) >=
        TimeUtil::TimestampToNanoseconds(known.occurred_at())) {
      known = event;
    }
  } else if (event.has_recorded()) {
    v1::ConsentRecord& record = consents_[event.recorded().consent_id()];
    if (record.has_recorded_at()) return;
    *record.mutable_consent() = event.recorded();
    *record.mutable_recorded_at() = event.occurred_at();
  } else if (event.has_revoked()) {
    v1::ConsentRecord& record = consents_[event.revoked().consent_id()];
    if (!record.has_revoked_at()) *record.mutable_revoked_at() = event.occurred_at();
  }
}

const v1::ConsentRecord* ConsentBook::FindConsent(const std::string& consent_id) const {
  const auto found = consents_.find(consent_id);
  return found != consents_.end() && found->second.has_recorded_at() ? &found->second : nullptr;
}

const events::v1::Restriction* ConsentBook::FindRestriction(
    const std::string& restriction_id) const {
  const auto found = restrictions_.find(restriction_id);
  return found == restrictions_.end() ? nullptr : &found->second.restriction();
}

void ConsentBook::Tell(absl::Time now, v1::ListConsentsResponse& response) const {
  const auto newer = [](const google::protobuf::Timestamp& a,
                        const google::protobuf::Timestamp& b) {
    return TimeUtil::TimestampToNanoseconds(a) > TimeUtil::TimestampToNanoseconds(b);
  };
  std::vector<const v1::ConsentRecord*> consents;
  for (const auto& [id, record] : consents_) {
    if (record.has_recorded_at()) consents.push_back(&record);
  }
  std::stable_sort(consents.begin(), consents.end(), [&](const auto* a, const auto* b) {
    return newer(a->recorded_at(), b->recorded_at());
  });
  for (const v1::ConsentRecord* record : consents) {
    v1::ConsentRecord& told = *response.add_consents();
    told = *record;
    told.set_active(IsActive(told, now));
  }
  std::vector<const ConsentEvent*> restrictions;
  for (const auto& [id, event] : restrictions_) {
    if (!event.restriction().lifted()) restrictions.push_back(&event);
  }
  std::stable_sort(restrictions.begin(), restrictions.end(), [&](const auto* a, const auto* b) {
    return newer(a->occurred_at(), b->occurred_at());
  });
  for (const ConsentEvent* event : restrictions) {
    *response.add_restrictions() = event->restriction();
  }
}

}  // namespace withdrawal::clinician
