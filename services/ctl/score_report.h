// The offline calculator: JSON answers in, a JSON report out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "libs/catalogue/catalogue.h"

namespace withdrawal::ctl {

struct ScoreReport {
  std::string json;  // one object, two spaces of indentation, ends with a newline
  bool refused = false;
};

// The object: instrument, catalogue, status (complete | incomplete | band_of_total | refused),
// total, total_max, scheme, band, schemes (the band by every scheme), partial_sum, band_at_least,
// missing_items, items (points by code), flags, set_aside, errors (field, reason, description).
// What does not apply is null or empty. Flags: "single-parameter-3:<item>" (NEWS2),
// "hallucination:<item>" (CIWA-Ar, reference A.1), "lower-bound" (incomplete, yet already in a band
// above the lowest).
// `scheme` empty = the instrument's default. `rater` empty = one the instrument allows.
ScoreReport Score(const catalogue::Catalogue& catalogue, const std::string& instrument,
                  const std::string& json, const std::string& scheme = "",
                  const std::string& rater = "");

}  // namespace withdrawal::ctl
