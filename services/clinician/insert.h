// One INSERT of many rows.
#pragma once

#include <string>
#include <vector>

#include "services/clinician/database.h"

namespace withdrawal::clinician {

class Insert {
 public:
  struct Column {
    std::string name;
    std::string type;
  };

  // `conflict`: what follows the values, "ON CONFLICT ...".
  // REQUIRES: no two rows with the same key, or the database refuses DO UPDATE.
  Insert(std::string table, std::vector<Column> columns, std::string conflict);

  void Add(std::vector<Value> row) { rows_.push_back(std::move(row)); }
  // In statements of at most 500 rows; nothing when there are none. What RETURNING answers.
  std::vector<Row> Run(Transaction& transaction) const;

 private:
  std::string Statement(size_t rows) const;

  const std::string table_;
  const std::vector<Column> columns_;
  const std::string conflict_;
  std::vector<std::vector<Value>> rows_;
};

// "($1::text), ($2::text), ..." for use as (VALUES ...) of a list.
std::string TextRows(size_t count);

}  // namespace withdrawal::clinician
