#include "tests/libs/identity/test_issuer.h"

#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace withdrawal::identity {
namespace {

using Json = nlohmann::json;

std::string Base64(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string NumberOf(EVP_PKEY* key, const char* name, int size_min = 0) {
  BIGNUM* number = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &number), 1);
  std::string bytes(std::max(size_min, BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  BN_free(number);
  return Base64(bytes);
}

template <typename Write>
std::string Pem(Write write) {
  BIO* memory = BIO_new(BIO_s_mem());
  EXPECT_EQ(write(memory), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(memory);
  return pem;
}

std::string Encode(const Json& claims, const Json& header, jwt_alg_t algorithm,
                   const std::string& key) {
  jwt_t* jwt = nullptr;
  EXPECT_EQ(jwt_new(&jwt), 0);
  EXPECT_EQ(jwt_add_grants_json(jwt, claims.dump().c_str()), 0);
  EXPECT_EQ(jwt_add_headers_json(jwt, header.dump().c_str()), 0);
  const auto* bytes = key.empty() ? nullptr : reinterpret_cast<const unsigned char*>(key.c_str());
  EXPECT_EQ(jwt_set_alg(jwt, algorithm, bytes, static_cast<int>(key.size())), 0);
  char* text = jwt_encode_str(jwt);
  EXPECT_NE(text, nullptr);
  std::string token(text);
  std::free(text);
  jwt_free(jwt);
  return token;
}

}  // namespace

TestIssuer::TestIssuer(std::string kid, Algorithm algorithm, int rsa_bits)
    : kid_(std::move(kid)), algorithm_(algorithm) {
  const bool rsa = algorithm == Algorithm::kRs256;
  EVP_PKEY* key = rsa ? EVP_RSA_gen(static_cast<unsigned>(rsa_bits)) : EVP_EC_gen("P-256");
  private_pem_ = Pem([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  public_pem_ = Pem([&](BIO* to) { return PEM_write_bio_PUBKEY(to, key); });
  public_ = {{"kid", kid_}, {"use", "sig"}};
  if (rsa) {
    public_["kty"] = "RSA";
    public_["alg"] = "RS256";
    public_["n"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_N);
    public_["e"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_E);
  } else {
    public_["kty"] = "EC";
    public_["crv"] = "P-256";
    public_["x"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
    public_["y"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
  }
  EVP_PKEY_free(key);
}

std::string TestIssuer::KeySetOf(const std::vector<const TestIssuer*>& issuers) {
  Json keys = Json::array();
  for (const TestIssuer* issuer : issuers) keys.push_back(issuer->PublicKey());
  return Json{{"keys", keys}}.dump();
}

std::string TestIssuer::Sign(const Json& claims, const Json& header) const {
  Json all = header.is_null() ? Json::object() : header;
  if (!kid_.empty() && !all.contains("kid")) all["kid"] = kid_;
  return Encode(claims, all, algorithm_ == Algorithm::kRs256 ? JWT_ALG_RS256 : JWT_ALG_ES256,
                private_pem_);
}

std::string TestIssuer::SignAsIs(const Json& claims, const Json& header) const {
  EXPECT_EQ(algorithm_, Algorithm::kRs256);
  const std::string text = Base64(header.dump()) + "." + Base64(claims.dump());
  BIO* memory = BIO_new_mem_buf(private_pem_.data(), static_cast<int>(private_pem_.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key), 1);
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(key)), '\0');
  size_t size = signature.size();
  EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()),
            1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(memory);
  return text + "." + Base64(signature);
}

std::string TestIssuer::SignNone(const Json& claims) const {
  return Encode(claims, {{"kid", kid_}}, JWT_ALG_NONE, "");
}

std::string TestIssuer::SignHmacWithPublicKey(const Json& claims) const {
  return Encode(claims, {{"kid", kid_}}, JWT_ALG_HS256, public_pem_);
}

Json ClaimsOf(const std::string& subject, const std::string& role,
              const std::vector<std::string>& teams, const std::string& patient_id,
              absl::Duration valid_for) {
  const absl::Time now = absl::Now();
  Json claims = {{"iss", kTestIssuer},
                 {"aud", kTestAudience},
                 {"sub", subject},
                 {"iat", absl::ToUnixSeconds(now)},
                 {"nbf", absl::ToUnixSeconds(now)},
                 {"exp", absl::ToUnixSeconds(now + valid_for)},
                 {"withdrawal_role", role}};
  if (!teams.empty()) claims["withdrawal_teams"] = teams;
  if (!patient_id.empty()) claims["withdrawal_patient_id"] = patient_id;
  return claims;
}

std::unique_ptr<TokenVerifier> VerifierOf(const std::string& key_set,
                                          prometheus::Registry& registry, size_t remembered_max) {
  auto source = std::make_unique<identity::KeySource>([key_set] { return key_set; },
                                                      KeySource::Timing(), registry);
  while (source->keys()->keys.empty()) absl::SleepFor(absl::Milliseconds(1));
  return std::make_unique<TokenVerifier>(std::move(source), TestRules(), remembered_max);
}

}  // namespace withdrawal::identity
