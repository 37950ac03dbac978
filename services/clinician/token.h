// Opaque tokens for clients: page tokens, resume tokens and consistency tokens. Pure.
//
// The first two carry a fingerprint of the query it belongs to: with another filter it is refused,
// since going on with it would silently leave rows out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace withdrawal::clinician {

// Stable over processes and builds (FNV-1a); of the parts in order.
uint32_t Fingerprint(const std::vector<std::string>& parts);

// Keyset position: the sort key of the last row of the page, as text.
using PageKey = std::vector<std::string>;
std::string EncodePageToken(uint32_t query, const PageKey& key);
// Absent when it is no token, of another version, of another query, or not of `columns` parts.
std::optional<PageKey> DecodePageToken(const std::string& token, uint32_t query, size_t columns);

// What a command wrote: its record is in the tables once they have come to `next`.
struct Written {
  std::string topic;
  int32_t partition = 0;
  int64_t next = 0;

  bool operator==(const Written&) const = default;
};
// Printable, so that it can travel as metadata.
std::string EncodeConsistencyToken(const Written& written);
std::optional<Written> DecodeConsistencyToken(const std::string& token);

// Partition -> offset of the next record to send.
using Positions = std::map<int32_t, int64_t>;
std::string EncodeResumeToken(uint32_t query, const Positions& positions);
std::optional<Positions> DecodeResumeToken(const std::string& token, uint32_t query);

}  // namespace withdrawal::clinician
