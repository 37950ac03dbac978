// What must stay true between a published set of protos and today's, so that records already in
// Kafka, rows in changelogs and clients in the field can still be read.
#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.pb.h>

namespace withdrawal::proto_test {

// Every breach, one sentence each; empty when `today` can replace `published`:
//   no message, enum, service or rpc gone; no field, enum value or oneof membership changed;
//   what was removed is reserved by number; enums keep a zero whose name ends in UNSPECIFIED.
std::vector<std::string> Breaches(const google::protobuf::FileDescriptorSet& published,
                                  const google::protobuf::FileDescriptorSet& today);

}  // namespace withdrawal::proto_test
