// Every committed input of one target, without libFuzzer: what was found once stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"

namespace withdrawal::fuzz {
namespace {

TEST(FuzzCorpus, EveryInputKeepsThePromises) {
  const std::filesystem::path folder =
      std::filesystem::path(WITHDRAWAL_SOURCE_DIR) / "tests/fuzz/corpus" / FUZZ_TARGET;
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::cout << entry.path().filename().string() << std::endl;  // the last one named is at fault
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    TestOne(text.str());
    ++inputs;
  }
  EXPECT_GT(inputs, 0) << folder;
}

}  // namespace
}  // namespace withdrawal::fuzz
