// SHA-256 of bytes, for fingerprints and checksums.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace withdrawal::hash {

using Digest = std::array<uint8_t, 32>;

Digest Sha256(std::string_view bytes);
std::string Hex(const Digest& digest);
// The first eight, or four, bytes, big endian.
uint64_t First64(const Digest& digest);
uint32_t First32(const Digest& digest);

}  // namespace withdrawal::hash
