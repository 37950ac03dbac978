#include "services/ctl/printable.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace withdrawal::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 1;
  bool valid = false;
};

// The first of `text`, which is not empty; a byte that begins none is not valid.
CodePoint Decode(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1, true};
  const size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {byte(0), 1, false};
  uint32_t value = byte(0) & (0xFF >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {byte(0), 1, false};
    value = value << 6 | (byte(i) & 0x3F);
  }
  return {value, bytes, true};
}

// Controls (C0, DEL, C1), marks of direction, invisible separators.
bool IsHarmless(uint32_t point) {
  constexpr std::pair<uint32_t, uint32_t> kRefused[] = {
      {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200B, 0x200F},
      {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE007F}};
  for (const auto& [from, to] : kRefused) {
    if (point >= from && point <= to) return false;
  }
  return true;
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    if (point.valid && IsHarmless(point.value)) {
      shown.append(text.data(), point.bytes);
    } else if (point.value == '\n') {
      shown += "\\n";
    } else if (point.value <= 0xFF) {
      absl::StrAppendFormat(&shown, "\\x%02x", point.value);
    } else {
      absl::StrAppendFormat(&shown, "\\u%04x", point.value);
    }
    text.remove_prefix(point.bytes);
  }
  return shown;
}

void MakePrintable(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool text = field->type() == FieldDescriptor::TYPE_STRING;
    if (!text && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (text) {
        reflection->SetString(&message, field, Printable(reflection->GetString(message, field)));
      } else {
        MakePrintable(*reflection->MutableMessage(&message, field));
      }
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      if (text) {
        reflection->SetRepeatedString(&message, field, i,
                                      Printable(reflection->GetRepeatedString(message, field, i)));
      } else {
        MakePrintable(*reflection->MutableRepeatedMessage(&message, field, i));
      }
    }
  }
}

std::string PrintableLines(absl::string_view text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) lines.push_back(Printable(line));
  return absl::StrJoin(lines, "\n");
}

}  // namespace withdrawal::ctl
