// What PrivacyService counts.
#pragma once

#include <string>

#include "libs/metrics/metrics.h"

namespace withdrawal::clinician {

struct PrivacyMetrics {
  explicit PrivacyMetrics(prometheus::Registry& registry)
      : consents(Commands(registry, "consent")),
        revocations(Commands(registry, "consent_revocation")),
        restrictions(Commands(registry, "restriction")),
        emergencies(Commands(registry, "emergency_disclosure")) {}

  prometheus::Counter& consents;
  prometheus::Counter& revocations;
  prometheus::Counter& restrictions;
  prometheus::Counter& emergencies;

 private:
  static prometheus::Counter& Commands(prometheus::Registry& registry, const std::string& kind) {
    return metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                               "Commands and plans stored, by kind.", {{"kind", kind}});
  }
};

}  // namespace withdrawal::clinician
