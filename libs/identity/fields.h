// String fields of any request by their path, "care_plan.patient_id".
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace withdrawal::identity {

// Empty when there is no such string field, or nothing in it.
std::string TextOf(const google::protobuf::Message& message, std::string_view path);

// Whether messages of this type have such a string field.
bool HasText(const google::protobuf::Descriptor& type, std::string_view path);

// "patient_id" of "care_plan.patient_id"
std::string_view LastWord(std::string_view path);

}  // namespace withdrawal::identity
