#include "libs/kafka/client_config.h"

#include <cstdio>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::kafka {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class SecurityFile : public ::testing::Test {
 protected:
  absl::StatusOr<std::map<std::string, std::string>> Read(const std::string& text) {
    std::ofstream(path_) << text;
    return ReadSecurity(path_);
  }
  std::string Refusal(const std::string& text) {
    const auto read = Read(text);
    return read.ok() ? "" : std::string(read.status().message());
  }
  void TearDown() override { std::remove(path_.c_str()); }

  const std::string path_ = ::testing::TempDir() + "withdrawal-client.properties";
};

TEST_F(SecurityFile, NamesAndValuesAreReadAndCommentsPassedOver) {
  const auto read = Read(
      "# of the operator\n security.protocol = SASL_SSL \n\nsasl.password=a=b # no comment\r\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(*read, ElementsAre(Pair("sasl.password", "a=b # no comment"),
                                 Pair("security.protocol", "SASL_SSL")));
}

TEST_F(SecurityFile, WhatDecidesWhetherEventsAreLostIsNotSetThere) {
  for (const char* name : {"acks", "enable.idempotence", "isolation.level", "group.id",
                           "transactional.id", "enable.auto.commit", "bootstrap.servers"}) {
    EXPECT_THAT(Refusal(std::string(name) + "=1"),
                AllOf(HasSubstr("line 1"), HasSubstr(name), HasSubstr("is not about security")));
  }
}

TEST_F(SecurityFile, ALineThatIsWrongIsNamedAndItsValueIsNot) {
  EXPECT_THAT(Refusal("\nsasl.password secret"),
              AllOf(HasSubstr("line 2"), Not(HasSubstr("secret"))));
  EXPECT_THAT(Refusal("ssl.key.password=secret\nssl.key.password=secret"),
              AllOf(HasSubstr("line 2"), HasSubstr("again"), Not(HasSubstr("secret"))));
  EXPECT_THAT(ReadSecurity("/nowhere/file").status().message(), HasSubstr("/nowhere/file"));
}

}  // namespace
}  // namespace withdrawal::kafka
