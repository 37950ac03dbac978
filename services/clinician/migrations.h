// Brings the database to the schema this binary needs.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/clinician/database.h"

namespace withdrawal::clinician {

// The scripts of migrations/, in order; script i (from 1) leads to schema version i.
const std::vector<std::string_view>& MigrationScripts();

// Applies the scripts that are missing, each in a transaction with its row in schema_version.
// Several processes may do so at once: one applies, the others find it done. A database that is
// further than this binary is left alone (an older pod during a rolling update).
absl::Status Migrate(Connection& connection);

}  // namespace withdrawal::clinician
