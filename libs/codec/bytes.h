// Messages as bytes that equal messages share: maps in order of their keys.
#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace withdrawal::codec {

std::string DeterministicBytes(const google::protobuf::Message& message);

}  // namespace withdrawal::codec
