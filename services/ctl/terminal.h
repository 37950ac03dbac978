// What is shown on a terminal: colours, tables, ages, a progress bar. Functions are pure unless
// said.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::ctl {

// Whether `fd` is a terminal. Asks the system.
bool IsTerminal(int fd);
// A terminal, and NO_COLOR is not set (no-color.org). Asks the system.
bool WantsColour(int fd);
// Columns of the terminal behind `fd`, 100 when unknown. Asks the system.
int TerminalWidth(int fd);
// Lines of it, 40 when unknown. Asks the system.
int TerminalRows(int fd);

enum class Colour { kNone, kRed, kYellow, kCyan, kGreen, kDim, kBold };
std::string Paint(Colour colour, const std::string& text, bool wanted);

Colour PriorityColour(withdrawal::events::v1::Priority priority);
// "EMERGENCY", "URGENT", "ROUTINE", "" for none.
std::string PriorityName(withdrawal::events::v1::Priority priority);
std::string StateName(withdrawal::events::v1::AlertState state);
// "shelved" while it is, whatever its state.
std::string StateName(const withdrawal::events::v1::Alert& alert);

// "45s", "12m", "3h05m", "2d04h"; negative ages read as "0s".
std::string Age(absl::Duration age);
std::string LocalTimeText(absl::Time time);  // "2026-11-25 22:04:10", the reader's zone

// Text columns as wide as their widest cell (in code points), two spaces apart, a header first.
class Table {
 public:
  explicit Table(std::vector<std::string> header);
  void Add(std::vector<std::string> row);
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Cut to `width` code points, the last one "…" when something was cut.
std::string Fit(const std::string& text, int width);

// "[########------] 57% 1234/2160"
std::string ProgressBar(int64_t done, int64_t total, int width);

}  // namespace withdrawal::ctl
