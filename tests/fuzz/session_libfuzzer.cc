// Changes of sessions for libFuzzer: of the records, not of the letters they are written in.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/text_format.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/session.pb.h"

namespace {

using google::protobuf::TextFormat;
using withdrawal::fuzz::Session;

Session Read(const uint8_t* data, size_t size) {
  Session session;
  TextFormat::ParseFromString(std::string(reinterpret_cast<const char*>(data), size), &session);
  return session;
}

// Nothing is changed when it does not fit.
size_t Write(const Session& session, uint8_t* into, size_t size_max) {
  std::string text;
  TextFormat::PrintToString(session, &text);
  if (text.size() > size_max) return 0;
  text.copy(reinterpret_cast<char*>(into), text.size());
  return text.size();
}

}  // namespace

// Protobuf logs each text that is no session and each string that is not UTF-8.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t size_max,
                                          unsigned int seed) {
  Session session = Read(data, size);
  withdrawal::fuzz::Mutate(session, seed);
  const size_t written = Write(session, data, size_max);
  return written > 0 ? written : size;
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* one, size_t one_size,
                                            const uint8_t* other, size_t other_size, uint8_t* into,
                                            size_t size_max, unsigned int seed) {
  Session session = Read(one, one_size);
  withdrawal::fuzz::CrossOver(session, Read(other, other_size), seed);
  return Write(session, into, size_max);
}
