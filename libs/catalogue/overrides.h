// Overrides: files beside the catalogue that change single values of it, for one programme or for
// all, each with an author and a reason. libs/catalogue/data/README.md shows how one is written;
// how far a value may move stands in data/override-bounds.yaml.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {

// The YAML files people are judged by, overrides applied.
struct EffectiveFiles {
  Files all;
  // Whole sets, for those programmes that have changes of their own.
  std::map<domain::Programme, Files> for_programme;
  // "2026.11.0+north.3", and over all files as they were written: catalogue and overrides.
  domain::CatalogueVersion version;

  const Files& For(std::optional<domain::Programme> programme) const;
};

// `overrides`: file name -> text. Errors: InvalidArgument naming file, change and reason for a
// missing author or reason, an unknown rule, instrument, ladder or value, another value than `from`
// says, a value out of bounds, two changes of one value. Whether the result makes sense is not
// judged here: LoadFiles does.
absl::StatusOr<EffectiveFiles> ApplyOverrides(const Files& base, const Files& overrides);

// Of directories, as Load reads them. NotFound for a folder of overrides that has none.
absl::StatusOr<EffectiveFiles> ReadEffective(const Location& location);

absl::StatusOr<Catalogue> LoadEffective(const EffectiveFiles& files);

}  // namespace withdrawal::catalogue
