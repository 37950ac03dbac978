// What scoring an instrument yields. Plain values; mirrors proto Score, whose comments hold here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"

namespace withdrawal::domain {

struct ItemScore {
  std::string code;
  int points = 0;
  std::optional<Duration> age;  // NEWS2: last known this long before; absent = of this check-in

  bool operator==(const ItemScore&) const = default;
};

struct PriorTotal {
  int total = 0;
  Instant observed_at;

  bool operator==(const PriorTotal&) const = default;
};

struct SubscaleScore {
  std::string id;            // "use"
  std::optional<int> total;  // only when every item is there
  int partial_sum = 0;       // a lower bound of the total
  int total_max = 0;
  bool flagged = false;
  std::vector<std::string> missing_items;

  bool operator==(const SubscaleScore&) const = default;
};

struct Score {
  std::string instrument;
  std::string scheme;
  std::optional<int> total;  // only when every required item is there, or prorated
  int partial_sum = 0;       // a lower bound of the total
  int total_max = 0;
  std::string band;           // of the total; empty when incomplete
  std::string band_at_least;  // incomplete: band the partial sum already reaches, unless lowest
  std::vector<std::string> missing_items;
  std::vector<ItemScore> items;
  std::optional<int> change_from_previous;
  std::optional<int> change_from_baseline;
  std::vector<PriorTotal> prior_totals;  // 48 h, newest first, at most 8
  bool out_of_order = false;
  bool no_total = false;     // of an instrument without a total, or with its gate closed
  bool prorated = false;     // the total stands in spite of missing_items
  bool gate_closed = false;  // the instrument does not apply: no total, no band
  std::vector<SubscaleScore> subscales;
  std::string category;  // when incomplete: at least this one
  std::optional<int> category_rank;

  bool complete() const { return total.has_value() || (no_total && missing_items.empty()); }
  bool operator==(const Score&) const = default;
};

struct CatalogueVersion {
  std::string version;
  std::string checksum;  // SHA-256, hex

  bool operator==(const CatalogueVersion&) const = default;
};

enum class Disposition { kAccepted, kConflict, kAmended };

struct ScoredCheckIn {
  CheckIn check_in;
  std::vector<Score> scores;
  CatalogueVersion catalogue;
  Disposition disposition = Disposition::kAccepted;
  std::string care_plan_etag;  // the version that was in force; empty = none
};

}  // namespace withdrawal::domain
