// The committed descriptors.pb is what has been published. Each rule has a negative control: the
// same set with one thing broken, built here.
#include "tests/proto/compatibility.h"

#include <fstream>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace withdrawal::proto_test {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FileDescriptorSet Read(const std::string& path) {
  FileDescriptorSet set;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(set.ParseFromIstream(&file)) << path;
  return set;
}

FileDescriptorSet Published() {
  return Read(WITHDRAWAL_SOURCE_DIR "/tests/proto/descriptors.pb");
}

FileDescriptorProto& File(FileDescriptorSet& set, const std::string& name) {
  for (auto& file : *set.mutable_file()) {
    if (file.name() == name) return file;
  }
  ADD_FAILURE() << "no file " << name;
  return *set.add_file();
}

DescriptorProto& Message(FileDescriptorSet& set, const std::string& file, const std::string& name) {
  for (auto& message : *File(set, file).mutable_message_type()) {
    if (message.name() == name) return message;
  }
  ADD_FAILURE() << "no message " << name;
  return *set.add_file()->add_message_type();
}

constexpr char kCheckInFile[] = "withdrawal/events/v1/check_in.proto";

// The breaches that `change` makes in the published set.
std::vector<std::string> After(const std::function<void(FileDescriptorSet&)>& change) {
  FileDescriptorSet changed = Published();
  change(changed);
  return Breaches(Published(), changed);
}

std::vector<std::string> AfterChangingCheckIn(const std::function<void(DescriptorProto&)>& change) {
  return After(
      [&](FileDescriptorSet& set) { change(Message(set, kCheckInFile, "CheckIn")); });
}

TEST(ProtoCompatibility, TodayCanReplaceWhatWasPublished) {
  EXPECT_THAT(Breaches(Published(), Read(WITHDRAWAL_DESCRIPTORS)), IsEmpty());
}

TEST(ProtoCompatibility, ThePublishedSetHoldsEveryPackage) {
  FileDescriptorSet set = Published();
  for (const char* name : {kCheckInFile, "withdrawal/events/v1/alert.proto",
                           "withdrawal/ingest/v1/ingest.proto",
                           "withdrawal/clinician/v1/clinician.proto",
                           "withdrawal/state/v1/scoring.proto"}) {
    EXPECT_GT(File(set, name).message_type_size(), 0) << name;
  }
}

TEST(ProtoCompatibility, ANewFieldIsNoBreach) {
  EXPECT_THAT(AfterChangingCheckIn([](DescriptorProto& message) {
                auto& field = *message.add_field();
                field = message.field(0);
                field.set_name("ward");
                field.set_number(99);
              }),
              IsEmpty());
}

TEST(ProtoCompatibility, ARemovedFieldMustBeReserved) {
  const auto remove = [](DescriptorProto& message) {
    message.mutable_field()->DeleteSubrange(0, 1);
  };
  EXPECT_THAT(AfterChangingCheckIn(remove),
              ElementsAre(HasSubstr("patient_id = 1 was removed without `reserved`")));
  EXPECT_THAT(AfterChangingCheckIn([&](DescriptorProto& message) {
                remove(message);
                auto& range = *message.add_reserved_range();
                range.set_start(1);
                range.set_end(2);
              }),
              IsEmpty());
}

TEST(ProtoCompatibility, AReservedNumberIsNotTakenAgain) {
  FileDescriptorSet published = Published();
  DescriptorProto& message = Message(published, kCheckInFile, "CheckIn");
  message.mutable_field()->DeleteSubrange(0, 1);
  auto& range = *message.add_reserved_range();
  range.set_start(1);
  range.set_end(2);
  EXPECT_THAT(Breaches(published, Published()),
              ElementsAre(HasSubstr("patient_id takes the reserved number 1")));
}

TEST(ProtoCompatibility, ANumberOfAFieldStays) {
  EXPECT_THAT(AfterChangingCheckIn(
                  [](DescriptorProto& message) { message.mutable_field(0)->set_number(98); }),
              ElementsAre(HasSubstr("was removed")));
}

TEST(ProtoCompatibility, ATypeOfAFieldStays) {
  EXPECT_THAT(AfterChangingCheckIn([](DescriptorProto& message) {
                message.mutable_field(0)->set_type(
                    google::protobuf::FieldDescriptorProto::TYPE_INT64);
              }),
              ElementsAre(HasSubstr("changed from patient_id")));
}

TEST(ProtoCompatibility, ANameOfAFieldStays) {
  EXPECT_THAT(AfterChangingCheckIn(
                  [](DescriptorProto& message) { message.mutable_field(0)->set_name("person"); }),
              ElementsAre(HasSubstr("to person")));
}

TEST(ProtoCompatibility, AFieldStaysInItsOneof) {
  EXPECT_THAT(AfterChangingCheckIn([](DescriptorProto& message) {
                for (auto& field : *message.mutable_field()) {
                  if (field.name() == "craving") field.clear_oneof_index();
                }
              }),
              ElementsAre(HasSubstr("oneof 'kind'")));
}

TEST(ProtoCompatibility, PresenceOfAScalarStays) {
  EXPECT_THAT(AfterChangingCheckIn([](DescriptorProto& message) {
                for (auto& field : *message.mutable_field()) {
                  if (field.name() != "utc_offset_minutes") continue;
                  field.clear_proto3_optional();
                  field.clear_oneof_index();
                }
              }),
              ElementsAre(HasSubstr("presence explicit")));
}

TEST(ProtoCompatibility, AnEnumKeepsItsNumbersAndItsZero) {
  const auto after = [](const std::function<void(EnumDescriptorProto&)>& change) {
    return After(
        [&](FileDescriptorSet& set) { change(*File(set, kCheckInFile).mutable_enum_type(0)); });
  };
  EXPECT_THAT(after([](EnumDescriptorProto& one) { one.mutable_value(1)->set_name("RATER_X"); }),
              ElementsAre(HasSubstr("to RATER_X")));
  EXPECT_THAT(after([](EnumDescriptorProto& one) { one.mutable_value()->RemoveLast(); }),
              ElementsAre(HasSubstr("was removed without `reserved`")));
  EXPECT_THAT(after([](EnumDescriptorProto& one) { one.mutable_value(0)->set_number(9); }),
              ElementsAre(HasSubstr("RATER_UNSPECIFIED = 0 was removed"),
                          HasSubstr("does not start with ..._UNSPECIFIED")));
}

TEST(ProtoCompatibility, AnRpcAndAMessageStay) {
  EXPECT_THAT(After([](FileDescriptorSet& set) {
                File(set, "withdrawal/ingest/v1/ingest.proto")
                    .mutable_service(0)
                    ->mutable_method()
                    ->RemoveLast();
              }),
              ElementsAre(HasSubstr("IngestService/SubmitCheckIns is gone")));
  EXPECT_THAT(After([](FileDescriptorSet& set) {
                File(set, kCheckInFile).mutable_message_type()->RemoveLast();
              }),
              ElementsAre(HasSubstr("RedFlagReport is gone")));
}

}  // namespace
}  // namespace withdrawal::proto_test
