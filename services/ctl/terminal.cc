#include "services/ctl/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace withdrawal::ctl {
namespace {

using events::v1::AlertState;
using events::v1::Priority;

bool StartsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

size_t CodePoints(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCodePoint));
}

}  // namespace

bool IsTerminal(int fd) { return isatty(fd) == 1; }

bool WantsColour(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return IsTerminal(fd) && (no_color == nullptr || *no_color == '\0');
}

int TerminalWidth(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return size.ws_col;
}

int TerminalRows(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 40;
  return size.ws_row;
}

std::string Paint(Colour colour, const std::string& text, bool wanted) {
  constexpr std::array<const char*, 7> kCodes = {"0", "1;31", "33", "36", "32", "2", "1"};
  if (!wanted || colour == Colour::kNone) return text;
  return absl::StrCat("\x1b[", kCodes[static_cast<size_t>(colour)], "m", text, "\x1b[0m");
}

Colour PriorityColour(Priority priority) {
  switch (priority) {
    case Priority::PRIORITY_EMERGENCY:
      return Colour::kRed;
    case Priority::PRIORITY_URGENT:
      return Colour::kYellow;
    case Priority::PRIORITY_ROUTINE:
      return Colour::kCyan;
    default:
      return Colour::kNone;
  }
}

std::string PriorityName(Priority priority) {
  switch (priority) {
    case Priority::PRIORITY_EMERGENCY:
      return "EMERGENCY";
    case Priority::PRIORITY_URGENT:
      return "URGENT";
    case Priority::PRIORITY_ROUTINE:
      return "ROUTINE";
    default:
      return "";
  }
}

std::string StateName(const withdrawal::events::v1::Alert& alert) {
  return alert.has_shelved_until() ? "shelved" : StateName(alert.state());
}

std::string StateName(AlertState state) {
  switch (state) {
    case AlertState::ALERT_STATE_OPEN:
      return "open";
    case AlertState::ALERT_STATE_ACKNOWLEDGED:
      return "acknowledged";
    case AlertState::ALERT_STATE_RESOLVED:
      return "resolved";
    default:
      return "";
  }
}

std::string Age(absl::Duration age) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(age));
  if (seconds < 60) return absl::StrFormat("%ds", seconds);
  if (seconds < 3600) return absl::StrFormat("%dm", seconds / 60);
  if (seconds < 86400) return absl::StrFormat("%dh%02dm", seconds / 3600, seconds % 3600 / 60);
  return absl::StrFormat("%dd%02dh", seconds / 86400, seconds % 86400 / 3600);
}

std::string LocalTimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::LocalTimeZone());
}

Table::Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

void Table::Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

std::string Table::Text() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], CodePoints(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, row[i], std::string(widths[i] - CodePoints(row[i]) + 2, ' '));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

std::string Fit(const std::string& text, int width) {
  if (CodePoints(text) <= static_cast<size_t>(std::max(width, 0))) return text;
  std::string cut;
  int left = width - 1;
  for (const char c : text) {
    if (StartsCodePoint(c) && --left < 0) break;
    cut += c;
  }
  return width > 0 ? cut + "…" : "";
}

std::string ProgressBar(int64_t done, int64_t total, int width) {
  const int64_t of = std::max<int64_t>(total, 1);
  const auto filled = static_cast<size_t>(std::clamp<int64_t>(done * width / of, 0, width));
  return absl::StrFormat("[%s%s] %d%% %d/%d", std::string(filled, '#'),
                         std::string(static_cast<size_t>(width) - filled, '-'), done * 100 / of,
                         done, total);
}

}  // namespace withdrawal::ctl
