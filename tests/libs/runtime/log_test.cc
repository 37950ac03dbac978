#include "libs/runtime/log.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace withdrawal::runtime {
namespace {

TEST(Log, LineIsOneJsonObjectWithItsFields) {
  ASSERT_TRUE(StartLog("ingest", "info").ok());
  testing::internal::CaptureStderr();
  Log(spdlog::level::warn, "said \"no\"\nand left \\", {{"trace_id", "0af7"}});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["level"], "warning");
  EXPECT_EQ(json["service"], "ingest");
  EXPECT_EQ(json["message"], "said \"no\"\nand left \\");
  EXPECT_EQ(json["trace_id"], "0af7");
}

TEST(Log, BytesThatAreNotUtf8StayParseable) {
  const auto json = nlohmann::json::parse(JsonString("a\xff\xc0\xafz\xe2\x82\xac"));
  EXPECT_EQ(json, "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xe2\x82\xac");
}

TEST(Log, LevelBelowTheThresholdIsNotWritten) {
  ASSERT_TRUE(StartLog("ingest", "error").ok());
  testing::internal::CaptureStderr();
  spdlog::info("quiet");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Log, UnknownLevelIsRefused) {
  const auto status = StartLog("ingest", "loud");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("loud"), std::string::npos);
}

}  // namespace
}  // namespace withdrawal::runtime
