#include "libs/identity/jwks.h"

#include "gtest/gtest.h"
#include "tests/libs/identity/test_issuer.h"

namespace withdrawal::identity {
namespace {

using Json = nlohmann::json;

std::string SetOf(const Json& keys) { return Json{{"keys", keys}}.dump(); }

TEST(KeySetFile, HasRsaAndP256Keys) {
  const TestIssuer rsa("a", Algorithm::kRs256);
  const TestIssuer ec("b");
  const auto keys = ParseKeySet(TestIssuer::KeySetOf({&rsa, &ec}));
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].kid, "a");
  EXPECT_EQ((*keys)[0].algorithm, Algorithm::kRs256);
  EXPECT_NE((*keys)[0].key, nullptr);
  EXPECT_EQ((*keys)[1].kid, "b");
  EXPECT_EQ((*keys)[1].algorithm, Algorithm::kEs256);
}

TEST(KeySetFile, KeysOfNoUseAreLeftOut) {
  const Json good = TestIssuer("good").PublicKey();
  const auto changed = [](Json key, const char* member, const Json& value) {
    key["kid"] = "bad";
    key[member] = value;
    return key;
  };
  const Json rsa = TestIssuer("bad", Algorithm::kRs256).PublicKey();
  const Json short_rsa = TestIssuer("bad", Algorithm::kRs256, 1024).PublicKey();
  const Json symmetric = {{"kty", "oct"}, {"kid", "bad"}, {"k", "c2VjcmV0"}};
  for (const Json& bad :
       {changed(good, "use", "enc"), changed(good, "alg", "ES384"), changed(good, "crv", "P-384"),
        changed(good, "x", good["y"]),  // not on the curve
        changed(good, "x", "!"), changed(good, "y", ""), changed(rsa, "alg", "PS256"),
        changed(rsa, "e", "AQ"), changed(rsa, "e", ""), changed(rsa, "n", 5), short_rsa, symmetric,
        Json("text"), Json()}) {
    const auto keys = ParseKeySet(SetOf({bad, good}));
    ASSERT_TRUE(keys.ok()) << bad.dump();
    ASSERT_EQ(keys->size(), 1u) << bad.dump();
    EXPECT_EQ(keys->front().kid, "good");
  }
}

TEST(KeySetFile, WithoutAKeyOfUseItIsRefused) {
  for (const char* text : {"", "{", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})",
                           R"({"keys":[{"kty":"oct","k":"c2VjcmV0"}]})"}) {
    EXPECT_EQ(ParseKeySet(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace withdrawal::identity
