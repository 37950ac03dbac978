#include "libs/identity/token_verifier.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "libs/rpc/status.h"
#include "spdlog/sinks/ostream_sink.h"
#include "spdlog/spdlog.h"
#include "tests/libs/identity/test_issuer.h"

namespace withdrawal::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ReasonOf(const std::variant<Caller, grpc::Status>& answer) {
  const auto* status = std::get_if<grpc::Status>(&answer);
  if (status == nullptr) return "accepted";
  google::rpc::ErrorInfo info;
  const google::rpc::Status proto = rpc::ToProto(*status);
  for (const auto& any : proto.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "";
}

class TokenTest : public ::testing::Test {
 protected:
  TokenTest() : verifier_(VerifierOf(TestIssuer::KeySetOf({&rsa_, &ec_}), registry_)) {
    before_ = spdlog::default_logger();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)));
  }
  ~TokenTest() override { spdlog::set_default_logger(before_); }

  // The reason of the answer, in which no part of the token may appear.
  std::string Ask(const std::string& token) {
    const auto answer = verifier_->Authenticate(token, now_);
    if (const auto* status = std::get_if<grpc::Status>(&answer)) {
      if (status->error_code() != grpc::StatusCode::UNAUTHENTICATED) return "other code";
      for (size_t i = 0; i + 24 <= token.size(); i += 24) {
        EXPECT_THAT(status->error_message(), Not(HasSubstr(token.substr(i, 24))));
        EXPECT_THAT(status->error_details(), Not(HasSubstr(token.substr(i, 24))));
        EXPECT_THAT(log_.str(), Not(HasSubstr(token.substr(i, 24))));
      }
    }
    return ReasonOf(answer);
  }
  nlohmann::json Claims() { return ClaimsOf("clin-7", "clinician", {"south", "north"}); }

  TestIssuer rsa_{"rsa-1", Algorithm::kRs256};
  TestIssuer ec_{"ec-1", Algorithm::kEs256};
  prometheus::Registry registry_;
  std::unique_ptr<TokenVerifier> verifier_;
  absl::Time now_ = absl::Now();
  std::ostringstream log_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(TokenTest, SaysWhoTheCallerIs) {
  for (const TestIssuer* issuer : {&rsa_, &ec_}) {
    const auto answer = verifier_->Authenticate(issuer->Sign(Claims()), now_);
    const auto* caller = std::get_if<Caller>(&answer);
    ASSERT_NE(caller, nullptr) << ReasonOf(answer);
    EXPECT_EQ(caller->subject, "clin-7");
    EXPECT_EQ(caller->role, Role::kClinician);
    EXPECT_THAT(caller->teams, ElementsAre("north", "south"));
    EXPECT_TRUE(caller->identified);
    // The token's time and the 30 s that clocks may be apart.
    EXPECT_GT(caller->valid_until, now_ + absl::Minutes(5));
    EXPECT_LT(caller->valid_until, now_ + absl::Minutes(6));
  }
}

TEST_F(TokenTest, APatientAndADeviceSayWhomTheySpeakFor) {
  for (const char* role : {"patient", "device"}) {
    const auto answer = verifier_->Authenticate(ec_.Sign(ClaimsOf("s", role, {}, "p-1")), now_);
    ASSERT_EQ(ReasonOf(answer), "accepted");
    EXPECT_EQ(std::get<Caller>(answer).patient_id, "p-1");
    EXPECT_EQ(Ask(ec_.Sign(ClaimsOf("s", role))), "TOKEN_INVALID");
  }
}

// RFC 9068
TEST_F(TokenTest, AnAccessTokenThatSaysSoIsATokenToo) {
  const auto typed = [&](const nlohmann::json& type) {
    return Ask(rsa_.SignAsIs(Claims(), {{"alg", "RS256"}, {"kid", "rsa-1"}, {"typ", type}}));
  };
  EXPECT_EQ(typed("at+jwt"), "accepted");
  EXPECT_EQ(typed("application/at+jwt"), "accepted");
}

TEST_F(TokenTest, TheKeySaysHowATokenIsSignedAndNotTheToken) {
  for (const char* algorithm : {"ES256", "HS256", "PS256", "RS384", "none", ""}) {
    EXPECT_NE(Ask(rsa_.SignAsIs(Claims(), {{"alg", algorithm}, {"kid", "rsa-1"}})), "accepted")
        << algorithm;
  }
}

TEST_F(TokenTest, ATokenIsNeeded) { EXPECT_EQ(Ask(""), "TOKEN_MISSING"); }

TEST_F(TokenTest, AnExpiredTokenIsRefusedWithThirtySecondsLeeway) {
  const std::string token = ec_.Sign(Claims());
  const absl::Time expires = absl::FromUnixSeconds(absl::ToUnixSeconds(now_ + absl::Minutes(5)));
  now_ = expires + absl::Seconds(28);
  EXPECT_EQ(Ask(token), "accepted");
  now_ = expires + absl::Seconds(32);
  EXPECT_EQ(Ask(token), "TOKEN_EXPIRED");  // also one that was remembered
}

