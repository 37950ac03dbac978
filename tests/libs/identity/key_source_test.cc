#include "libs/identity/key_source.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "libs/identity/settings.h"
#include "tests/libs/identity/test_issuer.h"

namespace withdrawal::identity {
namespace {

using ::testing::HasSubstr;

class KeyFile : public ::testing::Test {
 protected:
  ~KeyFile() override { std::remove(path_.c_str()); }
  void Write(const std::string& text) {
    const std::string next = path_ + ".next";
    std::ofstream(next) << text;
    std::rename(next.c_str(), path_.c_str());
  }
  void AwaitGeneration(const KeySource& source, uint64_t generation) {
    while (source.keys()->generation < generation) absl::SleepFor(absl::Milliseconds(5));
  }

  const std::string path_ =
      absl::StrCat(::testing::TempDir(), "/keys-", getpid(), "-",
                   ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".json");
  prometheus::Registry registry_;
};

TEST_F(KeyFile, IsReadAgainWhenItChanges) {
  Write(TestIssuer("one").KeySet());
  const auto source = KeySource::Open(path_, "", registry_);
  ASSERT_TRUE(source.ok()) << source.status();
  AwaitGeneration(**source, 1);
  EXPECT_EQ((*source)->keys()->keys.front().kid, "one");
  Write(TestIssuer("two").KeySet());
  AwaitGeneration(**source, 2);
  EXPECT_EQ((*source)->keys()->keys.front().kid, "two");
}

TEST_F(KeyFile, ThatIsMissingOrWrongIsRefusedAtStart) {
  EXPECT_EQ(KeySource::Open(path_, "", registry_).status().code(), absl::StatusCode::kNotFound);
  Write("{}");
  EXPECT_EQ(KeySource::Open(path_, "", registry_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(KeyFile, SettingsNameWhatIsMissing) {
  Settings settings;
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()), HasSubstr("--identity"));
  settings.identity = "jwt";
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()), HasSubstr("--oidc-issuer"));
  settings.rules.issuer = kTestIssuer;
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()),
              HasSubstr("--oidc-audience"));
  settings.rules.audience = kTestAudience;
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()), HasSubstr("--oidc-jwks"));
  settings.jwks = path_;
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()), HasSubstr("--oidc-jwks"));
  Write(TestIssuer("one").KeySet());
  EXPECT_TRUE(settings.Open(registry_).ok());
  settings.calls_burst = 0;
  EXPECT_THAT(std::string(settings.Open(registry_).status().message()), HasSubstr("--calls-burst"));
}

TEST_F(KeyFile, NobodyIsIdentifiedOnlyWhenThatIsSaid) {
  Settings settings;
  for (const char* other : {"", "no", "NONE", "jwt "}) {
    settings.identity = other;
    EXPECT_FALSE(settings.Open(registry_).ok()) << other;
  }
  settings.identity = "none";
  EXPECT_TRUE(settings.Open(registry_).ok());
}

}  // namespace
}  // namespace withdrawal::identity
