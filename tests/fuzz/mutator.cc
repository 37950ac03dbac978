#include "tests/fuzz/mutator.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "services/ctl/core/random.h"

namespace withdrawal::fuzz {
namespace {

using ctl::Random;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDepthMax = 12;

template <typename Value>
Value OneOf(Random& random, const std::vector<Value>& values) {
  return values[static_cast<size_t>(random.Below(static_cast<int>(values.size())))];
}

void CollectTexts(const Message& message, std::vector<std::string>& texts) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CollectTexts(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                          : reflection.GetMessage(message, field),
                     texts);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        texts.push_back(field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                             : reflection.GetString(message, field));
      }
    }
  }
}

int64_t NewInteger(Random& random, int64_t old) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  if (random.Chance(0.3)) {
    return OneOf<int64_t>(random, {0, 1, -1, kMax, -kMax - 1, int64_t{1} << 31, -(int64_t{1} << 31),
                                   253402300799, -62135596800});
  }
  // Beside the old one, seconds to days away: unsigned, so that it may wrap.
  const auto step = OneOf<uint64_t>(random, {1, 2, 10, 60, 3600, 86400, 1000000000});
  const auto base = static_cast<uint64_t>(old);
  return static_cast<int64_t>(random.Chance(0.5) ? base + step : base - step);
}

double NewReal(Random& random, double old) {
  using Limits = std::numeric_limits<double>;
  if (random.Chance(0.4)) {
    return OneOf<double>(random, {0, -0.0, 1, -1, Limits::max(), Limits::lowest(), Limits::min(),
                                  Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()});
  }
  return random.Chance(0.5) ? old * random.Between(-2, 2) : old + random.Between(-10, 10);
}

class Mutator {
 public:
  Mutator(Message& root, uint64_t seed) : random_(seed) { CollectTexts(root, texts_); }

  void Change(Message& message, int depth) {
    const auto* descriptor = message.GetDescriptor();
    if (descriptor->field_count() == 0) return;
    const FieldDescriptor* field = descriptor->field(random_.Below(descriptor->field_count()));
    if (field->is_repeated()) return ChangeRepeated(message, field, depth);
    const Reflection& reflection = *message.GetReflection();
    const bool has = field->has_presence() && reflection.HasField(message, field);
    if (has && random_.Chance(0.1)) return reflection.ClearField(&message, field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (depth < kDepthMax) Change(*reflection.MutableMessage(&message, field), depth + 1);
      return;
    }
    SetScalar(message, field);
  }

 private:
  void ChangeRepeated(Message& message, const FieldDescriptor* field, int depth) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, field);
    const int choice = random_.Below(6);
    if (size > 0 && choice == 0) return reflection.RemoveLast(&message, field);
    if (size > 1 && choice == 1) {
      return reflection.SwapElements(&message, field, random_.Below(size), random_.Below(size));
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return AddScalar(message, field);
    if (size > 0 && choice > 2) {
      Message* one = reflection.MutableRepeatedMessage(&message, field, random_.Below(size));
      if (depth < kDepthMax) Change(*one, depth + 1);
      return;
    }
    Message* added = reflection.AddMessage(&message, field);
    if (size > 0 && random_.Chance(0.7)) {
      added->CopyFrom(reflection.GetRepeatedMessage(message, field, random_.Below(size)));
    }
    if (depth < kDepthMax) Change(*added, depth + 1);
  }

  void SetScalar(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(
            &message, field,
            static_cast<int32_t>(NewInteger(random_, reflection.GetInt32(message, field))));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, field,
                                   NewInteger(random_, reflection.GetInt64(message, field)));
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(
            &message, field,
            static_cast<uint32_t>(NewInteger(random_, reflection.GetUInt32(message, field))));
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(&message, field, static_cast<uint64_t>(NewInteger(random_, 0)));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetFloat(&message, field, static_cast<float>(NewReal(random_, 0)));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.SetDouble(&message, field,
                                    NewReal(random_, reflection.GetDouble(message, field)));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, field, !reflection.GetBool(message, field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, field, NewEnum(field));
      default:
        return reflection.SetString(&message, field,
                                    NewText(field, reflection.GetString(message, field)));
    }
  }

  void AddScalar(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.AddEnumValue(&message, field, NewEnum(field));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.AddString(&message, field, NewText(field, ""));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.AddInt32(&message, field, static_cast<int32_t>(NewInteger(random_, 0)));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.AddDouble(&message, field, NewReal(random_, 0));
      default:
        return;  // no message of ours repeats another kind
    }
  }

  int NewEnum(const FieldDescriptor* field) {
    if (random_.Chance(0.1)) return OneOf<int>(random_, {-1, 0, 99, 1 << 30});
    return field->enum_type()->value(random_.Below(field->enum_type()->value_count()))->number();
  }

  std::string NewText(const FieldDescriptor* field, std::string old) {
    if (!texts_.empty() && random_.Chance(0.5)) return OneOf(random_, texts_);
    const size_t at =
        old.empty() ? 0 : static_cast<size_t>(random_.Below(static_cast<int>(old.size())));
    // Only bytes may be anything; protobuf refuses a string that is not UTF-8.
    const int highest = field->type() == FieldDescriptor::TYPE_BYTES ? 256 : 128;
    const char byte = static_cast<char>(random_.Below(highest));
    if (random_.Chance(0.1)) return "";
    if (random_.Chance(0.3) && !old.empty()) return old.erase(at, 1);
    if (random_.Chance(0.5) && !old.empty() && highest == 256) {
      old[at] = byte;
      return old;
    }
    return old.insert(at, 1, byte);
  }

  Random random_;
  std::vector<std::string> texts_;
};

}  // namespace

void Mutate(Message& message, uint64_t seed) {
  Mutator mutator(message, seed);
  const int changes = Random(seed ^ 1).Below(4) + 1;
  for (int i = 0; i < changes; ++i) mutator.Change(message, 0);
}

void CrossOver(Message& message, const Message& other, uint64_t seed) {
  Random random(seed);
  const FieldDescriptor* field = message.GetDescriptor()->field(0);
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(other, field); ++i) {
    if (random.Chance(0.5)) continue;
    reflection.AddMessage(&message, field)
        ->CopyFrom(reflection.GetRepeatedMessage(other, field, i));
    const int size = reflection.FieldSize(message, field);
    reflection.SwapElements(&message, field, random.Below(size), size - 1);
  }
}

}  // namespace withdrawal::fuzz
