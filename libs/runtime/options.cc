#include "libs/runtime/options.h"

#include <cstdlib>
#include <iostream>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace withdrawal::runtime {
namespace {

constexpr int kExitBadSetting = 2;

std::string EnvironmentName(const std::string& flag) {
  return absl::StrCat("WITHDRAWAL_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(flag, {{"-", "_"}})));
}

template <typename T>
CLI::Option* AddOption(CLI::App& app, const std::string& flag, T* value, const std::string& help) {
  return app.add_option("--" + flag, *value, help)
      ->envname(EnvironmentName(flag))
      ->capture_default_str();
}

// CLI11 2.4 passes over a variable whose value a check refuses; 2.3 throws. Here it always throws.
void RefuseIgnoredEnvironment(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_envname();
    if (name.empty() || option->count() > 0) continue;
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') continue;
    throw CLI::ValidationError(option->get_name(),
                               absl::StrCat(name, " is not ", option->get_type_name()));
  }
}

}  // namespace

Options::Options(const std::string& program, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, program)) {
  app_->set_version_flag("--version", program + " " + Version());
  app_->set_config("--config", "", "file of settings, TOML or INI");
  app_->allow_config_extras(CLI::config_extras_mode::error);
}

Options::~Options() = default;

void Options::AddService(ServiceSettings* settings) {
  Add("kafka-brokers", &settings->kafka_brokers, "host:port, comma separated");
  Add("kafka-security", &settings->kafka_security,
      "file of security.*, ssl.* and sasl.* properties of librdkafka; empty = plaintext");
  Add("log-level", &settings->log_level, "trace, debug, info, warning, error, critical or off");
  Add("metrics-address", &settings->metrics_address, "host:port of /metrics; empty = none");
  Add("health-address", &settings->health_address, "host:port of gRPC health; empty = none");
}

void Options::AddCatalogue(std::string* directory, std::string* overrides) {
  Add("catalogue", directory, "directory of clinical data; empty = built in");
  Add("catalogue-overrides", overrides, "directory of a programme's changes to it; empty = none");
}

void Options::AddTransport(rpc::ServerTransport* transport) {
  Add("tls-certificate", &transport->certificate, "PEM file, leaf first; empty = plaintext");
  Add("tls-key", &transport->key, "PEM file of its private key");
  Add("tls-client-ca", &transport->client_ca,
      "PEM file: only clients with a certificate of it are let in; empty = none is asked for");
}

void Options::Add(const std::string& flag, std::string* value, const std::string& help) {
  AddOption(*app_, flag, value, help);
}

void Options::Add(const std::string& flag, bool* value, const std::string& help) {
  app_->add_flag("--" + flag, *value, help)->envname(EnvironmentName(flag));
}

void Options::Add(const std::string& flag, double* value, const std::string& help) {
  AddOption(*app_, flag, value, help);
}

void Options::Add(const std::string& flag, int* value, const std::string& help, int min, int max) {
  AddOption(*app_, flag, value, help)->check(CLI::Range(min, max));
}

void Options::AddSecret(const std::string& flag, std::string* value, const std::string& help) {
  app_->add_option("--" + flag, *value, help)->envname(EnvironmentName(flag));
}

std::optional<int> Options::Parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    RefuseIgnoredEnvironment(*app_);
    return std::nullopt;
  } catch (const CLI::Success& asked) {  // --help, --version
    return app_->exit(asked, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    std::cerr << app_->get_name() << ": " << error.what() << "\n"
              << "Run with --help for the settings; --some-name is also WITHDRAWAL_SOME_NAME.\n";
    return kExitBadSetting;
  }
}

std::string Version() { return WITHDRAWAL_VERSION; }

}  // namespace withdrawal::runtime
