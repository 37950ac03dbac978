#include "libs/codec/record.h"

#include <cmath>
#include <vector>

namespace withdrawal::codec {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Calls `visit(index)` for each element; of a field that is not repeated, once with -1.
template <typename Visit>
bool Each(const Message& message, const FieldDescriptor& field, Visit visit) {
  if (!field.is_repeated()) return visit(-1);
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    if (!visit(i)) return false;
  }
  return true;
}

double NumberOf(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    return index < 0 ? reflection.GetFloat(message, &field)
                     : reflection.GetRepeatedFloat(message, &field, index);
  }
  return index < 0 ? reflection.GetDouble(message, &field)
                   : reflection.GetRepeatedDouble(message, &field, index);
}

// False when a number is none; `path` then leads to it.
bool IsFinite(const Message& message, std::string& path) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const auto type = field->cpp_type();
    const bool number =
        type == FieldDescriptor::CPPTYPE_DOUBLE || type == FieldDescriptor::CPPTYPE_FLOAT;
    if (!number && type != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const bool finite = Each(message, *field, [&](int index) {
      if (number) return std::isfinite(NumberOf(message, *field, index));
      return IsFinite(index < 0 ? reflection.GetMessage(message, field)
                                : reflection.GetRepeatedMessage(message, field, index),
                      path);
    });
    if (finite) continue;
    path = absl::StrCat(field->name(), path.empty() ? "" : ".", path);
    return false;
  }
  return true;
}

}  // namespace

absl::Status CheckNumbers(const Message& message) {
  std::string path;
  if (IsFinite(message, path)) return absl::OkStatus();
  return absl::InvalidArgumentError(path + ": not a finite number");
}

}  // namespace withdrawal::codec
