#include "libs/identity/fields.h"

#include "google/protobuf/descriptor.h"

namespace withdrawal::identity {
namespace {

using google::protobuf::FieldDescriptor;

bool IsText(const FieldDescriptor* field) {
  return field != nullptr && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated();
}

bool IsPart(const FieldDescriptor* field) {
  return field != nullptr && field->message_type() != nullptr && !field->is_repeated();
}

}  // namespace

std::string TextOf(const google::protobuf::Message& message, std::string_view path) {
  const size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const auto* reflection = message.GetReflection();
  if (dot == std::string_view::npos) {
    return IsText(field) ? reflection->GetString(message, field) : "";
  }
  if (!IsPart(field)) return "";
  return TextOf(reflection->GetMessage(message, field), path.substr(dot + 1));
}

bool HasText(const google::protobuf::Descriptor& type, std::string_view path) {
  const size_t dot = path.find('.');
  const FieldDescriptor* field = type.FindFieldByName(std::string(path.substr(0, dot)));
  if (dot == std::string_view::npos) return IsText(field);
  return IsPart(field) && HasText(*field->message_type(), path.substr(dot + 1));
}

std::string_view LastWord(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace withdrawal::identity
