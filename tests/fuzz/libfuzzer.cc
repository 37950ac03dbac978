// The entry point libFuzzer looks for.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  withdrawal::fuzz::TestOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
