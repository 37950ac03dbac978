#include "tests/services/clinician/database_fixture.h"

#include <pqxx/pqxx>

namespace withdrawal::clinician {

// CREATE and DROP DATABASE run outside a transaction.
void TestDatabase::Admin(const std::string& sql) const {
  try {
    pqxx::connection connection(absl::StrCat(server_, " dbname=postgres"));
    pqxx::nontransaction session(connection);
    session.exec(sql);
  } catch (const std::exception& error) {
    ADD_FAILURE() << sql << ": " << error.what();
  }
}

}  // namespace withdrawal::clinician
