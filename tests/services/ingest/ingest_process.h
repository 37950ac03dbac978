// The real binary on free ports, against the broker of the tests.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace withdrawal::ingest {

class IngestProcess {
 public:
  IngestProcess(const std::string& brokers, const std::string& topic) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(WITHDRAWAL_INGEST_BINARY, "withdrawal-ingest", "--kafka-brokers", brokers.c_str(),
            "--topic", topic.c_str(), "--listen-address", "127.0.0.1:0", "--metrics-address",
            "127.0.0.1:0", "--health-address", "127.0.0.1:0", "--drain-delay-ms", "0", "--identity",
            "none", static_cast<char*>(nullptr));
      _exit(127);
    }
    close(ends[1]);
    log_ = fdopen(ends[0], "r");
  }
  ~IngestProcess() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    fclose(log_);
  }

  // Reads the log up to the line with that message; its port, 0 when it has none or never comes.
  int AwaitLog(const std::string& message) {
    char line[4096];
    while (fgets(line, sizeof line, log_) != nullptr) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      if (json.is_object() && json.value("message", "") == message) {
        return std::stoi(json.value("port", "0"));
      }
    }
    ADD_FAILURE() << "the process ended before it said \"" << message << "\"";
    return 0;
  }

  void Terminate() { kill(pid_, SIGTERM); }
  // The exit code, -1 when a signal ended it.
  int AwaitExit() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  FILE* log_ = nullptr;
};

}  // namespace withdrawal::ingest
