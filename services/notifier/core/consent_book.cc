#include "services/notifier/core/consent_book.h"

#include <algorithm>
#include <utility>

namespace withdrawal::notifier {

void ConsentBook::Record(const std::string& patient_id, ContactConsent consent) {
  std::vector<ContactConsent>& consents = people_[patient_id].consents;
  const bool known = std::any_of(consents.begin(), consents.end(), [&](const ContactConsent& one) {
    return one.consent_id == consent.consent_id;
  });
  if (!known) consents.push_back(std::move(consent));
}

void ConsentBook::Revoke(const std::string& patient_id, const std::string& consent_id) {
  people_[patient_id].revoked.insert(consent_id);
}

void ConsentBook::Restrict(const std::string& patient_id, const ContactRestriction& restriction) {
  auto& restrictions = people_[patient_id].restrictions;
  if (restriction.lifted) {
    restrictions.erase(restriction.restriction_id);
  } else {
    restrictions[restriction.restriction_id] = restriction.contact_id;
  }
}

Permission ConsentBook::MayTell(const std::string& patient_id, const std::string& contact_id,
                                domain::Instant now) const {
  Permission permission;
  permission.refusal = "no consent covers it";
  const auto found = people_.find(patient_id);
  if (found == people_.end()) return permission;
  const Person& person = found->second;
  for (const auto& [id, contact] : person.restrictions) {
    if (!contact.empty() && contact != contact_id) continue;
    permission.refusal = "the person asked that it be kept back";
    return permission;
  }
  for (const ContactConsent& consent : person.consents) {
    const bool runs =
        consent.signed_at <= now && (!consent.expires_at || now < *consent.expires_at);
    if (consent.contact_id != contact_id || !runs || person.revoked.contains(consent.consent_id)) {
      continue;
    }
    return {consent.consent_id, consent.purpose, ""};
  }
  return permission;
}

}  // namespace withdrawal::notifier
