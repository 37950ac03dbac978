// Random numbers that are the same everywhere: std::mt19937_64 is specified to the bit, the
// standard distributions are not, so these are our own. Pure.
#pragma once

#include <cstdint>
#include <random>

namespace withdrawal::ctl {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // 0 <= x < 1, 53 bits.
  double Unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  double Between(double low, double high) { return low + (high - low) * Unit(); }
  bool Chance(double probability) { return Unit() < probability; }
  // 0 to count - 1. REQUIRES: count > 0.
  int Below(int count) { return static_cast<int>(Unit() * count); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace withdrawal::ctl
