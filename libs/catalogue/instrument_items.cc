// The items of an instrument and what else its form prints.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/instrument_parts.h"

namespace withdrawal::catalogue {
namespace {

using domain::Instrument;
using domain::Item;
using domain::MeasuredItem;

std::vector<int> ReadAllowed(Reader& entry) {
  if (!entry.Has("range")) {
    std::vector<int> allowed = entry.Ints("allowed");
    if (allowed.empty() || !std::is_sorted(allowed.begin(), allowed.end(), std::less_equal<>())) {
      entry.Problem("allowed", "values must be there and ascend");
      return {0};
    }
    if (allowed.front() != 0) entry.Problem("allowed", "must start at 0");
    return allowed;
  }
  const std::vector<int> range = entry.Ints("range");
  if (range.size() != 2 || range[0] != 0 || range[1] <= 0) {
    entry.Problem("range", "must be [0, max]");
    return {0};
  }
  std::vector<int> allowed;
  for (int value = range[0]; value <= range[1]; ++value) allowed.push_back(value);
  return allowed;
}

// Without a licence for the wording: only how many items there are and what they may be.
void ReadPlugIn(Reader& root, Instrument& instrument) {
  Reader entry = root.Map("plug_in");
  const int count = entry.Int("items");
  const std::vector<int> allowed = ReadAllowed(entry);
  if (count < 1 || count > 99) entry.Problem("items", "must be 1 to 99");
  entry.Done();
  instrument.plug_in = true;
  for (int i = 1; i <= std::clamp(count, 1, 99); ++i) {
    Item item;
    item.code = absl::StrCat("q", i);
    item.allowed = allowed;
    instrument.items.push_back(std::move(item));
  }
}

void ReadListedItems(Reader& root, Instrument& instrument, std::set<std::string>& keys) {
  for (Reader& entry : root.List("items")) {
    Item item;
    item.code = entry.Text("code");
    item.label = entry.Text("label");
    item.aliases = entry.OptionalTexts("aliases");
    item.allowed = ReadAllowed(entry);
    item.in_total = !entry.Flag("unscored");
    item.observer = entry.Flag("observer");
    item.loinc = entry.OptionalText("loinc");
    if (!keys.insert(item.code).second) entry.Problem("code", "duplicate item " + item.code);
    for (const std::string& alias : item.aliases) {
      if (!keys.insert(alias).second) entry.Problem("aliases", "duplicate key " + alias);
    }
    if (!item.loinc.empty() && !keys.insert(item.loinc).second) {
      entry.Problem("loinc", "duplicate key " + item.loinc);
    }
    entry.Done();
    instrument.items.push_back(std::move(item));
  }
}

void CheckMeasured(Reader& entry, const Instrument& instrument, const MeasuredItem& measured) {
  const Item* item = instrument.FindItem(measured.item);
  if (item == nullptr) {
    entry.Problem("item", "unknown item " + measured.item);
    return;
  }
  int edge = measured.from - 1;
  for (const MeasuredItem::Step& step : measured.steps) {
    if (step.to <= edge) entry.Problem("steps", "edges must ascend");
    if (!item->Allows(step.points)) {
      entry.Problem("steps", absl::StrCat(step.points, " is no value of ", measured.item));
    }
    edge = step.to;
  }
  if (edge != measured.to) entry.Problem("steps", absl::StrCat("must end at ", measured.to));
}

void ReadMeasuredItem(Reader& root, Instrument& instrument, std::set<std::string>& keys) {
  if (!root.Has("measured")) return;
  Reader entry = root.Map("measured");
  MeasuredItem measured;
  measured.item = entry.Text("item");
  measured.field = entry.Text("field");
  measured.aliases = entry.OptionalTexts("aliases");
  measured.from = entry.Int("from");
  measured.to = entry.Int("to");
  for (Reader& step : entry.List("steps")) {
    measured.steps.push_back({step.Int("to"), step.Int("points")});
    step.Done();
  }
  if (measured.field != "resting_pulse_per_minute") {
    entry.Problem("field", "check-ins carry resting_pulse_per_minute only");
  }
  for (const std::string& key : measured.aliases) {
    if (!keys.insert(key).second) entry.Problem("aliases", "duplicate key " + key);
  }
  CheckMeasured(entry, instrument, measured);
  entry.Done();
  instrument.measured = std::move(measured);
}

void ReadForms(Reader& root, Instrument& instrument) {
  std::set<std::string> ids;
  for (Reader& entry : root.OptionalList("forms")) {
    domain::Form form{entry.Text("id"), entry.Text("title"), entry.Text("source")};
    if (!ids.insert(form.id).second) entry.Problem("id", "duplicate form " + form.id);
    entry.OptionalText("note");
    entry.Done();
    instrument.forms.push_back(std::move(form));
  }
}

}  // namespace

void ReadItems(Reader& root, Instrument& instrument) {
  std::set<std::string> keys;
  if (root.Has("plug_in")) {
    ReadPlugIn(root, instrument);
  } else {
    ReadListedItems(root, instrument, keys);
  }
  ReadMeasuredItem(root, instrument, keys);
  ReadForms(root, instrument);
  instrument.printed_score_key = root.OptionalText("printed_score_key");
  if (!instrument.printed_score_key.empty() && keys.contains(instrument.printed_score_key)) {
    root.Problem("printed_score_key", "is the key of an item");
  }
}

}  // namespace withdrawal::catalogue
