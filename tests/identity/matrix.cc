#include "tests/identity/matrix.h"

#include <fstream>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace withdrawal::identity {
namespace {

template <size_t N>
void AddRow(const std::vector<std::string>& cells,
            std::map<std::string, std::array<std::string, N>>& rows, const std::string& line) {
  if (cells.size() != N + 1) {
    ADD_FAILURE() << N + 1 << " cells are needed: " << line;
    return;
  }
  std::array<std::string, N> row;
  std::copy(cells.begin() + 1, cells.end(), row.begin());
  EXPECT_TRUE(rows.emplace(cells.front(), row).second) << "twice: " << line;
}

}  // namespace

Matrix ReadMatrix() {
  Matrix matrix;
  std::ifstream file(std::string(WITHDRAWAL_SOURCE_DIR) + "/tests/identity/matrix.txt");
  EXPECT_TRUE(file);
  bool of_words = true;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> cells = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (cells.front() == "WORD" || cells.front() == "RPC") {
      of_words = cells.front() == "WORD";
      for (size_t i = 0; !of_words && i < kRoleCount; ++i) {
        EXPECT_EQ(cells.at(i + 1), RoleName(static_cast<Role>(i)));
      }
    } else if (of_words) {
      AddRow(cells, matrix.words, line);
    } else {
      AddRow(cells, matrix.rpcs, line);
      for (size_t i = 1; i < cells.size(); ++i) {
        EXPECT_TRUE(matrix.words.count(cells[i])) << cells[i] << " is no word: " << line;
      }
    }
  }
  return matrix;
}

const std::string& Matrix::Expected(std::string_view rpc, Role role, About about) const {
  const std::string& word = rpcs.at(ShortName(rpc))[static_cast<size_t>(role)];
  return words.at(word)[static_cast<size_t>(about)];
}

std::string ShortName(std::string_view rpc) {
  return std::string(rpc.substr(rpc.rfind('.', rpc.find('/')) + 1));
}

}  // namespace withdrawal::identity
