#include "libs/domain/scoring.h"

#include <algorithm>
#include <set>

namespace withdrawal::domain {
namespace {

using Points = std::map<std::string, int, std::less<>>;  // of answered and skipped items, by code

bool Skipped(const SkipRule& rule, const Points& points) {
  return std::all_of(rule.when.begin(), rule.when.end(), [&](const std::string& code) {
    const auto found = points.find(code);
    return found != points.end() && found->second == rule.is;
  });
}

Points PointsOf(const Instrument& instrument, const InstrumentResponse& response) {
  Points points(response.items.begin(), response.items.end());
  if (instrument.measured && response.resting_pulse_per_minute) {
    points[instrument.measured->item] =
        instrument.measured->PointsFor(*response.resting_pulse_per_minute);
  }
  for (const SkipRule& rule : instrument.skips) {
    if (!Skipped(rule, points)) continue;
    for (const std::string& code : rule.skip) points.try_emplace(code, 0);
  }
  return points;
}

// Half up; none of the arguments is negative.
int Divide(int dividend, int divisor) { return (2 * dividend + divisor) / (2 * divisor); }

// What the items of the total add up to, in its own unit.
struct Sum {
  int points = 0;
  int answered = 0;
  int items = 0;
  std::vector<std::string> missing;

  int Value(TotalKind kind) const {
    return kind == TotalKind::kMeanTenths && items > 0 ? Divide(points * 10, items) : points;
  }
};

Sum SumOf(const Instrument& instrument, const Points& points) {
  Sum sum;
  for (const Item& item : instrument.items) {
    if (!item.in_total) continue;
    ++sum.items;
    const auto found = points.find(item.code);
    if (found == points.end()) {
      sum.missing.push_back(item.code);
    } else {
      sum.points += found->second;
      ++sum.answered;
    }
  }
  return sum;
}

bool MayProrate(const Instrument& instrument, const Sum& sum) {
  if (!instrument.prorating || sum.missing.empty()) return false;
  const Prorating& rule = *instrument.prorating;
  if (static_cast<int>(sum.missing.size()) > rule.missing_max) return false;
  return std::none_of(sum.missing.begin(), sum.missing.end(), [&](const std::string& code) {
    return std::count(rule.never_imputed.begin(), rule.never_imputed.end(), code) > 0;
  });
}

void AddTotal(const Instrument& instrument, const Points& points, const BandScheme& scheme,
              Score& score) {
  const Sum sum = SumOf(instrument, points);
  score.scheme = scheme.id;
  score.partial_sum = sum.Value(instrument.total);
  score.missing_items = sum.missing;
  if (!instrument.gate_item.empty()) {
    const auto gate = points.find(instrument.gate_item);
    if (gate == points.end()) {
      score.missing_items.insert(score.missing_items.begin(), instrument.gate_item);
    } else if (gate->second == 0) {
      score.gate_closed = score.no_total = true;
      score.missing_items.clear();
    }
  }
  const Band* band = FindBand(scheme, score.partial_sum);
  if (score.missing_items.empty() && !score.gate_closed) {
    score.total = score.partial_sum;
    score.band = band->id;
  } else if (MayProrate(instrument, sum)) {
    score.prorated = true;
    score.total = Divide(sum.points * sum.items, sum.answered);
    score.band = FindBand(scheme, *score.total)->id;
  } else if (band != &scheme.bands.front()) {
    score.band_at_least = band->id;
  }
}

SubscaleScore ScoreSubscale(const Instrument& instrument, const Subscale& subscale,
                            const Points& points) {
  SubscaleScore score;
  score.id = subscale.id;
  score.total_max = instrument.MaxOf(subscale);
  for (const std::string& code : subscale.items) {
    const auto found = points.find(code);
    if (found == points.end()) {
      score.missing_items.push_back(code);
    } else {
      score.partial_sum += found->second;
    }
  }
  if (score.missing_items.empty()) score.total = score.partial_sum;
  const bool high = subscale.flag_at_least && score.partial_sum >= *subscale.flag_at_least;
  const bool low = subscale.flag_at_most && score.total && *score.total <= *subscale.flag_at_most;
  score.flagged = high || low;
  return score;
}

void AddCategory(const Instrument& instrument, const Points& points, Score& score) {
  const auto reached = [&](const std::string& code) {
    const auto found = points.find(code);
    return found != points.end() && found->second > 0;
  };
  for (const Category& category : instrument.categories) {
    const bool rest = category.any_of.empty();
    if (!rest && std::none_of(category.any_of.begin(), category.any_of.end(), reached)) continue;
    score.category = category.id;
    score.category_rank = instrument.CategoryRank(category.id);
    return;
  }
}

// Of an instrument without a total: what its subscales and categories lack, in the form's order.
void AddMissing(const Instrument& instrument, const Points& points, Score& score) {
  std::set<std::string> needed;
  for (const Subscale& subscale : instrument.subscales) {
    needed.insert(subscale.items.begin(), subscale.items.end());
  }
  for (const Category& category : instrument.categories) {
    needed.insert(category.any_of.begin(), category.any_of.end());
  }
  for (const Item& item : instrument.items) {
    if (needed.contains(item.code) && !points.contains(item.code)) {
      score.missing_items.push_back(item.code);
    }
  }
}

}  // namespace

Score ScoreAnswers(const Instrument& instrument, const InstrumentResponse& response,
                   std::string_view scheme_id) {
  Score score;
  score.instrument = instrument.id;
  score.total_max = instrument.total_max();
  const Points points = PointsOf(instrument, response);
  for (const Item& item : instrument.items) {
    const auto found = points.find(item.code);
    if (found != points.end()) score.items.push_back({item.code, found->second, std::nullopt});
  }
  if (instrument.has_total()) {
    const BandScheme& scheme =
        scheme_id.empty() ? instrument.scheme() : *instrument.FindScheme(scheme_id);
    AddTotal(instrument, points, scheme, score);
  } else {
    score.no_total = true;
    AddMissing(instrument, points, score);
  }
  for (const Subscale& subscale : instrument.subscales) {
    score.subscales.push_back(ScoreSubscale(instrument, subscale, points));
  }
  AddCategory(instrument, points, score);
  return score;
}

}  // namespace withdrawal::domain
