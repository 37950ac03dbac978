// Any text as one file of the catalogue, or as an override: the first line names the file, the rest
// is its text. It is refused with a reason, or it is a catalogue that can be compared and used.
#include "absl/strings/match.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"
#include "libs/catalogue/overrides.h"
#include "tests/fuzz/fuzz_target.h"

namespace withdrawal::fuzz {

void TestOne(std::string_view input) {
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) return;
  const std::string name(input.substr(0, end));
  const std::string text(input.substr(end + 1));
  if (absl::StartsWith(name, "overrides/")) {
    const auto files = catalogue::ApplyOverrides(catalogue::EmbeddedFiles(), {{name, text}});
    if (files.ok()) (void)catalogue::LoadEffective(*files);
    return;
  }
  if (!catalogue::EmbeddedFiles().contains(name)) return;
  catalogue::Files files = catalogue::EmbeddedFiles();
  files[name] = text;
  const auto loaded = catalogue::LoadFiles(files);
  if (!loaded.ok()) return;
  (void)catalogue::AlertPolicyOf(*loaded);
  (void)catalogue::PlanReviewPolicyOf(*loaded);
}

}  // namespace withdrawal::fuzz
