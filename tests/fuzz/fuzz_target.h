// A fuzz target is a file that defines TestOne. Built by clang (preset fuzz) it is a libFuzzer
// binary; built by gcc it is a test that runs every committed input of its corpus.
#pragma once

#include <string_view>

namespace withdrawal::fuzz {

// Aborts, or is stopped by a sanitizer or the time limit, when a promise does not hold.
void TestOne(std::string_view input);

}  // namespace withdrawal::fuzz
