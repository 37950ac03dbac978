// AL-02: an alert ends when what made it has ended. A reading that is well says nothing about
// another one, and a report of no vomiting nothing about confusion.
#pragma once

#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/condition.h"

namespace withdrawal::alerting {

// What a check-in says of the parts that made the alert. Not for late data, nor for what is known
// to the day only.
void NoteParts(OpenAlert& open, const domain::Rule& rule, const Facts& facts, const State& state,
               const domain::AlertPolicy& policy);
// Whether this check-in alone says that what made the rule true is over, as far as an incomplete
// form can say so.
bool SaysOver(const std::set<std::string>& parts, const domain::Rule& rule, const Facts& facts,
              const State& state, const domain::AlertPolicy& policy);
// Every way in which the rule was true has come to an end: of "all of", one part; of "any of",
// each.
bool HasEnded(const OpenAlert& open, const domain::Rule& rule);

}  // namespace withdrawal::alerting
