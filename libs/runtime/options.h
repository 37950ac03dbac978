// The settings of a process. Each is a flag `--some-name`, an environment variable
// WITHDRAWAL_SOME_NAME and a key `some-name` of the file given by --config (TOML or INI); the first
// of flag, file, environment that names it counts, else the default.
//
//   Options options("withdrawal-ingest", "Accepts check-ins over gRPC and stores them in Kafka.");
//   options.Add("in-flight-max", &settings.in_flight_max, "check-ins awaiting the brokers");
//   if (auto exit_code = options.Parse(argc, argv)) return *exit_code;
//
// --help prints the table, --version the version (both exit 0). A value that does not convert, an
// unknown flag or an unknown key of the file: a sentence naming it on stderr, exit 2.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/rpc/transport.h"

namespace CLI {
class App;
}

namespace withdrawal::runtime {

// What every service has. Set other defaults before AddService.
struct ServiceSettings {
  std::string service;  // "ingest": the word in log lines and metrics
  std::string kafka_brokers = "127.0.0.1:19092";
  std::string kafka_security = {};  // file of kafka::ReadSecurity; empty = plaintext
  std::string log_level = "info";
  std::string metrics_address;  // of /metrics, "127.0.0.1:9101"; empty = none, port 0 = any
  std::string health_address;   // of gRPC health; empty = none, port 0 = any
};

class Options {
 public:
  // `program` as typed, e.g. "withdrawal-ingest".
  Options(const std::string& program, const std::string& description);
  ~Options();

  // --kafka-brokers --kafka-security --log-level --metrics-address --health-address.
  void AddService(ServiceSettings* settings);
  // --catalogue: directory of the clinical data; empty = the data in the binary.
  // --catalogue-overrides: directory of files that change single values of it; empty = none.
  void AddCatalogue(std::string* directory, std::string* overrides);

  // --tls-certificate, --tls-key, --tls-client-ca.
  void AddTransport(rpc::ServerTransport* transport);

  // The current value is the default. `value` outlives Parse. Booleans are --flag, --flag=false.
  void Add(const std::string& flag, std::string* value, const std::string& help);
  void Add(const std::string& flag, bool* value, const std::string& help);
  void Add(const std::string& flag, double* value, const std::string& help);
  // Refuses values outside [min, max].
  void Add(const std::string& flag, int* value, const std::string& help, int min = 0,
           int max = INT32_MAX);
  // The value is shown neither by --help nor in error messages: passwords, keys.
  void AddSecret(const std::string& flag, std::string* value, const std::string& help);

  // For what the above do not cover (subcommands, positionals).
  CLI::App& app() { return *app_; }

  // Absent: go on. Else the exit code; what there was to say has been printed.
  std::optional<int> Parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

// "0.1.0"
std::string Version();

}  // namespace withdrawal::runtime
