// Small random changes of a message that keep it a message: fields set, cleared, doubled or moved,
// numbers beside the old one or at an edge, texts taken from elsewhere in the message (so ids
// meet). Debian has no libprotobuf-mutator; this is the part of it that the targets need. Pure.
#pragma once

#include <cstdint>

#include "google/protobuf/message.h"

namespace withdrawal::fuzz {

void Mutate(google::protobuf::Message& message, uint64_t seed);

// Puts some elements of the first repeated field of `other` into that of `message`. REQUIRES: of
// one type.
void CrossOver(google::protobuf::Message& message, const google::protobuf::Message& other,
               uint64_t seed);

}  // namespace withdrawal::fuzz
