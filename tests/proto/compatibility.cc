#include "tests/proto/compatibility.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::proto_test {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::ServiceDescriptorProto;

// Every type of a set by its full name.
struct Types {
  std::map<std::string, const DescriptorProto*> messages;
  std::map<std::string, const EnumDescriptorProto*> enums;
  std::map<std::string, const ServiceDescriptorProto*> services;
};

void Collect(const std::string& scope, const DescriptorProto& message, Types& types) {
  const std::string name = absl::StrCat(scope, ".", message.name());
  types.messages.emplace(name, &message);
  for (const auto& nested : message.nested_type()) Collect(name, nested, types);
  for (const auto& one : message.enum_type()) {
    types.enums.emplace(absl::StrCat(name, ".", one.name()), &one);
  }
}

Types Collect(const FileDescriptorSet& set) {
  Types types;
  for (const auto& file : set.file()) {
    for (const auto& message : file.message_type()) Collect(file.package(), message, types);
    for (const auto& one : file.enum_type()) {
      types.enums.emplace(absl::StrCat(file.package(), ".", one.name()), &one);
    }
    for (const auto& service : file.service()) {
      types.services.emplace(absl::StrCat(file.package(), ".", service.name()), &service);
    }
  }
  return types;
}

template <typename Ranges>
bool Reserved(const Ranges& ranges, int number, int past_end) {
  for (const auto& range : ranges) {
    if (number >= range.start() && number < range.end() + past_end) return true;
  }
  return false;
}

// Name of the oneof a field belongs to; empty for none and for `optional` scalars.
std::string OneofOf(const DescriptorProto& message, const FieldDescriptorProto& field) {
  if (!field.has_oneof_index() || field.proto3_optional()) return "";
  return message.oneof_decl(field.oneof_index()).name();
}

// All that decides how a field is read, on the wire and in JSON.
std::string Shape(const DescriptorProto& message, const FieldDescriptorProto& field) {
  return absl::StrCat(field.name(), ", type ", field.type(), " ", field.type_name(), ", label ",
                      field.label(), ", oneof '", OneofOf(message, field), "', presence ",
                      field.proto3_optional() ? "explicit" : "implicit");
}

void CompareMessage(const std::string& name, const DescriptorProto& published,
                    const DescriptorProto& today, std::vector<std::string>& breaches) {
  std::map<int, const FieldDescriptorProto*> fields;
  for (const auto& field : today.field()) fields.emplace(field.number(), &field);
  for (const auto& before : published.field()) {
    const auto found = fields.find(before.number());
    if (found == fields.end()) {
      if (!Reserved(today.reserved_range(), before.number(), 0)) {
        breaches.push_back(absl::StrCat(name, ".", before.name(), " = ", before.number(),
                                        " was removed without `reserved`"));
      }
      continue;
    }
    const std::string was = Shape(published, before);
    const std::string now = Shape(today, *found->second);
    if (was != now) {
      breaches.push_back(
          absl::StrCat(name, " field ", before.number(), " changed from ", was, " to ", now));
    }
  }
  // Published reservations hold: their numbers may once have been on the wire or in the plans.
  for (const auto& range : published.reserved_range()) {
    for (const auto& field : today.field()) {
      const bool planned = range.end() - range.start() > 1;  // a block kept for growth
      if (!planned && field.number() == range.start()) {
        breaches.push_back(absl::StrCat(name, ".", field.name(), " takes the reserved number ",
                                        field.number()));
      }
    }
  }
}

void CompareEnum(const std::string& name, const EnumDescriptorProto& published,
                 const EnumDescriptorProto& today, std::vector<std::string>& breaches) {
  std::map<int, std::string> values;
  for (const auto& value : today.value()) values.emplace(value.number(), value.name());
  for (const auto& before : published.value()) {
    const auto found = values.find(before.number());
    if (found == values.end()) {
      if (!Reserved(today.reserved_range(), before.number(), 1)) {
        breaches.push_back(absl::StrCat(name, ".", before.name(), " = ", before.number(),
                                        " was removed without `reserved`"));
      }
    } else if (found->second != before.name()) {
      breaches.push_back(absl::StrCat(name, " value ", before.number(), " changed from ",
                                      before.name(), " to ", found->second));
    }
  }
}

void CompareService(const std::string& name, const ServiceDescriptorProto& published,
                    const ServiceDescriptorProto& today, std::vector<std::string>& breaches) {
  std::map<std::string, const MethodDescriptorProto*> methods;
  for (const auto& method : today.method()) methods.emplace(method.name(), &method);
  for (const auto& before : published.method()) {
    const auto found = methods.find(before.name());
    if (found == methods.end()) {
      breaches.push_back(absl::StrCat(name, "/", before.name(), " is gone"));
    } else if (before.SerializeAsString() != found->second->SerializeAsString()) {
      breaches.push_back(absl::StrCat(name, "/", before.name(), " changed its messages"));
    }
  }
}

void CheckZeroes(const Types& today, std::vector<std::string>& breaches) {
  for (const auto& [name, one] : today.enums) {
    const auto& first = one->value(0);
    if (first.number() != 0 || !absl::EndsWith(first.name(), "_UNSPECIFIED")) {
      breaches.push_back(absl::StrCat(name, " does not start with ..._UNSPECIFIED = 0"));
    }
  }
}

// Calls `compare` for what both sides have; what only `published` has is a breach.
template <typename Type, typename Compare>
void CompareAll(const std::map<std::string, const Type*>& published,
                const std::map<std::string, const Type*>& today, const Compare& compare,
                std::vector<std::string>& breaches) {
  for (const auto& [name, before] : published) {
    const auto found = today.find(name);
    if (found == today.end()) {
      breaches.push_back(absl::StrCat(name, " is gone"));
    } else {
      compare(name, *before, *found->second, breaches);
    }
  }
}

}  // namespace

std::vector<std::string> Breaches(const FileDescriptorSet& published,
                                  const FileDescriptorSet& today) {
  const Types before = Collect(published);
  const Types after = Collect(today);
  std::vector<std::string> breaches;
  CompareAll(before.messages, after.messages, CompareMessage, breaches);
  CompareAll(before.enums, after.enums, CompareEnum, breaches);
  CompareAll(before.services, after.services, CompareService, breaches);
  CheckZeroes(after, breaches);
  return breaches;
}

}  // namespace withdrawal::proto_test
