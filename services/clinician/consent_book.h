// What one person allows and asked to be kept back, from consent events in the order of the topic.
// Pure.
#pragma once

#include <map>
#include <string>

#include "absl/time/time.h"
#include "withdrawal/clinician/v1/privacy.pb.h"

namespace withdrawal::clinician {

class ConsentBook {
 public:
  // An event again changes nothing. Of a consent the first content and the first revocation stand,
  // of a restriction the newest.
  void Apply(const events::v1::ConsentEvent& event);

  // Null when nobody recorded it.
  const v1::ConsentRecord* FindConsent(const std::string& consent_id) const;
  const events::v1::Restriction* FindRestriction(const std::string& restriction_id) const;

  // Newest first; what is lifted is not told any more.
  void Tell(absl::Time now, v1::ListConsentsResponse& response) const;

 private:
  std::map<std::string, v1::ConsentRecord> consents_;
  std::map<std::string, events::v1::ConsentEvent> restrictions_;
};

}  // namespace withdrawal::clinician
