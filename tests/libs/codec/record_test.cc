// What no reader lets in, whatever topic it comes from.
#include "libs/codec/record.h"

#include <limits>
#include <memory>

#include "gmock/gmock.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/command.pb.h"
#include "withdrawal/events/v1/intake.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::HasSubstr;

using Path = std::vector<const FieldDescriptor*>;

// Every way to a field of floating point, each message type once on it.
void FindNumbers(const Descriptor& type, Path& path, std::vector<Path>& found) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    path.push_back(field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
      found.push_back(path);
    } else if (field->message_type() != nullptr && path.size() < 8) {
      FindNumbers(*field->message_type(), path, found);
    }
    path.pop_back();
  }
}

std::string Set(Message& message, const Path& path, double value) {
  Message* at = &message;
  std::string name;
  for (const FieldDescriptor* field : path) {
    absl::StrAppend(&name, name.empty() ? "" : ".", field->name());
    const auto* reflection = at->GetReflection();
    const bool repeated = field->is_repeated();
    if (field->message_type() != nullptr) {
      at = repeated ? reflection->AddMessage(at, field) : reflection->MutableMessage(at, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
      repeated ? reflection->AddFloat(at, field, static_cast<float>(value))
               : reflection->SetFloat(at, field, static_cast<float>(value));
    } else {
      repeated ? reflection->AddDouble(at, field, value) : reflection->SetDouble(at, field, value);
    }
  }
  return name;
}

template <typename T>
class RecordTest : public testing::Test {};
using Values = testing::Types<events::v1::CheckInRecorded, events::v1::CheckInScored,
                              events::v1::AlertEvent, events::v1::CarePlanRecorded,
                              events::v1::IntakeRecorded, events::v1::AlertCommand>;
TYPED_TEST_SUITE(RecordTest, Values);

TYPED_TEST(RecordTest, ANumberThatIsNoneIsRefusedByNameWhereverItStands) {
  Path path;
  std::vector<Path> numbers;
  FindNumbers(*TypeParam::descriptor(), path, numbers);
  for (const Path& number : numbers) {
    for (const double value :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()}) {
      TypeParam message;
      const std::string name = Set(message, number, value);
      const auto read = Parse<TypeParam>(message.SerializeAsString());
      EXPECT_TRUE(absl::IsInvalidArgument(read.status())) << name;
      EXPECT_THAT(std::string(read.status().message()), HasSubstr(name));
    }
    TypeParam message;
    Set(message, number, 1.5);
    EXPECT_TRUE(Parse<TypeParam>(message.SerializeAsString()).ok());
  }
}

}  // namespace
}  // namespace withdrawal::codec
