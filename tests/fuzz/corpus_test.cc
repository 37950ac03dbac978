// Every committed input of one target, without libFuzzer: what was found once stays found.
#include "tests/fuzz/corpus.h"

#include <gtest/gtest.h>

#include <iostream>

#include "tests/fuzz/fuzz_target.h"

namespace withdrawal::fuzz {
namespace {

TEST(FuzzCorpus, EveryInputKeepsThePromises) {
  const auto inputs = Corpus(FUZZ_TARGET);
  for (const auto& [name, text] : inputs) {
    std::cout << name << std::endl;  // the last one named is at fault
    TestOne(text);
  }
  EXPECT_GT(inputs.size(), 0u);
}

}  // namespace
}  // namespace withdrawal::fuzz
