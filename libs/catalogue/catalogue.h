// The clinical catalogue: every table the services judge by, loaded once at start from YAML and
// immutable from then on. Who reads it: ingest, scoring, alerting, clinician, withdrawalctl.
//
// Load refuses a file that contradicts itself (a gap in bands, a double item, a missing source, an
// unknown field): InvalidArgument naming file, key and reason. A service that cannot load does not
// start. Thread rule: a loaded Catalogue is read-only and may be shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/domain/assessment.h"
#include "libs/domain/engagement.h"
#include "libs/domain/instrument.h"
#include "libs/domain/medication.h"
#include "libs/domain/news2.h"
#include "libs/domain/plan_review.h"
#include "libs/domain/plan_template.h"
#include "libs/domain/privacy.h"
#include "libs/domain/rule.h"
#include "libs/domain/score.h"
#include "libs/domain/suitability.h"
#include "libs/domain/vital.h"

namespace withdrawal::catalogue {

struct Catalogue {
  domain::CatalogueVersion version;
  std::map<std::string, domain::Instrument> instruments;  // by id; NEWS2 stands apart
  domain::News2 news2;
  domain::VitalDefinitions vitals;
  std::map<std::string, domain::Medication> medications;  // by product
  domain::assessment::Vocabulary intake;                  // what is asked before enrolment
  domain::SuitabilityPolicy suitability;  // levels and rules; SuitabilityPolicyOf adds the rest
  // What a dimension number means, by edition.
  std::map<std::pair<domain::AsamEdition, int>, std::string> dimension_meanings;
  domain::Rule reassessment;        // SU-G08; `when` is not used
  std::vector<domain::Rule> rules;  // in order of file and place
  domain::Ladders ladders;
  domain::MissedCheckInPolicy missed;
  std::map<std::string, domain::PlanTemplate> templates;  // by id
  domain::PlanReviewPolicy plan_review;                   // whole only through PlanReviewPolicyOf
  domain::EngagementPolicy engagement;
  domain::RewardSchedule rewards;
  domain::DosePolicy doses;
  domain::AlertManagement management;
  domain::Rule tolerance_loss;
  domain::PrivacyPolicy privacy;
  std::string emergency_text;  // for a person's own app
  // Whole catalogues, for programmes that overrides change (overrides.h).
  std::map<domain::Programme, std::shared_ptr<const Catalogue>> for_programme;

  // What a person of these programmes is judged by: that of the first one that has its own.
  const Catalogue& For(const std::vector<domain::Programme>& programmes) const;
  const domain::Instrument* FindInstrument(const std::string& id) const;
  // By product or alias, any case; null when unknown.
  const domain::Medication* FindMedication(const std::string& product) const;
};

// Where the YAML files lie, as in libs/catalogue/data; empty = those built into the binary.
// `overrides` holds the files that change single values (overrides.h); empty = none.
struct Location {
  std::string directory;
  std::string overrides;
};

// Errors: NotFound (no such directory), InvalidArgument (see above).
absl::StatusOr<Catalogue> Load(const Location& location);
absl::StatusOr<Catalogue> Load(const std::string& dir);

// What suitability is judged by.
domain::SuitabilityPolicy SuitabilityPolicyOf(const Catalogue& catalogue);
// What care plans are reviewed by.
domain::PlanReviewPolicy PlanReviewPolicyOf(const Catalogue& catalogue);

// By the word of the catalogue and of withdrawalctl: "alcohol".
const std::map<std::string, domain::Programme>& Programmes();
std::optional<domain::Programme> ProgrammeFromName(const std::string& name);

// What an entry of a schedule may wait for besides an instrument: "vital-signs", "red-flags" and
// "sedation", which is vital signs with the consciousness or RASS.
const std::vector<std::string>& OtherCheckIns();
// One of these or an instrument.
bool IsCheckIn(const std::string& name, const Catalogue& catalogue);

// What alerting judges by.
domain::AlertPolicy AlertPolicyOf(const Catalogue& catalogue);

}  // namespace withdrawal::catalogue
