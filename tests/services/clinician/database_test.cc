#include "services/clinician/database.h"

#include <thread>

#include "gtest/gtest.h"
#include "tests/services/clinician/database_fixture.h"

namespace withdrawal::clinician {
namespace {

TEST(Migrations, ApplyOnceHoweverManyProcessesStartTogether) {
  TestDatabase database;
  std::vector<std::thread> processes;
  std::vector<absl::Status> statuses(4);
  for (absl::Status& status : statuses) {
    processes.emplace_back([&] {
      Connection connection(database.url());
      status = Migrate(connection);
    });
  }
  for (std::thread& process : processes) process.join();
  for (const absl::Status& status : statuses) EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(database.Number("SELECT COUNT(*) FROM schema_version"),
            static_cast<int64_t>(MigrationScripts().size()));
}

TEST(Migrations, LeaveANewerDatabaseAlone) {
  TestDatabase database;
  Connection connection(database.url());
  ASSERT_TRUE(Migrate(connection).ok());
  database.Run("INSERT INTO schema_version VALUES (99)");
  EXPECT_TRUE(Migrate(connection).ok());
}

TEST(Connection, CarriesBytesAndNullsThroughParameters) {
  TestDatabase database;
  Connection connection(database.url());
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  const absl::Status status = connection.Transact([&](Transaction& transaction) {
    const Result result = transaction.Execute("SELECT $1::bytea, $2::text, $3::bigint",
                                              {BytesValue(bytes), std::nullopt, "-5"});
    EXPECT_EQ(result.rows.at(0).Bytes(0), bytes);
    EXPECT_TRUE(result.rows.at(0).IsNull(1));
    EXPECT_EQ(result.rows.at(0).Int(2), -5);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Connection, ACallOnAConnectionLostWhileIdleIsRunOnANewOne) {
  TestDatabase database;
  Connection connection(database.url());
  std::string backend;
  ASSERT_TRUE(connection
                  .Transact([&](Transaction& transaction) {
                    backend = *transaction.Execute("SELECT pg_backend_pid()", {}).rows[0].values[0];
                    return absl::OkStatus();
                  })
                  .ok());
  database.Run("SELECT pg_terminate_backend(" + backend + ")");
  const absl::Status status = connection.Transact([](Transaction& transaction) {
    transaction.Execute("SELECT 1", {});
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Connection, TellsAValueThatCannotBeFromADefectOfOurs) {
  TestDatabase database;
  Connection connection(database.url());
  const auto execute = [&](const std::string& sql) {
    return connection.Transact([&](Transaction& transaction) {
      transaction.Execute(sql, {});
      return absl::OkStatus();
    });
  };
  EXPECT_TRUE(absl::IsInvalidArgument(execute("SELECT 99999::int::smallint")));  // 22003
  // The server says: invalid input syntax for type bigint: "Ann Example".
  const absl::Status quoted = execute("SELECT 'Ann Example'::text::bigint");
  EXPECT_TRUE(absl::IsInvalidArgument(quoted)) << quoted;
  EXPECT_EQ(quoted.message().find("Ann"), std::string_view::npos) << quoted;
  ASSERT_TRUE(execute("CREATE TABLE word (text text PRIMARY KEY)").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(execute(  // 54000: too long for its index
      "INSERT INTO word SELECT string_agg(md5(i::text), '') FROM generate_series(1, 500) i")));
  EXPECT_TRUE(absl::IsInternal(execute("SELECT no_such_column")));
  ASSERT_TRUE(execute("ALTER TABLE word ADD CHECK (text <> 'jane')").ok());
  const absl::Status refused = execute("INSERT INTO word VALUES ('jane')");
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_EQ(refused.message().find("jane"), std::string::npos) << refused;
}

TEST(Connection, IsMadeAnewAfterTheServerClosedIt) {
  TestDatabase database;
  Connection connection(database.url());
  const auto die = [](Transaction& transaction) {
    transaction.Execute("SELECT pg_terminate_backend(pg_backend_pid())");
    return absl::OkStatus();
  };
  const absl::Status lost = connection.Transact(die);
  EXPECT_TRUE(absl::IsUnavailable(lost));
  // It was made, so nothing is wrong with the setting.
  EXPECT_EQ(lost.message().find("--database-url"), std::string::npos) << lost;
  EXPECT_TRUE(connection.Transact([](Transaction&) { return absl::OkStatus(); }).ok());
}

TEST(Connection, ToNobodyIsUnavailable) {
  Connection connection("host=127.0.0.1 port=1 user=nobody dbname=none connect_timeout=2");
  EXPECT_TRUE(
      absl::IsUnavailable(connection.Transact([](Transaction&) { return absl::OkStatus(); })));
}

TEST(Connection, EndsAStatementThatTakesTooLong) {
  TestDatabase database;
  Connection connection(database.url());
  const absl::Status status = connection.Transact(
      [](Transaction& transaction) {
        transaction.Execute("SELECT pg_sleep(20)");
        return absl::OkStatus();
      },
      absl::Milliseconds(50));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST(Connection, RunsATransactionAgainThatCouldNotBeSerialized) {
  TestDatabase database;
  Connection connection(database.url());
  int runs = 0;
  const absl::Status status = connection.Transact([&](Transaction& transaction) {
    if (++runs < 3) {
      transaction.Script("DO $$BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END$$");
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 3);
}

TEST(Connection, RollsBackWhenTheBodyFails) {
  TestDatabase database;
  Connection connection(database.url());
  database.Run("CREATE TABLE t (i int)");
  const absl::Status status = connection.Transact([](Transaction& transaction) {
    transaction.Script("INSERT INTO t VALUES (1)");
    return absl::NotFoundError("no");
  });
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(database.Number("SELECT COUNT(*) FROM t"), 0);
}

}  // namespace
}  // namespace withdrawal::clinician