TEST_F(TokenTest, ATokenOfLaterIsRefusedWithThirtySecondsLeeway) {
  auto claims = Claims();
  claims["nbf"] = absl::ToUnixSeconds(now_ + absl::Seconds(28));
  EXPECT_EQ(Ask(ec_.Sign(claims)), "accepted");
  claims["nbf"] = absl::ToUnixSeconds(now_ + absl::Seconds(32));
  EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_NOT_YET_VALID");
}

TEST_F(TokenTest, AnotherIssuerOrAudienceIsRefused) {
  for (const char* claim : {"iss", "aud"}) {
    auto claims = Claims();
    claims[claim] = "https://elsewhere.test";
    EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID") << claim;
    claims.erase(claim);
    EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID") << claim;
  }
}

TEST_F(TokenTest, OurAudienceMayBeOneOfSeveral) {
  auto claims = Claims();
  claims["aud"] = {"account", kTestAudience};
  EXPECT_EQ(Ask(ec_.Sign(claims)), "accepted");
  claims["aud"] = {"account", "withdrawal-2"};
  EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
}

TEST_F(TokenTest, ATokenWithoutExpiryIsRefused) {
  auto claims = Claims();
  claims.erase("exp");
  EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
  claims["exp"] = "never";
  EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
}

TEST_F(TokenTest, WhoSignsWithAnotherKeyUnderAKnownNameIsRefused) {
  EXPECT_EQ(Ask(TestIssuer("ec-1").Sign(Claims())), "TOKEN_INVALID");
  EXPECT_EQ(Ask(TestIssuer("rsa-1", Algorithm::kRs256).Sign(Claims())), "TOKEN_INVALID");
}

TEST_F(TokenTest, AlgorithmNoneIsRefused) {
  EXPECT_EQ(Ask(rsa_.SignNone(Claims())), "TOKEN_INVALID");
  EXPECT_EQ(Ask(ec_.SignNone(Claims())), "TOKEN_INVALID");
  // As a forger would write it, in other cases and without a signature.
  for (const char* name : {"none", "None", "nOnE", ""}) {
    const std::string head = absl::StrCat(R"({"alg":")", name, R"(","kid":"ec-1"})");
    EXPECT_EQ(Ask(absl::StrCat(absl::WebSafeBase64Escape(head), ".",
                               absl::WebSafeBase64Escape(Claims().dump()), ".")),
              "TOKEN_INVALID");
  }
}

TEST_F(TokenTest, HmacWithThePublicKeyAsSecretIsRefused) {
  EXPECT_EQ(Ask(rsa_.SignHmacWithPublicKey(Claims())), "TOKEN_INVALID");
  EXPECT_EQ(Ask(ec_.SignHmacWithPublicKey(Claims())), "TOKEN_INVALID");
}

TEST_F(TokenTest, ClaimsThatWereChangedAreRefused) {
  const std::string token = ec_.Sign(ClaimsOf("p", "patient", {}, "p-1"));
  const std::string other = ec_.Sign(ClaimsOf("p", "patient", {}, "p-2"));
  const std::string forged =
      absl::StrCat(other.substr(0, other.rfind('.')), token.substr(token.rfind('.')));
  EXPECT_EQ(Ask(token), "accepted");
  EXPECT_EQ(Ask(forged), "TOKEN_INVALID");
}

TEST_F(TokenTest, AnExtensionThatMustBeUnderstoodIsRefused) {
  EXPECT_EQ(Ask(ec_.Sign(Claims(), {{"crit", {"exp"}}})), "TOKEN_INVALID");
}

TEST_F(TokenTest, HugeTokensAndGarbageAreRefused) {
  auto claims = Claims();
  claims["padding"] = std::string(9000, 'x');
  const std::string token = ec_.Sign(Claims());
  for (const std::string& bad :
       {ec_.Sign(claims), std::string(1 << 20, 'a'), std::string("x"), std::string("."),
        std::string(".."), std::string("..."), std::string("\xff\xfe\x00\x01", 4),
        token + '\0' + "x", token + "=", token + ".", token + "\n",
        token.substr(0, token.size() / 2), token.substr(token.find('.')),
        token.substr(0, token.rfind('.')), token.substr(0, token.rfind('.') + 1), " " + token,
        std::string(4000, '.'), absl::StrCat(absl::WebSafeBase64Escape("[[[[[["), ".e30.x"),
        absl::StrCat(absl::WebSafeBase64Escape(R"({"alg":1,"kid":[]})"), ".e30.x")}) {
    EXPECT_EQ(Ask(bad), "TOKEN_INVALID");
  }
}

