#include "libs/runtime/options.h"

#include <cstdlib>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::runtime {
namespace {

using ::testing::HasSubstr;

struct Settings {
  ServiceSettings service;
  int in_flight_max = 4096;
  std::string secret;
};

std::optional<int> Parse(Settings& settings, std::vector<const char*> arguments) {
  Options options("withdrawal-ingest", "Accepts check-ins.");
  options.AddService(&settings.service);
  options.Add("in-flight-max", &settings.in_flight_max, "check-ins in flight", 1, 100'000);
  options.AddSecret("webhook-secret", &settings.secret, "key");
  arguments.insert(arguments.begin(), "withdrawal-ingest");
  return options.Parse(static_cast<int>(arguments.size()), arguments.data());
}

class OptionsTest : public ::testing::Test {
 protected:
  ~OptionsTest() override { unsetenv("WITHDRAWAL_IN_FLIGHT_MAX"); }
  Settings settings_;
};

TEST_F(OptionsTest, FlagCountsMoreThanEnvironment) {
  setenv("WITHDRAWAL_IN_FLIGHT_MAX", "7", 1);
  EXPECT_EQ(Parse(settings_, {}), std::nullopt);
  EXPECT_EQ(settings_.in_flight_max, 7);
  EXPECT_EQ(Parse(settings_, {"--in-flight-max", "8"}), std::nullopt);
  EXPECT_EQ(settings_.in_flight_max, 8);
}

TEST_F(OptionsTest, FileGivesSettings) {
  const std::string path = testing::TempDir() + "/ingest.toml";
  std::ofstream(path) << "in-flight-max = 9\nkafka-brokers = \"a:1,b:2\"\n";
  EXPECT_EQ(Parse(settings_, {"--config", path.c_str()}), std::nullopt);
  EXPECT_EQ(settings_.in_flight_max, 9);
  EXPECT_EQ(settings_.service.kafka_brokers, "a:1,b:2");
}

TEST_F(OptionsTest, BadValueExitsTwoAndNamesTheSetting) {
  for (const char* value : {"many", "0", "100001", "99999999999999999999"}) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(Parse(settings_, {"--in-flight-max", value}), 2) << value;
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("--in-flight-max")) << value;
  }
}

TEST_F(OptionsTest, BadEnvironmentExitsTwoAndNamesTheSetting) {
  for (const char* value : {"many", "0", "100001"}) {
    setenv("WITHDRAWAL_IN_FLIGHT_MAX", value, 1);
    testing::internal::CaptureStderr();
    EXPECT_EQ(Parse(settings_, {}), 2) << value;
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("in-flight-max")) << value;
  }
}

TEST_F(OptionsTest, UnknownFlagExitsTwo) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(Parse(settings_, {"--inflight", "3"}), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("--inflight"));
}

TEST_F(OptionsTest, HelpShowsSettingEnvironmentAndDefaultButNoSecret) {
  settings_.secret = "hunter2";
  testing::internal::CaptureStdout();
  EXPECT_EQ(Parse(settings_, {"--help"}), 0);
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_THAT(help, HasSubstr("--in-flight-max"));
  EXPECT_THAT(help, HasSubstr("WITHDRAWAL_IN_FLIGHT_MAX"));
  EXPECT_THAT(help, HasSubstr("4096"));
  EXPECT_EQ(help.find("hunter2"), std::string::npos);
}

TEST_F(OptionsTest, VersionIsPrinted) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(Parse(settings_, {"--version"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("withdrawal-ingest " + Version()));
}

}  // namespace
}  // namespace withdrawal::runtime
