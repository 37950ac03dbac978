#include "services/clinician/database.h"

#include <algorithm>
#include <charconv>
#include <pqxx/pqxx>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::clinician {
namespace {

constexpr int kAttemptsMax = 5;

pqxx::result Run(pqxx::transaction_base& transaction, const std::string& sql,
                 const std::vector<Value>& parameters) {
#if PQXX_VERSION_MAJOR < 7
  std::vector<const char*> texts;
  texts.reserve(parameters.size());
  for (const Value& value : parameters) texts.push_back(value ? value->c_str() : nullptr);
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(texts));
#else
  pqxx::params texts;
  texts.reserve(parameters.size());
  for (const Value& value : parameters) texts.append(value);
#if PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR < 10
  return transaction.exec_params(sql, texts);
#else
  return transaction.exec(sql, texts);
#endif
#endif
}

class PqxxTransaction : public Transaction {
 public:
  explicit PqxxTransaction(pqxx::work& work) : work_(work) {}

  Result Execute(const std::string& sql, const std::vector<Value>& parameters) override {
    const pqxx::result rows = parameters.empty() ? work_.exec(sql) : Run(work_, sql, parameters);
    Result result;
    result.affected = static_cast<int64_t>(rows.affected_rows());
    result.rows.reserve(rows.size());
    for (const auto& row : rows) {
      Row& out = result.rows.emplace_back();
      out.values.reserve(row.size());
      for (const auto& field : row) {
        if (field.is_null()) {
          out.values.emplace_back();
        } else {
          out.values.emplace_back(std::string(field.c_str(), field.size()));
        }
      }
    }
    return result;
  }

  void Script(const std::string& sql) override { work_.exec(sql); }

 private:
  pqxx::work& work_;
};

absl::Status FromSqlError(const pqxx::sql_error& error) {
  const std::string state = error.sqlstate();
  const std::string_view kind = std::string_view(state).substr(0, 2);
  // A value that its column cannot hold (22) or may not have (23), or its index cannot (54000): no
  // retry will change it. The server's words quote that value, which may be a person's.
  if ((kind == "22" || kind == "23" || state == "54000") && state != "23505") {
    return absl::InvalidArgumentError(
        absl::StrCat("database: SQLSTATE ", state, ": a value the table cannot hold"));
  }
  // The lines after the first ("DETAIL: Key (...)=(...) already exists") may show a person's data.
  const std::string text = error.what();
  const std::string what =
      absl::StrCat("database: SQLSTATE ", state, ": ", text.substr(0, text.find('\n')));
  if (state == "57014") return absl::DeadlineExceededError(what);
  // Unique row, table, type: a table made twice at once fails with any of the three.
  if (state == "23505" || state == "42P07" || state == "42710") {
    return absl::AlreadyExistsError(what);
  }
  // 08: connection; 53: resources; 57P: the server is going down or coming up.
  if (kind == "08" || kind == "53" || state.starts_with("57P")) {
    return absl::UnavailableError(what);
  }
  return absl::InternalError(what);
}

}  // namespace

int64_t Row::Int(size_t column) const {
  int64_t number = 0;
  if (!absl::SimpleAtoi(*values[column], &number)) throw pqxx::conversion_error("not an integer");
  return number;
}

std::string Row::Bytes(size_t column) const {
  const std::string& text = *values[column];
  if (!text.starts_with("\\x")) throw pqxx::conversion_error("bytea_output is not hex");
  std::string bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (size_t i = 2; i < text.size(); i += 2) {
    uint8_t byte = 0;
    const char* const end = text.data() + std::min(i + 2, text.size());
    if (std::from_chars(text.data() + i, end, byte, 16).ptr != text.data() + i + 2) {
      throw pqxx::conversion_error("bytea is not hex");
    }
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string BytesValue(const std::string& bytes) {
  return absl::StrCat("\\x", absl::BytesToHexString(bytes));
}

std::string MicrosValue(absl::Time time) { return absl::StrCat(absl::ToUnixMicros(time)); }

struct Connection::Handle {
  explicit Handle(const std::string& url) : connection(url) {
    pqxx::nontransaction setup(connection);
    setup.exec("SET bytea_output = 'hex'");
  }
  pqxx::connection connection;
};

Connection::Connection(std::string url) : url_(std::move(url)) {}
Connection::~Connection() = default;

absl::Status Connection::Transact(absl::FunctionRef<absl::Status(Transaction&)> body,
                                  absl::Duration timeout) {
  absl::Status status;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    status = Attempt(body, timeout);
    const bool stale = absl::IsUnavailable(status) && attempt == 0 && !fresh_ && !committing_;
    // Whatever state the session was in, the next transaction gets a fresh one.
    if (absl::IsUnavailable(status)) handle_.reset();
    // A connection kept from before a restart of the server: found out only by using it.
    if (!absl::IsAborted(status) && !stale) break;
  }
  return status;
}

absl::Status Connection::Attempt(absl::FunctionRef<absl::Status(Transaction&)> body,
                                 absl::Duration timeout) {
  try {
    committing_ = false;
    fresh_ = handle_ == nullptr;
    if (fresh_) handle_ = std::make_unique<Handle>(url_);
    pqxx::work work(handle_->connection);
    if (timeout != absl::InfiniteDuration()) {
      const int64_t milliseconds = std::max<int64_t>(1, absl::ToInt64Milliseconds(timeout));
      work.exec(absl::StrCat("SET LOCAL statement_timeout = ", milliseconds));
    }
    PqxxTransaction transaction(work);
    if (absl::Status status = body(transaction); !status.ok()) return status;
    committing_ = true;
    work.commit();
    return absl::OkStatus();
  } catch (const pqxx::broken_connection& error) {
    return absl::UnavailableError(absl::StrCat(handle_ == nullptr
                                                   ? "database: cannot connect (--database-url): "
                                                   : "database: connection lost: ",
                                               error.what()));
  } catch (const pqxx::transaction_rollback& error) {  // 40001, 40P01; no sql_error in libpqxx 6
    return absl::AbortedError(absl::StrCat("database: rolled back: ", error.what()));
  } catch (const pqxx::in_doubt_error& error) {
    return absl::UnavailableError(absl::StrCat("database: commit in doubt: ", error.what()));
  } catch (const pqxx::sql_error& error) {
    return FromSqlError(error);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("database: ", error.what()));
  }
}

absl::StatusOr<std::optional<Row>> Connection::ReadRow(const std::string& sql,
                                                       const std::vector<Value>& parameters,
                                                       absl::Duration timeout) {
  Result result;
  const absl::Status status = Transact(
      [&](Transaction& transaction) {
        result = transaction.Execute(sql, parameters);
        return absl::OkStatus();
      },
      timeout);
  if (!status.ok()) return status;
  if (result.rows.empty()) return std::nullopt;
  return std::move(result.rows.front());
}

}  // namespace withdrawal::clinician
