// A database of its own for one test, on the real server of the tests labelled `database`.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/clinician/database.h"
#include "services/clinician/migrations.h"

namespace withdrawal::clinician {

// WITHDRAWAL_TEST_POSTGRES=<connection string without dbname>. Without it the tests fail.
class TestDatabase {
 public:
  TestDatabase() {
    const char* server = std::getenv("WITHDRAWAL_TEST_POSTGRES");
    if (server == nullptr) {
      ADD_FAILURE() << "set WITHDRAWAL_TEST_POSTGRES to a connection string";
      return;
    }
    server_ = server;
    static int count = 0;
    name_ = absl::StrCat("clinician_test_", getpid(), "_", absl::ToUnixMicros(absl::Now()), "_",
                         ++count);
    Admin(absl::StrCat("CREATE DATABASE ", name_));
  }
  ~TestDatabase() {
    if (!server_.empty()) Admin(absl::StrCat("DROP DATABASE ", name_, " WITH (FORCE)"));
  }

  std::string url() const { return absl::StrCat(server_, " dbname=", name_); }

  // Every row of the tables that can be rebuilt, and the offsets: to compare two databases. Each
  // call of a service leaves an audit event; they are left out unless asked for.
  std::string Dump(bool audit = false) const {
    Connection connection(url());
    std::string dump;
    const absl::Status status = connection.Transact([&](Transaction& transaction) {
      dump.clear();
      for (const char* table :
           {"patient", "latest_score", "timeline", "alert", "enrolment", "check_in_fact",
            "alert_outcome", "latest_intake", "consent", "restriction", "disclosure", "audit_event",
            "audit_patient", "plan_version", "due_fact", "latest_vital", "projection_offset"}) {
        const Result rows = transaction.Execute(
            absl::StrCat("SELECT t::text FROM ", table, " t ORDER BY t::text COLLATE \"C\""));
        for (const Row& row : rows.rows) {
          const bool of_audit =
              absl::StartsWith(table, "audit_") || absl::StrContains(row.Text(0), "audit");
          if (of_audit && !audit) continue;
          absl::StrAppend(&dump, table, " ", row.Text(0), "\n");
        }
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return dump;
  }

  int64_t Number(const std::string& sql) const {
    Connection connection(url());
    int64_t number = -1;
    const absl::Status status = connection.Transact([&](Transaction& transaction) {
      number = transaction.Execute(sql).rows.at(0).Int(0);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return number;
  }

  void Run(const std::string& sql) const {
    Connection connection(url());
    const absl::Status status = connection.Transact([&](Transaction& transaction) {
      transaction.Script(sql);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

 private:
  void Admin(const std::string& sql) const;

  std::string server_;
  std::string name_;
};

}  // namespace withdrawal::clinician
