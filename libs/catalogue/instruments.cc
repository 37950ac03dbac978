#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::Band;
using domain::BandScheme;
using domain::Instrument;
using domain::Item;
using domain::MeasuredItem;

void CheckCover(Reader& scheme, const std::vector<Band>& bands, int total_max) {
  int next = 0;
  std::set<std::string> ids;
  for (const Band& band : bands) {
    if (!ids.insert(band.id).second) scheme.Problem("bands", band.id + " stands here twice");
    if (band.from > next) scheme.Problem("bands", absl::StrCat("gap before ", band.from));
    if (band.from < next) scheme.Problem("bands", absl::StrCat("overlap at ", band.from));
    if (band.to < band.from) scheme.Problem("bands", band.id + " ends before it starts");
    next = band.to + 1;
  }
  if (next != total_max + 1) {
    scheme.Problem("bands", absl::StrCat("must end at the maximum ", total_max));
  }
}

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

void ReadItems(Reader& root, Instrument& instrument, std::set<std::string>& keys) {
  for (Reader& entry : root.List("items")) {
    Item item;
    item.code = entry.Text("code");
    item.label = entry.Text("label");
    item.aliases = entry.OptionalTexts("aliases");
    item.allowed = ReadAllowed(entry);
    if (!keys.insert(item.code).second) entry.Problem("code", "duplicate item " + item.code);
    for (const std::string& alias : item.aliases) {
      if (!keys.insert(alias).second) entry.Problem("aliases", "duplicate key " + alias);
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

void ReadMeasured(Reader& root, Instrument& instrument, std::set<std::string>& keys) {
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

void ReadSchemes(Reader& root, Instrument& instrument) {
  const int total_max = instrument.total_max();
  for (Reader& entry : root.List("schemes")) {
    BandScheme scheme = ReadScheme(entry, total_max);
    if (instrument.FindScheme(scheme.id) != nullptr) entry.Problem("id", "duplicate scheme");
    instrument.schemes.push_back(std::move(scheme));
  }
  instrument.default_scheme = root.Text("default_scheme");
  if (instrument.FindScheme(instrument.default_scheme) == nullptr) {
    root.Problem("default_scheme", "no such scheme");
  }
}

}  // namespace

BandScheme ReadScheme(Reader& entry, int total_max) {
  BandScheme scheme;
  scheme.id = entry.Text("id");
  scheme.source = entry.Text("source");
  scheme.mark = entry.MarkOf("mark");
  scheme.note = entry.OptionalText("note");
  for (Reader& band : entry.List("bands")) {
    scheme.bands.push_back({band.Text("id"), band.Int("from"), band.Int("to")});
    band.Done();
  }
  CheckCover(entry, scheme.bands, total_max);
  entry.Done();
  return scheme;
}

void LoadInstrument(Reader& root, Catalogue& catalogue) {
  Instrument instrument;
  instrument.id = root.Text("id");
  instrument.title = root.Text("title");
  instrument.licence = root.Text("licence");
  instrument.source = root.Text("source");
  instrument.rater =
      root.Choice<domain::RaterRule>("rater", {{"any_person", domain::RaterRule::kAnyPerson},
                                               {"clinician", domain::RaterRule::kClinician}});
  // The only policy these instruments have; named in the file so that a reader need not look here.
  root.Choice<bool>("missing_items", {{"all_required", true}});
  Reader fresh = root.Map("fresh_for");
  instrument.fresh_for = fresh.DurationOf("value");
  fresh.MarkOf("mark");
  fresh.Done();
  std::set<std::string> keys;
  ReadItems(root, instrument, keys);
  ReadMeasured(root, instrument, keys);
  if (root.Int("total_max") != instrument.total_max()) {
    root.Problem("total_max", absl::StrCat("the items add up to ", instrument.total_max()));
  }
  ReadSchemes(root, instrument);
  root.Done();
  if (instrument.id == "NEWS2" || catalogue.instruments.contains(instrument.id)) {
    root.Problem("id", "duplicate instrument " + instrument.id);
  }
  catalogue.instruments[instrument.id] = std::move(instrument);
}

}  // namespace withdrawal::catalogue
