#include "libs/hash/sha256.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace withdrawal::hash {

Digest Sha256(std::string_view bytes) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string Hex(const Digest& digest) {
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

uint64_t First64(const Digest& digest) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return value;
}

uint32_t First32(const Digest& digest) { return static_cast<uint32_t>(First64(digest) >> 32); }

}  // namespace withdrawal::hash