TEST_F(TokenTest, WhoIsNotOneOfOursIsRefused) {
  for (const nlohmann::json& role : {nlohmann::json("root"), nlohmann::json(), nlohmann::json(1),
                                     nlohmann::json({"clinician"})}) {
    auto claims = Claims();
    claims["withdrawal_role"] = role;
    EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
  }
  for (const nlohmann::json& subject :
       {nlohmann::json(""), nlohmann::json("two words"), nlohmann::json(7),
        nlohmann::json(std::string(129, 'x')), nlohmann::json("a\nb")}) {
    auto claims = Claims();
    claims["sub"] = subject;
    EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
  }
  for (const nlohmann::json& teams : {nlohmann::json("north"), nlohmann::json({""}),
                                      nlohmann::json({1}), nlohmann::json({"a b"})}) {
    auto claims = Claims();
    claims["withdrawal_teams"] = teams;
    EXPECT_EQ(Ask(ec_.Sign(claims)), "TOKEN_INVALID");
  }
}

TEST_F(TokenTest, RemembersNoMoreTokensThanItsBound) {
  verifier_ = VerifierOf(ec_.KeySet(), registry_, 5);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Ask(ec_.Sign(ClaimsOf(absl::StrCat("c-", i), "clinician"))), "accepted");
  }
  EXPECT_EQ(verifier_->remembered(), 5u);
}

// A provider whose keys the test changes.
class Rotation : public ::testing::Test {
 protected:
  // Until the reader has been called `count` times more, and what it gave is in use.
  void Start(const std::string& keys) {
    text_ = keys;
    auto source = std::make_unique<KeySource>(
        [this]() -> absl::StatusOr<std::string> {
          absl::MutexLock lock(&mutex_);
          ++readings_;
          return text_;
        },
        KeySource::Timing{absl::Hours(1), absl::ZeroDuration(), absl::Hours(1)}, registry_);
    source_ = source.get();
    verifier_ = std::make_unique<TokenVerifier>(std::move(source), TestRules());
    while (source_->keys()->generation == 0) absl::SleepFor(absl::Milliseconds(1));
  }
  void Set(const std::string& keys) {
    absl::MutexLock lock(&mutex_);
    text_ = keys;
  }
  std::string Ask(const std::string& token) {
    return ReasonOf(verifier_->Authenticate(token, absl::Now()));
  }

  prometheus::Registry registry_;
  absl::Mutex mutex_;
  std::string text_;
  int readings_ = 0;
  KeySource* source_ = nullptr;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(Rotation, ATokenOfANewKeyIsAcceptedOnceTheKeysAreReadAgain) {
  const TestIssuer old_key("2026-10");
  const TestIssuer new_key("2026-11");
  Start(old_key.KeySet());
  const std::string token = new_key.Sign(ClaimsOf("c", "clinician"));
  Set(TestIssuer::KeySetOf({&old_key, &new_key}));
  // It is worth trying again, so the answer is not that the token is wrong.
  EXPECT_EQ(Ask(token), "SIGNING_KEYS_UNKNOWN");
  while (source_->keys()->generation < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Ask(token), "accepted");
  EXPECT_EQ(Ask(old_key.Sign(ClaimsOf("c", "clinician"))), "accepted");
}

TEST_F(Rotation, ATokenOfAKeyThatWasTakenAwayIsRefusedAlthoughItWasRemembered) {
  const TestIssuer old_key("2026-10");
  const TestIssuer new_key("2026-11");
  Start(old_key.KeySet());
  const std::string token = old_key.Sign(ClaimsOf("c", "clinician"));
  EXPECT_EQ(Ask(token), "accepted");
  Set(new_key.KeySet());
  EXPECT_EQ(Ask(new_key.Sign(ClaimsOf("c", "clinician"))), "SIGNING_KEYS_UNKNOWN");
  while (source_->keys()->generation < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_NE(Ask(token), "accepted");
}

TEST_F(Rotation, AKeySetThatCannotBeReadLeavesTheOneBefore) {
  const TestIssuer key("2026-10");
  Start(key.KeySet());
  Set("<html>bad gateway</html>");
  EXPECT_EQ(Ask(TestIssuer("x").Sign(ClaimsOf("c", "clinician"))), "SIGNING_KEYS_UNKNOWN");
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](int* readings) { return *readings >= 2; }, &readings_));
  EXPECT_EQ(source_->keys()->keys.size(), 1u);
}

TEST(KeysJustRead, ATokenOfAnUnknownKeyIsRefusedForGood) {
  prometheus::Registry registry;
  const TestIssuer key("2026-10");
  const auto verifier = VerifierOf(key.KeySet(), registry);  // asks again after 10 s at most
  const std::string token = TestIssuer("other").Sign(ClaimsOf("c", "clinician"));
  // The first reading may still be on its last step.
  std::string reason;
  do {
    reason = ReasonOf(verifier->Authenticate(token, absl::Now()));
  } while (reason == "SIGNING_KEYS_UNKNOWN");
  EXPECT_EQ(reason, "TOKEN_INVALID");
}

}  // namespace
}  // namespace withdrawal::identity
