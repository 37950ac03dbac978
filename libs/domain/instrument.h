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
// "checked", "unchecked", "engineering"
std::string MarkName(Mark mark);

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
  std::string label;                 // our own words; empty in a plug-in
  std::vector<std::string> aliases;  // other keys a file may use: "q1"
  std::vector<int> allowed;          // ascending score values; gaps are real (COWS pulse has no 3)
  bool in_total = true;              // else stored, and counted by subscales that name it
  bool observer = false;             // judged by somebody else: not by the patient
  std::string loinc;                 // empty when the reference gives none

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

enum class TotalKind {
  kSum,
  // The mean in tenths, half up: OCS 3, 4, 4 gives 37, read as 3.7. Whole numbers all the way.
  kMeanTenths,
  kNone,  // subscales or categories only (BAM, C-SSRS)
};

// A total in spite of missing answers: the mean of those present times the number of items, half
// up (reference A.0). Without it every item is required.
struct Prorating {
  int missing_max = 0;
  std::vector<std::string> never_imputed;  // no total when one of these is missing
};

// What the form tells the rater to skip: when every item of `when` has the value `is`, an
// unanswered item of `skip` counts 0 and is not missing.
struct SkipRule {
  std::vector<std::string> when;
  int is = 0;
  std::vector<std::string> skip;
};

// A sum of its own. Flagged when at or beyond the bound it has (BAM: Protective at most 12).
struct Subscale {
  std::string id;
  std::string label;
  std::vector<std::string> items;
  std::optional<int> flag_at_least;
  std::optional<int> flag_at_most;
  std::string source;
  Mark mark = Mark::kUnchecked;
};

// Reached when any of the items is above 0. The last one, without items, is the rest.
struct Category {
  std::string id;  // "high"
  std::vector<std::string> any_of;
};

// One of several printed forms that differ in how answers are to be read (CIWA-B).
struct Form {
  std::string id;
  std::string title;
  std::string source;
};

struct Instrument {
  std::string id;  // "CIWA-Ar"
  std::string title;
  std::string licence;
  std::string source;
  RaterRule rater = RaterRule::kAnyPerson;
  // No wording here: items q1..qN, text by whoever holds a licence (BWSQ, ISI).
  bool plug_in = false;
  std::vector<Item> items;
  TotalKind total = TotalKind::kSum;
  std::optional<Prorating> prorating;
  std::vector<SkipRule> skips;
  std::vector<Subscale> subscales;
  std::vector<Category> categories;  // worst first
  // Not a point: 0 here means that the instrument does not apply (PAWSS). Empty = no gate.
  std::string gate_item;
  std::vector<Form> forms;  // not empty: the answers must name one
  // A key of files by which a sender says that reversed items come as printed score values. Only
  // true is accepted: nothing is ever reversed here.
  std::string printed_score_key;
  std::optional<MeasuredItem> measured;
  std::vector<BandScheme> schemes;  // none without a total
  std::string default_scheme;
  std::string loinc_total, loinc_panel;
  Duration fresh_for;  // how long the latest score counts as current (engineering default)

  bool has_total() const { return total != TotalKind::kNone; }
  const Item* FindItem(std::string_view code) const;  // by code; null when unknown
  const Subscale* FindSubscale(std::string_view subscale_id) const;
  // 0 for "none" up to the worst; absent when unknown.
  std::optional<int> CategoryRank(std::string_view category_id) const;
  const BandScheme* FindScheme(std::string_view scheme_id) const;
  const BandScheme& scheme() const;  // the default one. REQUIRES: has_total()
  int total_max() const;             // 0 without a total
  int MaxOf(const Subscale& subscale) const;
};

// The code a key stands for: an item code, its LOINC code, an alias, or the measured field
// ("pulse_bpm" gives "resting_pulse_per_minute"). Empty when unknown. For files and calculators;
// the API takes codes only.
std::string ResolveKey(const Instrument& instrument, std::string_view key);

// Age of a latest score. A stale score must never look current (case C44).
struct Freshness {
  Duration age;  // never negative
  bool stale = false;
};
Freshness FreshnessOf(Duration fresh_for, Instant observed_at, Instant now);

}  // namespace withdrawal::domain
