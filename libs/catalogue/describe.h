// The catalogue in words, for people: what stands in its files, in the order a clinician asks, and
// how two of them differ. Works on the texts, so that what a file says is shown whether or not this
// binary knows what it means.
#pragma once

#include <string>

#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {

// Which parts; with both empty all of it.
struct Selection {
  std::string rule;        // id
  std::string instrument;  // id
};

// Sound files (Load has taken them). Empty when nothing of that id is there.
std::string Describe(const Files& files, const Selection& selection);

// One block per rule, instrument, ladder or file that is not the same, empty when all are:
//   rule SC-01b (CIWA-Ar 15 to 18)
//     when      total CIWA-Ar, at least 15, at most 18
//       now     total CIWA-Ar, at least 16, at most 18
std::string Differences(const Files& before, const Files& after);

}  // namespace withdrawal::catalogue
