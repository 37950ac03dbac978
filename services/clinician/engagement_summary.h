// A person's engagement as their summary shows it (reference EN-03 to EN-09).
#pragma once

#include "absl/time/time.h"
#include "libs/domain/engagement.h"
#include "services/clinician/database.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// One row of check_in_fact.
struct EngagementFact {
  std::string kind;
  std::string detail;
  absl::Time at;
  double value = 0;
};

// Pure. Facts in order of time.
v1::Engagement EngagementOf(const domain::CarePlan& plan, const std::vector<EngagementFact>& facts,
                            const domain::EngagementPolicy& policy, absl::Time now);

// Reads the facts of the last 30 days, and of each kind of lapse, craving and item the newest.
std::vector<EngagementFact> ReadFacts(Transaction& transaction, const std::string& patient_id,
                                      absl::Time now);

}  // namespace withdrawal::clinician
