// Scores over time as one line of text. Pure.
#pragma once

#include <string>
#include <vector>

namespace withdrawal::ctl {

// One block character (U+2581 to U+2588) per value, oldest first: the lowest block is 0, the
// highest `top`. Values outside are drawn at the nearer edge; `top` <= 0 draws every value lowest.
std::string Sparkline(const std::vector<int>& values, int top);

}  // namespace withdrawal::ctl
