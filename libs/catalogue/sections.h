// The parts of the catalogue, one function each, in the order they are loaded: a later part may
// refer to an earlier one. To add a part: its files under data/, its function here and one line in
// kSections (catalogue.cc).
#pragma once

#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/reader.h"

namespace withdrawal::catalogue {

// Reads one file into the catalogue; what is wrong goes to root.Problem. Must end with root.Done().
using LoadSection = void (*)(Reader& root, Catalogue& catalogue);

void LoadVersion(Reader& root, Catalogue& catalogue);        // catalogue.yaml
void LoadVitals(Reader& root, Catalogue& catalogue);         // vitals.yaml
void LoadMedications(Reader& root, Catalogue& catalogue);    // medications.yaml
void LoadNews2(Reader& root, Catalogue& catalogue);          // instruments/news2.yaml
void LoadInstrument(Reader& root, Catalogue& catalogue);     // instruments/*.yaml, any other
void LoadLadders(Reader& root, Catalogue& catalogue);        // ladders.yaml
void LoadRules(Reader& root, Catalogue& catalogue);          // rules/*.yaml
void LoadMissedCheckIn(Reader& root, Catalogue& catalogue);  // missed-check-in.yaml

// One condition of a rule; a part that is unknown or can never be true is a problem.
domain::Condition ReadCondition(Reader& condition, const Catalogue& catalogue);

// Of the care plan's SubstanceUse.
const std::vector<std::string>& SubstanceClasses();

// A band scheme whose bands must cover 0..total_max once each.
domain::BandScheme ReadScheme(Reader& scheme, int total_max);

}  // namespace withdrawal::catalogue
