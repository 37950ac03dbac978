// The tamper-evident chain of the audit trail, and its proof. Pure.
//
// Each process writes a chain of its own: events numbered from 1, each with the hash of the one
// before and its own, SHA-256 over that and its bytes without `hash`. What is altered, taken out or
// put in afterwards does not fit. Two things a chain alone cannot show: that its end was cut off,
// and one that somebody wrote anew from some event to its end. For these the trail is kept twice,
// in the topic and in the table, and both are compared (Compare).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "withdrawal/events/v1/audit.pb.h"

namespace withdrawal::audit {

// 32 bytes; of `previous_hash` and everything else but `hash`.
std::string HashOf(const events::v1::AuditEvent& event);

class Chain {
 public:
  // `writer`: whose chain, "clinician/0123456789abcdef".
  explicit Chain(std::string writer) : writer_(std::move(writer)) {}

  const std::string& writer() const { return writer_; }
  // Makes `event` the next of the chain: writer, sequence and both hashes.
  void Append(events::v1::AuditEvent& event);

 private:
  const std::string writer_;
  int64_t sequence_ = 0;
  std::string hash_;
};

enum class Fault {
  kAltered,      // its hash is not that of what it says
  kMissing,      // there is a later one
  kOutOfOrder,   // it stands behind a later one
  kNotLinked,    // the one before is another than it was written after
  kTwice,        // another one has its number
  kNotInTable,   // it is in the topic only
  kNotInTopic,   // it is in the table only
  kOtherInTable  // topic and table say different things
};
std::string WordsOf(Fault fault);

struct Finding {
  std::string writer;
  int64_t sequence = 0;
  Fault fault = Fault::kAltered;

  auto operator<=>(const Finding&) const = default;
};

// What the proof needs of an event.
struct Link {
  int64_t sequence = 0;
  std::string previous_hash;
  std::string hash;
  std::string content_hash;  // of what it says; not `hash` when it was altered
};
Link LinkOf(const events::v1::AuditEvent& event);

// The links of one writer as they stand. The same event stored twice is no fault (sent again when
// the answer of the brokers was lost). `whole`: from the first event on, nothing may be missing
// before. Findings in order of their sequence.
std::vector<Finding> Verify(const std::string& writer, const std::vector<Link>& links, bool whole);

// By sequence: what the topic and the table have of one writer.
using Contents = std::map<int64_t, std::string>;  // content_hash
std::vector<Finding> Compare(const std::string& writer, const Contents& topic,
                             const Contents& table);

}  // namespace withdrawal::audit
