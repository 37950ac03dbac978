// Which catalogue the golden tests judge: the built-in one, or the folder that
// WITHDRAWAL_TEST_CATALOGUE names (tests/mutation/run plants mistakes that way, without a build).
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "libs/catalogue/catalogue.h"

namespace withdrawal::golden {

// Loaded once. Throws when it does not load, which fails the test.
inline const catalogue::Catalogue& CatalogueUnderTest() {
  static const catalogue::Catalogue loaded = [] {
    const char* folder = std::getenv("WITHDRAWAL_TEST_CATALOGUE");
    auto result = catalogue::Load(std::string(folder == nullptr ? "" : folder));
    if (!result.ok()) throw std::runtime_error(std::string(result.status().message()));
    return *std::move(result);
  }();
  return loaded;
}

}  // namespace withdrawal::golden
