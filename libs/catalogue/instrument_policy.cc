// How the answers to an instrument become numbers: totals, missing answers, subscales, categories.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/instrument_parts.h"

namespace withdrawal::catalogue {
namespace {

using domain::Instrument;
using domain::Item;

// Item codes, each known and named once.
std::vector<std::string> ReadCodes(Reader& entry, const std::string& key,
                                   const Instrument& instrument) {
  std::vector<std::string> codes = entry.Texts(key);
  if (codes.empty()) entry.Problem(key, "must not be empty");
  std::set<std::string> seen;
  std::vector<std::string> known;
  for (std::string& code : codes) {
    if (instrument.FindItem(code) == nullptr) {
      entry.Problem(key, "unknown item " + code);
    } else if (!seen.insert(code).second) {
      entry.Problem(key, code + " stands here twice");
    } else {
      known.push_back(std::move(code));
    }
  }
  return known;
}

void ReadTotal(Reader& root, Instrument& instrument) {
  if (root.Has("total")) {
    instrument.total =
        root.Choice<domain::TotalKind>("total", {{"sum", domain::TotalKind::kSum},
                                                 {"mean_tenths", domain::TotalKind::kMeanTenths},
                                                 {"none", domain::TotalKind::kNone}});
  }
  const auto counts = [](const Item& item) { return item.in_total; };
  if (instrument.total == domain::TotalKind::kMeanTenths) {
    std::set<int> tops;
    for (const Item& item : instrument.items) {
      if (item.in_total) tops.insert(item.allowed.back());
    }
    if (tops.size() != 1) root.Problem("total", "a mean needs items of one range");
  } else if (instrument.has_total() &&
             std::none_of(instrument.items.begin(), instrument.items.end(), counts)) {
    root.Problem("items", "none is scored");
  }
}

void ReadMissing(Reader& root, Instrument& instrument) {
  const bool prorate =
      root.Choice<bool>("missing_items", {{"all_required", false}, {"prorate", true}});
  if (prorate != root.Has("prorate")) {
    root.Problem("prorate", "stands with missing_items: prorate, and only then");
    if (!prorate) root.Map("prorate");
    return;
  }
  if (!prorate) return;
  if (instrument.total != domain::TotalKind::kSum) {
    root.Problem("prorate", "only a sum can be prorated");
  }
  Reader entry = root.Map("prorate");
  domain::Prorating rule;
  rule.missing_max = entry.Int("missing_max");
  const auto scored = std::count_if(instrument.items.begin(), instrument.items.end(),
                                    [](const Item& item) { return item.in_total; });
  if (rule.missing_max < 1 || rule.missing_max >= scored) {
    entry.Problem("missing_max", "must be 1 or more, and fewer than the items");
  }
  if (entry.Has("never_imputed")) {
    rule.never_imputed = ReadCodes(entry, "never_imputed", instrument);
  }
  entry.Text("source");
  entry.MarkOf("mark");
  entry.Done();
  instrument.prorating = std::move(rule);
}

void ReadGate(Reader& root, Instrument& instrument) {
  if (!root.Has("gate")) return;
  Reader entry = root.Map("gate");
  instrument.gate_item = entry.Text("item");
  const Item* item = instrument.FindItem(instrument.gate_item);
  if (item == nullptr) {
    entry.Problem("item", "unknown item " + instrument.gate_item);
  } else if (item->in_total) {
    entry.Problem("item", "a gate is no point: the item must be unscored");
  }
  if (!instrument.has_total()) entry.Problem("item", "only a total has a gate");
  entry.Text("source");
  entry.MarkOf("mark");
  entry.Done();
}

void ReadSkips(Reader& root, Instrument& instrument) {
  for (Reader& entry : root.OptionalList("skips")) {
    domain::SkipRule rule;
    rule.when = ReadCodes(entry, "when", instrument);
    rule.is = entry.Int("is");
    rule.skip = ReadCodes(entry, "skip", instrument);
    for (const std::string& code : rule.when) {
      if (!instrument.FindItem(code)->Allows(rule.is)) {
        entry.Problem("is", absl::StrCat(rule.is, " is no value of ", code));
      }
      if (std::count(rule.skip.begin(), rule.skip.end(), code) > 0) {
        entry.Problem("skip", code + " cannot skip itself");
      }
    }
    entry.Text("source");
    entry.MarkOf("mark");
    entry.Done();
    instrument.skips.push_back(std::move(rule));
  }
}

void CheckBound(Reader& entry, const std::string& key, const std::optional<int>& bound, int max) {
  if (bound && (*bound < 0 || *bound > max)) {
    entry.Problem(key, absl::StrCat("must be 0 to ", max));
  }
}

void ReadSubscales(Reader& root, Instrument& instrument) {
  for (Reader& entry : root.OptionalList("subscales")) {
    domain::Subscale subscale;
    subscale.id = entry.Text("id");
    subscale.label = entry.Text("label");
    subscale.items = ReadCodes(entry, "items", instrument);
    subscale.flag_at_least = entry.OptionalInt("flag_at_least");
    subscale.flag_at_most = entry.OptionalInt("flag_at_most");
    subscale.source = entry.Text("source");
    subscale.mark = entry.MarkOf("mark");
    const int max = entry.Int("total_max");
    if (max != instrument.MaxOf(subscale)) {
      entry.Problem("total_max", absl::StrCat("the items add up to ", instrument.MaxOf(subscale)));
    }
    CheckBound(entry, "flag_at_least", subscale.flag_at_least, max);
    CheckBound(entry, "flag_at_most", subscale.flag_at_most, max);
    if (subscale.flag_at_least && *subscale.flag_at_least == 0) {
      entry.Problem("flag_at_least", "0 would flag everybody");
    }
    if (subscale.flag_at_least && subscale.flag_at_most) {
      entry.Problem("flag_at_most", "one bound only");
    }
    if (instrument.FindSubscale(subscale.id) != nullptr) {
      entry.Problem("id", "duplicate subscale " + subscale.id);
    }
    entry.Done();
    instrument.subscales.push_back(std::move(subscale));
  }
}

void ReadCategories(Reader& root, Instrument& instrument) {
  if (!root.Has("categories")) return;
  Reader entry = root.Map("categories");
  entry.Text("source");
  entry.MarkOf("mark");
  std::set<std::string> used;
  for (Reader& one : entry.List("worst_first")) {
    domain::Category category;
    category.id = one.Text("id");
    if (!instrument.categories.empty() && instrument.categories.back().any_of.empty()) {
      one.Problem("id", "can never be reached: the one before has no items");
    }
    if (one.Has("any_of")) category.any_of = ReadCodes(one, "any_of", instrument);
    for (const std::string& code : category.any_of) {
      if (!used.insert(code).second) one.Problem("any_of", code + " already reaches a worse one");
    }
    if (instrument.CategoryRank(category.id)) one.Problem("id", "duplicate " + category.id);
    one.Done();
    instrument.categories.push_back(std::move(category));
  }
  if (instrument.categories.size() < 2 || !instrument.categories.back().any_of.empty()) {
    entry.Problem("worst_first", "must end with the category of those without any of the items");
  }
  entry.Done();
}

}  // namespace

void ReadPolicy(Reader& root, Instrument& instrument) {
  ReadTotal(root, instrument);
  ReadMissing(root, instrument);
  ReadGate(root, instrument);
  ReadSkips(root, instrument);
  ReadSubscales(root, instrument);
  ReadCategories(root, instrument);
  if (!instrument.has_total() && instrument.subscales.empty() && instrument.categories.empty()) {
    root.Problem("total", "without a total there must be subscales or categories");
  }
}

}  // namespace withdrawal::catalogue
