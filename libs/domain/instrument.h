// A rating scale as data: items, the values its form allows, and band schemes by id (reference A,
// design rule 1: bands are data, never code). Filled by libs/catalogue, read by everyone,
// immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/field_error.h"

namespace withdrawal::domain {

// How well a number of the catalogue is supported; the marks of the clinical reference.
enum class Mark { kChecked, kUnchecked, kEngineering };

// Both ends inclusive.
struct Band {
  std::string id;  // lower snake case: "moderately_severe"
  int from = 0;
  int to = 0;
};

// A named, sourced partition of 0..total_max: the loader refuses a gap, an overlap or a short end.
struct BandScheme {
  std::string id;  // "asam2020"
  std::string source;
  Mark mark = Mark::kUnchecked;
  std::string note;         // where the source is ambiguous and which side we took
  std::vector<Band> bands;  // ascending
};

// The band that holds `total`, or null outside 0..max: -1 and max+1 have none.
const Band* FindBand(const BandScheme& scheme, int total);

struct Item {
  std::string code;
  std::string label;                 // our own words
  std::vector<std::string> aliases;  // other keys a file may use: "q1"
  std::vector<int> allowed;          // ascending score values; gaps are real (COWS pulse has no 3)

  bool Allows(int value) const;
};

// An item that is measured rather than judged: the score value follows from the number
// (COWS pulse from the resting pulse in /min).
struct MeasuredItem {
  struct Step {
    int to = 0;  // inclusive
    int points = 0;
  };
  std::string item;   // code of the item it stands for
  std::string field;  // "resting_pulse_per_minute"
  std::vector<std::string> aliases;
  int from = 0;  // plausible range, inclusive
  int to = 0;
  std::vector<Step> steps;  // ascending, the last one reaches `to`

  int PointsFor(int measured) const;  // REQUIRES: from <= measured <= to
};

enum class RaterRule {
  kAnyPerson,  // patient, support person or clinician
  kClinician,  // by video or in person (design rule 3)
};

struct Instrument {
  std::string id;  // "CIWA-Ar"
  std::string title;
  std::string licence;
  std::string source;
  RaterRule rater = RaterRule::kAnyPerson;
  std::vector<Item> items;  // all are required: a total needs every one (reference A.0)
  std::optional<MeasuredItem> measured;
  std::vector<BandScheme> schemes;
  std::string default_scheme;
  Duration fresh_for;  // how long the latest score counts as current (engineering default)

  const Item* FindItem(std::string_view code) const;  // by code; null when unknown
  const BandScheme* FindScheme(std::string_view scheme_id) const;
  const BandScheme& scheme() const;  // the default one
  int total_max() const;
};

// The code a key stands for: an item code, an alias of one, or the measured field ("pulse_bpm"
// gives "resting_pulse_per_minute"). Empty when unknown. For files and calculators; the API takes
// codes only.
std::string ResolveKey(const Instrument& instrument, std::string_view key);

// Age of a latest score. A stale score must never look current (case C44).
struct Freshness {
  Duration age;  // never negative
  bool stale = false;
};
Freshness FreshnessOf(Duration fresh_for, Instant observed_at, Instant now);

}  // namespace withdrawal::domain
