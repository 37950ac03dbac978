// What the readers of conditions share; see sections.h for the way in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/reader.h"

namespace withdrawal::catalogue {

// Bounds that some value of low..high can meet, and an edge that leaves room to clear.
void ReadBounds(Reader& reader, double low, double high, bool low_is_bad,
                domain::Observed& observed);
// The bounds within which a care plan may move `edge`; absent when it may not.
std::optional<domain::Adjustable> ReadAdjustable(Reader& reader, double edge, double low,
                                                 double high);
domain::Condition AnyOfThese(std::vector<domain::Condition> parts);
// One condition for each name, true from `at_least` on, with the reader's `within`.
domain::Condition ReadNamed(Reader& reader, domain::Measure measure,
                            const std::vector<std::string>& names, double at_least = 1);
// Each must be a medication class of the rules, a product of the catalogue or a class of
// substances.
void CheckNames(Reader& reader, const std::string& key, const std::vector<std::string>& names,
                const Catalogue& catalogue);

// A number of lapses, sessions or support: {code: use_days_in_7, at_least: 3}.
domain::Condition ReadEngagement(Reader& reader);

// The kinds about doses, orders, elapsed time, changes and questionnaires.
domain::Condition ReadDoseKind(const std::string& kind, Reader& reader, const Catalogue& catalogue);

}  // namespace withdrawal::catalogue
