// The newest of each vital sign. Part of RowBatch, which has checked ids, keys and times.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "services/clinician/database.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::clinician {

class VitalRows {
 public:
  void AddCheckIn(const events::v1::CheckIn& check_in);
  void Write(Transaction& transaction) const;

 private:
  struct Reading {
    int64_t observed_micros = 0;
    double value = 0;
    std::string unit;
  };
  void Add(const events::v1::CheckIn& check_in, const std::string& vital,
           const events::v1::Quantity& quantity);

  std::map<std::pair<std::string, std::string>, Reading> readings_;
};

}  // namespace withdrawal::clinician
