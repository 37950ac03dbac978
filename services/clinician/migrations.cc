#include "services/clinician/migrations.h"

#include <string>

namespace withdrawal::clinician {
namespace {

absl::Status EnsureVersionTable(Connection& connection) {
  return connection.Transact([](Transaction& transaction) {
    transaction.Script("CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY)");
    return absl::OkStatus();
  });
}

absl::Status ApplyOne(Connection& connection, int version, std::string_view script) {
  return connection.Transact([&](Transaction& transaction) {
    const Result applied = transaction.Execute(
        "SELECT 1 FROM schema_version WHERE version = $1::int", {std::to_string(version)});
    if (!applied.rows.empty()) return absl::OkStatus();
    // The unique row first: whoever comes second waits here, fails, and then finds it done.
    transaction.Execute("INSERT INTO schema_version (version) VALUES ($1::int)",
                        {std::to_string(version)});
    transaction.Script(std::string(script));
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status Migrate(Connection& connection) {
  constexpr int kAttempts = 3;
  absl::Status status = EnsureVersionTable(connection);
  // CREATE TABLE IF NOT EXISTS may still lose a race with itself.
  for (int i = 1; absl::IsAlreadyExists(status) && i < kAttempts; ++i) {
    status = EnsureVersionTable(connection);
  }
  if (!status.ok()) return status;
  int version = 0;
  for (const std::string_view script : MigrationScripts()) {
    ++version;
    status = ApplyOne(connection, version, script);
    for (int i = 1; absl::IsAlreadyExists(status) && i < kAttempts; ++i) {
      status = ApplyOne(connection, version, script);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace withdrawal::clinician
