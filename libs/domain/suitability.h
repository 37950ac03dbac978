// Is withdrawal at home suitable for this person, and at which level of care? (Reference C.) All
// rules are run and each that holds speaks; the worst consequence and the highest level count. What
// is required and not known is a caution with a task, never "suitable". Pure and thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/assessment.h"
#include "libs/domain/score.h"

namespace withdrawal::domain {

enum class Consequence { kSuitable, kCaution, kNotSuitable };  // ascending

// What answers "not suitable".
enum class Remedy {
  kLevel,      // a higher level of care
  kWait,       // assess again later: intoxicated now
  kOtherPlan,  // the same level with another plan: no abrupt stop
};

// The editions number the dimensions alike and mean different things by 4, 5 and 6.
enum class AsamEdition { kThird, kFourth };
struct Dimension {
  AsamEdition edition = AsamEdition::kThird;
  int number = 0;       // 1 to 6
  std::string meaning;  // of this number in this edition

  bool operator==(const Dimension&) const = default;
};

struct CareLevel {
  std::string id;  // of the third edition: "3.7-WM"
  std::string title;
  std::string fourth_edition;  // "3.7"
  bool at_home = false;
};

// One thing a rule says when its condition holds.
struct SuitabilityOutcome {
  assessment::Condition when;
  Consequence consequence = Consequence::kCaution;
  Remedy remedy = Remedy::kLevel;
  std::string level;  // CareLevel.id; empty = names none
  std::string task;
  std::string variant;  // speaks only when the rule's variant is this one; empty = always
};

struct SuitabilityRule {
  std::string id;  // of reference C: "SU-A01"
  std::string title;
  std::vector<Programme> programmes;  // empty = all
  bool only_alone = false;            // only when nothing is missing and nothing calls for caution
  std::string variant;                // which of published alternatives is in force
  std::vector<SuitabilityOutcome> outcomes;
  std::vector<Dimension> dimensions;  // one per edition
  std::string source;
  Mark mark = Mark::kEngineering;
  std::string sign_off;
};

struct SuitabilityPolicy {
  CatalogueVersion version;
  assessment::Vocabulary vocabulary;
  std::vector<CareLevel> levels;      // mildest first
  std::string not_suitable_at_least;  // CareLevel.id, where the remedy is a level
  std::vector<SuitabilityRule> rules;
};

struct SuitabilityFinding {
  std::string rule_id;
  std::string title;
  Consequence consequence = Consequence::kCaution;
  Remedy remedy = Remedy::kLevel;
  std::string level;
  std::string why;  // the answers that made it true
  std::string task;
  std::string variant;
  std::vector<Dimension> dimensions;
  std::string sign_off;

  bool operator==(const SuitabilityFinding&) const = default;
};

// Required and not known: the task is to ask.
struct MissingInput {
  std::string input;
  std::string question;
  std::vector<std::string> rules;

  bool operator==(const MissingInput&) const = default;
};

struct SuitabilityVerdict {
  Consequence consequence = Consequence::kCaution;
  std::string level;                 // CareLevel.id; empty = no rule names one
  std::string level_fourth_edition;  // empty when `level` is
  bool for_now = false;              // not suitable, and waiting is the only remedy asked for
  std::vector<SuitabilityFinding> findings;  // in the order of the rules
  std::vector<MissingInput> missing;         // by input id
  std::optional<bool> transfer_consent;      // agreed in advance (S3)
  CatalogueVersion catalogue;

  bool operator==(const SuitabilityVerdict&) const = default;
};

// What was recorded before enrolment; mirrors proto IntakeRecorded.
struct Intake {
  std::string patient_id;
  std::string intake_id;
  assessment::Assessment known;
  Instant recorded_at;
};

// REQUIRES: each value of `known` passes assessment::CheckValue.
SuitabilityVerdict JudgeSuitability(const SuitabilityPolicy& policy,
                                    const assessment::Assessment& known);

// Place of the level among policy.levels; -1 when unknown or empty.
int RankOf(const SuitabilityPolicy& policy, const std::string& level);

}  // namespace withdrawal::domain
