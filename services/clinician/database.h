// Transactions on a PostgreSQL-compatible database, over libpqxx 6 or 7 (whose calls differ: this
// is the one place that knows). Parameters and results travel as text; NULL is nullopt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace withdrawal::clinician {

using Value = std::optional<std::string>;

struct Row {
  std::vector<Value> values;

  bool IsNull(size_t column) const { return !values[column].has_value(); }
  const std::string& Text(size_t column) const { return *values[column]; }
  int64_t Int(size_t column) const;
  std::string Bytes(size_t column) const;  // of a bytea
};

struct Result {
  std::vector<Row> rows;
  int64_t affected = 0;  // by INSERT, UPDATE or DELETE
};

// A bytea parameter ("\x..").
std::string BytesValue(const std::string& bytes);
// Microseconds since 1970, as stored in every *_micros column; rounds down.
std::string MicrosValue(absl::Time time);

// Valid inside Connection::Transact only. Failures leave as libpqxx exceptions, which Transact
// turns into a status.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // One statement with $1, $2, ...; write casts ("$1::bigint") where the type is not evident.
  virtual Result Execute(const std::string& sql, const std::vector<Value>& parameters) = 0;
  Result Execute(const std::string& sql) { return Execute(sql, {}); }
  // Statements without parameters or results.
  virtual void Script(const std::string& sql) = 0;
};

// One connection, made at the first use and again after a loss. Not thread-safe.
class Connection {
 public:
  // `url`: a libpq connection string or URI.
  explicit Connection(std::string url);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs `body` in a transaction: commits when it answers OK, else rolls back and passes its status
  // on. On a serialization failure (40001) or deadlock the body runs again, at most 5 times, so it
  // must set its results anew each time; so it does, once, on a new connection when the kept one
  // turns out lost before the commit. With `timeout` each statement may take that long.
  //   Unavailable       no connection, or lost; a commit in doubt may have happened
  //   DeadlineExceeded  a statement took longer than `timeout`
  //   AlreadyExists     unique violation, or a table that another process made meanwhile
  //   InvalidArgument   a value its column or index cannot hold or may not have (22, 23, 54000)
  //   Aborted           still not serializable after 5 attempts
  //   Internal          any other failure of a statement (a defect of ours)
  absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body,
                        absl::Duration timeout = absl::InfiniteDuration());

  // The first row of one query, in a transaction of its own; absent when it has none. Errors as of
  // Transact.
  absl::StatusOr<std::optional<Row>> ReadRow(const std::string& sql,
                                             const std::vector<Value>& parameters,
                                             absl::Duration timeout);

 private:
  struct Handle;
  absl::Status Attempt(absl::FunctionRef<absl::Status(Transaction&)> body, absl::Duration timeout);

  const std::string url_;
  std::unique_ptr<Handle> handle_;
  // Of the latest attempt: it made its connection itself; it got as far as the commit.
  bool fresh_ = false;
  bool committing_ = false;
};

}  // namespace withdrawal::clinician
