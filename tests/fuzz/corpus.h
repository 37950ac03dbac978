// The committed inputs of a target.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace withdrawal::fuzz {

// By file name.
inline std::map<std::string, std::string> Corpus(const std::string& target) {
  std::map<std::string, std::string> inputs;
  const std::filesystem::path folder = WITHDRAWAL_SOURCE_DIR "/tests/fuzz/corpus";
  for (const auto& entry : std::filesystem::directory_iterator(folder / target)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    inputs[entry.path().filename().string()] = text.str();
  }
  return inputs;
}

}  // namespace withdrawal::fuzz
