#include "services/clinician/plan_diff.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "libs/codec/time.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The field by which an entry of a list is told from others; null when there is none.
const FieldDescriptor* KeyOf(const Descriptor& type) {
  for (const char* name : {"entry_id", "order_id", "goal_id", "contact_id", "rule_id", "instrument",
                           "substance_class", "vital", "session_type"}) {
    if (const auto* field = type.FindFieldByName(name)) return field;
  }
  return nullptr;
}

std::string TextOf(const Message& message);

// "PROGRAMME_ALCOHOL" -> "alcohol".
std::string EnumText(const google::protobuf::EnumValueDescriptor& value) {
  std::string prefix;
  const std::string& type = value.type()->name();
  for (size_t i = 0; i < type.size(); ++i) {
    if (i > 0 && absl::ascii_isupper(type[i])) prefix += '_';
    prefix += absl::ascii_toupper(type[i]);
  }
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), prefix + "_"));
}

std::string FieldText(const Message& message, const FieldDescriptor& field, int index) {
  const auto* reflection = message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection->GetRepeatedString(message, &field, index)
                      : reflection->GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(repeated ? *reflection->GetRepeatedEnum(message, &field, index)
                               : *reflection->GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return TextOf(repeated ? reflection->GetRepeatedMessage(message, &field, index)
                             : reflection->GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(reflection->GetDouble(message, &field));
    default:
      return absl::StrCat(reflection->GetInt32(message, &field));
  }
}

// A list of plain values as one text.
std::string ListText(const Message& message, const FieldDescriptor& field) {
  std::vector<std::string> parts;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    parts.push_back(FieldText(message, field, i));
  }
  return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
}

std::string TextOf(const Message& message) {
  if (const auto* at = dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
    return absl::FormatTime(absl::RFC3339_sec, codec::FromProto(*at), absl::UTCTimeZone());
  }
  if (const auto* length = dynamic_cast<const google::protobuf::Duration*>(&message)) {
    return absl::FormatDuration(codec::FromProto(*length));
  }
  if (const auto* time = dynamic_cast<const events::v1::LocalTime*>(&message)) {
    return absl::StrFormat("%02d:%02d", time->hour(), time->minute());
  }
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::vector<std::string> parts;
  for (const auto* field : fields) {
    parts.push_back(absl::StrCat(
        field->name(), " ",
        field->is_repeated() ? ListText(message, *field) : FieldText(message, *field, -1)));
  }
  return absl::StrJoin(parts, ", ");
}

bool IsLeaf(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
  const auto* type = field.message_type();
  return type->file()->package() != "withdrawal.events.v1" || type->name() == "LocalTime" ||
         type->name() == "QuietHours";
}

class Differ {
 public:
  void Compare(const Message& before, const Message& after, const std::string& path) {
    for (int i = 0; i < after.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *after.GetDescriptor()->field(i);
      const std::string name = absl::StrCat(path, path.empty() ? "" : ".", field.name());
      if (name == "etag") continue;
      if (field.is_repeated()) {
        CompareList(before, after, field, name);
      } else if (IsLeaf(field)) {
        CompareLeaf(Text(before, field), Text(after, field), name);
      } else {
        const auto* reflection = after.GetReflection();
        Compare(reflection->GetMessage(before, &field), reflection->GetMessage(after, &field),
                name);
      }
    }
  }

  std::vector<std::string> lines;

 private:
  // Empty when the field is not set.
  static std::string Text(const Message& message, const FieldDescriptor& field) {
    const auto* reflection = message.GetReflection();
    return reflection->HasField(message, &field) ? FieldText(message, field, -1) : "";
  }

  void CompareLeaf(const std::string& before, const std::string& after, const std::string& name) {
    if (before == after) return;
    if (before.empty()) {
      lines.push_back(absl::StrCat("+ ", name, ": ", after));
    } else if (after.empty()) {
      lines.push_back(absl::StrCat("- ", name, ": ", before));
    } else {
      lines.push_back(absl::StrCat(name, ": ", before, " -> ", after));
    }
  }

  void CompareList(const Message& before, const Message& after, const FieldDescriptor& field,
                   const std::string& name) {
    const FieldDescriptor* key = IsLeaf(field) ? nullptr : KeyOf(*field.message_type());
    if (key == nullptr) {
      const auto text = [&](const Message& message) {
        return message.GetReflection()->FieldSize(message, &field) == 0 ? ""
                                                                        : ListText(message, field);
      };
      return CompareLeaf(text(before), text(after), name);
    }
    const auto old_entries = Entries(before, field, *key);
    const auto new_entries = Entries(after, field, *key);
    for (const auto& [id, entry] : old_entries) {
      const std::string path = absl::StrCat(name, "[", id, "]");
      const auto found = std::find_if(new_entries.begin(), new_entries.end(),
                                      [&](const auto& other) { return other.first == id; });
      if (found == new_entries.end()) {
        lines.push_back(absl::StrCat("- ", path, ": ", TextOf(*entry)));
      } else {
        Compare(*entry, *found->second, path);
      }
    }
    for (const auto& [id, entry] : new_entries) {
      const bool known = std::any_of(old_entries.begin(), old_entries.end(),
                                     [&](const auto& other) { return other.first == id; });
      if (!known) lines.push_back(absl::StrCat("+ ", name, "[", id, "]: ", TextOf(*entry)));
    }
  }

  using Entry = std::pair<std::string, const Message*>;
  // In order; a repeated key gets its number, "cbt#2".
  static std::vector<Entry> Entries(const Message& message, const FieldDescriptor& field,
                                    const FieldDescriptor& key) {
    std::vector<Entry> entries;
    std::map<std::string, int> seen;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
      const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      std::string id = FieldText(entry, key, -1);
      const int number = ++seen[id];
      if (number > 1) absl::StrAppend(&id, "#", number);
      entries.emplace_back(std::move(id), &entry);
    }
    return entries;
  }
};

}  // namespace

std::vector<std::string> DiffPlans(const events::v1::CarePlan& before,
                                   const events::v1::CarePlan& after) {
  Differ differ;
  differ.Compare(before, after, "");
  return std::move(differ.lines);
}

}  // namespace withdrawal::clinician
