// The parts of the catalogue, one function each, in the order they are loaded: a later part may
// refer to an earlier one. To add a part: its files under data/, its function here and one line in
// kSections (catalogue.cc).
#pragma once

#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/reader.h"

namespace withdrawal::catalogue {

// Reads one file into the catalogue; what is wrong goes to root.Problem. Must end with root.Done().
using LoadSection = void (*)(Reader& root, Catalogue& catalogue);

void LoadVersion(Reader& root, Catalogue& catalogue);           // catalogue.yaml
void LoadVitals(Reader& root, Catalogue& catalogue);            // vitals.yaml
void LoadMedications(Reader& root, Catalogue& catalogue);       // medications.yaml
void LoadNews2(Reader& root, Catalogue& catalogue);             // instruments/news2.yaml
void LoadInstrument(Reader& root, Catalogue& catalogue);        // instruments/*.yaml, any other
void LoadIntake(Reader& root, Catalogue& catalogue);            // intake.yaml
void LoadMedicationIntake(Reader& root, Catalogue& catalogue);  // intake-medication.yaml
void LoadBenzodiazepines(Reader& root, Catalogue& catalogue);   // benzodiazepines.yaml
void LoadPlanFacts(Reader& root, Catalogue& catalogue);         // plan-facts.yaml
void LoadPlanRules(Reader& root, Catalogue& catalogue);         // plan-rules/*.yaml
void LoadPlanTemplate(Reader& root, Catalogue& catalogue);      // templates/*.yaml
void LoadLevels(Reader& root, Catalogue& catalogue);            // suitability/levels.yaml
void LoadReassessment(Reader& root, Catalogue& catalogue);      // suitability/reassessment.yaml
void LoadSuitability(Reader& root, Catalogue& catalogue);       // suitability/*.yaml, any other
void LoadLadders(Reader& root, Catalogue& catalogue);           // ladders.yaml
void LoadRules(Reader& root, Catalogue& catalogue);             // rules/*.yaml
void LoadMissedCheckIn(Reader& root, Catalogue& catalogue);     // missed-check-in.yaml
void LoadEngagement(Reader& root, Catalogue& catalogue);        // engagement.yaml
void LoadRewards(Reader& root, Catalogue& catalogue);           // contingency-management.yaml
void LoadDosePolicy(Reader& root, Catalogue& catalogue);        // planned-doses.yaml
void LoadManagement(Reader& root, Catalogue& catalogue);        // alert-management.yaml
void LoadDischarge(Reader& root, Catalogue& catalogue);         // discharge.yaml
void LoadPrivacy(Reader& root, Catalogue& catalogue);           // privacy.yaml
void LoadPatientWords(Reader& root, Catalogue& catalogue);      // patient-words.yaml
void LoadOverrideBounds(Reader& root, Catalogue& catalogue);  // override-bounds.yaml: checked only

// When all is read: each input names exactly the rules that look at it, and is required only where
// one does.
void CheckIntakeIsUsed(const Catalogue& catalogue, std::vector<std::string>& problems);

// What every alert rule has: id, priority, title, advice, source, mark, sign_off, note.
domain::Rule ReadHead(Reader& reader);
// And its ladder by priority. An id that another rule has is a problem.
domain::Rule ReadRuleHead(Reader& reader, const Catalogue& catalogue);

// A duration that may be zero.
domain::Duration ReadAfter(Reader& reader, const std::string& key);

// One condition of a rule; a part that is unknown or can never be true is a problem.
domain::Condition ReadCondition(Reader& condition, const Catalogue& catalogue);

// Inputs under the key "inputs" of an intake or of the review of plans; with `catalogue` for the
// instruments, vital signs and red flags that feed them.
domain::assessment::Inputs ReadInputs(Reader& root, const Catalogue& catalogue);
// Conditions with a name, under the key "derived" where it is there.
void ReadDerived(Reader& root, domain::assessment::Vocabulary& vocabulary);
// A condition over inputs: all, any, not, programme, derived, or an input with is, one_of,
// at_least, at_most, above, below, between. Unknown inputs, values its input cannot have, and what
// can never be true or never false are problems.
domain::assessment::Condition ReadInputCondition(Reader& condition,
                                                 const domain::assessment::Vocabulary& vocabulary);

// Unknown words are problems; absent = none.
std::vector<domain::Programme> ReadProgrammes(Reader& reader, const std::string& key);

// Of the care plan's SubstanceUse.
const std::vector<std::string>& SubstanceClasses();

// A band scheme whose bands must cover 0..total_max once each.
domain::BandScheme ReadScheme(Reader& scheme, int total_max);

}  // namespace withdrawal::catalogue
