// What people allow to be told to their support contacts (reference PR-04, PR-10, PR-14). Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/domain/time.h"

namespace withdrawal::notifier {

// A signed consent that lets a support contact hear of missed check-ins.
struct ContactConsent {
  std::string consent_id;
  std::string contact_id;
  std::string purpose;
  domain::Instant signed_at;
  std::optional<domain::Instant> expires_at;
};

// The person asked that nothing be told of missed check-ins to this contact.
struct ContactRestriction {
  std::string restriction_id;
  std::string contact_id;  // empty: to none of them
  bool lifted = false;
};

struct Permission {
  std::string consent_id;  // empty: it may not be told
  std::string purpose;
  std::string refusal;  // why not, in words for people

  bool given() const { return !consent_id.empty(); }
};

class ConsentBook {
 public:
  // The first of an id counts: a consent is never edited.
  void Record(const std::string& patient_id, ContactConsent consent);
  // For ever, also when the consent itself comes (again) later.
  void Revoke(const std::string& patient_id, const std::string& consent_id);
  void Restrict(const std::string& patient_id, const ContactRestriction& restriction);

  Permission MayTell(const std::string& patient_id, const std::string& contact_id,
                     domain::Instant now) const;

 private:
  struct Person {
    std::vector<ContactConsent> consents;
    std::set<std::string> revoked;
    std::map<std::string, std::string> restrictions;  // contact by restriction
  };

  std::map<std::string, Person> people_;
};

}  // namespace withdrawal::notifier
