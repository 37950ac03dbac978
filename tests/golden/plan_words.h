// Care plans in few words, as tests/golden/plan_rules.txt explains them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/domain/assessment.h"
#include "libs/domain/care_plan.h"

namespace withdrawal::golden {

inline const domain::Instant kPlanBegins = absl::FromUnixSeconds(1'780'297'200);  // 08:00 in London

struct PlanInWords {
  domain::CarePlan plan;
  domain::assessment::Assessment intake;
};

// InvalidArgument naming the word that cannot be read.
absl::StatusOr<PlanInWords> ParsePlan(const std::string& programmes, const std::string& words,
                                      const domain::assessment::Inputs& inputs);

}  // namespace withdrawal::golden
