// What consents and disclosures go by, as data (reference G). Filled by libs/catalogue from
// privacy.yaml.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace withdrawal::domain {

// Words by version. A version stays: what was signed or sent refers to it.
using WordVersions = std::map<std::string, std::string>;

struct PrivacyPolicy {
  WordVersions notices;      // with each disclosure under a consent (PR-07)
  std::string short_notice;  // the version of a text message (PR-08)
  std::string long_notice;
  WordVersions revocation_notices;       // what the person was told of the right to revoke (PR-01)
  std::string revocation_notice;         // the version in use
  WordVersions redisclosure_statements;  // PR-02
  std::string redisclosure_statement;
  std::vector<std::string> signers;            // "patient", "representative" (PR-18)
  std::vector<std::string> signature_methods;  // "electronic", "paper"
  int accounting_years = 0;                    // PR-09
  int audit_years = 0;                         // PR-15
};

}  // namespace withdrawal::domain
