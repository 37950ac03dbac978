// withdrawalctl topics apply: create the topics that are missing.
#include <iostream>
#include <memory>
#include <optional>

#include "libs/kafka/topics.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::optional<int> partitions;
  std::optional<int> replication;
};

int Apply(const Settings& settings, const Words& words) {
  const auto topics = kafka::DeclaredTopics(
      {.partitions = words.partitions, .replication = words.replication, .prefix = ""});
  if (!topics.ok()) {
    std::cerr << "topics: " << Printable(topics.status().message()) << '\n';
    return 1;
  }
  const absl::Status status = kafka::EnsureTopics(settings.kafka, *topics);
  if (!status.ok()) {
    std::cerr << "topics: " << Printable(status.message()) << '\n';
    return 1;
  }
  for (const auto& topic : *topics) {
    std::cout << topic.name << ": " << topic.partitions << " partitions\n";
  }
  return 0;
}

}  // namespace

void AddTopics(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("topics", "The topics on the brokers");
  command->require_subcommand(1);
  auto* apply = command->add_subcommand("apply", "Create what is missing, check what is there");
  auto words = std::make_shared<Words>();
  apply->add_option("--partitions", words->partitions, "Of every topic; default as declared")
      ->check(CLI::PositiveNumber);
  apply->add_option("--replication", words->replication, "1 for a single broker")
      ->check(CLI::PositiveNumber);
  apply->callback([=, &settings, &exit_code] { exit_code = Apply(settings, *words); });
}

}  // namespace withdrawal::ctl
