#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/instrument_parts.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::Band;
using domain::BandScheme;
using domain::Instrument;

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

void ReadLoinc(Reader& root, Instrument& instrument) {
  if (!root.Has("loinc")) return;
  Reader entry = root.Map("loinc");
  instrument.loinc_panel = entry.OptionalText("panel");
  instrument.loinc_total = entry.OptionalText("total");
  entry.MarkOf("mark");
  entry.Done();
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
  Reader fresh = root.Map("fresh_for");
  instrument.fresh_for = fresh.DurationOf("value");
  fresh.MarkOf("mark");
  fresh.Done();
  ReadItems(root, instrument);
  ReadPolicy(root, instrument);
  ReadLoinc(root, instrument);
  if (instrument.has_total()) {
    if (root.Int("total_max") != instrument.total_max()) {
      root.Problem("total_max", absl::StrCat("the items add up to ", instrument.total_max()));
    }
    ReadSchemes(root, instrument);
  }
  root.Done();
  if (instrument.id == "NEWS2" || catalogue.instruments.contains(instrument.id)) {
    root.Problem("id", "duplicate instrument " + instrument.id);
  }
  catalogue.instruments[instrument.id] = std::move(instrument);
}

}  // namespace withdrawal::catalogue
