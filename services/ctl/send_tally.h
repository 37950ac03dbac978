// What became of the check-ins sent, counted. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "withdrawal/ingest/v1/ingest.pb.h"

namespace withdrawal::ctl {

struct SendTally {
  int64_t accepted = 0;
  int64_t known_already = 0;                 // of these, stored before (a repeat)
  std::map<std::string, int64_t> refused;    // by reason
  std::map<std::string, int64_t> set_aside;  // readings of accepted check-ins, by reason
  std::set<std::pair<std::string, std::string>> accepted_ids;  // patient, check_in_id

  int64_t answered() const;
};

// Reason of a refusal: that of its first field, else of its ErrorInfo, else the status code's name.
void Count(const std::string& patient_id, const ingest::v1::SubmitCheckInsResponse& answer,
           SendTally& tally);

}  // namespace withdrawal::ctl
