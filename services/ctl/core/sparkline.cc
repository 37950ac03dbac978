#include "services/ctl/core/sparkline.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace withdrawal::ctl {
namespace {

constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

}  // namespace

std::string Sparkline(const std::vector<int>& values, int top) {
  std::string line;
  for (const int value : values) {
    const int inside = top > 0 ? std::clamp(value, 0, top) : 0;
    const int last = static_cast<int>(kBlocks.size()) - 1;
    line += kBlocks[static_cast<size_t>(top > 0 ? inside * last / top : 0)];
  }
  return line;
}

}  // namespace withdrawal::ctl
