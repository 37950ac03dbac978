// What Prometheus' own tool says of a scrape.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace withdrawal::metrics {

// Empty when `promtool check metrics` accepts the text, else its complaints.
inline std::string PromtoolComplaints(const std::string& scrape) {
  char path[] = "/tmp/withdrawal-scrape-XXXXXX";
  const int file = mkstemp(path);
  if (file < 0 ||
      write(file, scrape.data(), scrape.size()) != static_cast<ssize_t>(scrape.size())) {
    return "cannot write the scrape to a file";
  }
  close(file);
  const std::string command = std::string("promtool check metrics < ") + path + " 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) said += buffer;
  const int exit_code = pclose(pipe);
  unlink(path);
  return exit_code == 0 && said.empty() ? "" : "promtool: " + said;
}

}  // namespace withdrawal::metrics
