// What 42 CFR Part 2 wants of a consent before it counts (reference PR-01 to PR-05, PR-13), and
// which consents hold. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/domain/privacy.h"
#include "libs/rpc/status.h"
#include "withdrawal/clinician/v1/privacy.pb.h"

namespace withdrawal::clinician {

// What is missing or wrong, by field ("consent.signature.signed_at": REQUIRED). An id may be
// absent.
std::vector<rpc::FieldViolation> CheckConsent(const events::v1::Consent& consent,
                                              const domain::PrivacyPolicy& policy, absl::Time now);
std::vector<rpc::FieldViolation> CheckRestriction(const events::v1::Restriction& restriction);
// PR-05, PR-06: all four of an emergency disclosure, and what was told.
std::vector<rpc::FieldViolation> CheckEmergency(const v1::RecordEmergencyDisclosureRequest& request,
                                                absl::Time now);

void CheckPatientId(const std::string& field, const std::string& id,
                    std::vector<rpc::FieldViolation>& violations);

// Signed, not expired, not revoked.
bool IsActive(const v1::ConsentRecord& record, absl::Time now);

}  // namespace withdrawal::clinician
