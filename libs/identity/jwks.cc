#include "libs/identity/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "nlohmann/json.hpp"

namespace withdrawal::identity {
namespace {

using Json = nlohmann::json;

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Key = std::shared_ptr<EVP_PKEY>;

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr size_t kCoordinateBytes = 32;
constexpr size_t kPartBytesMax = 2048;

std::string TextOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The bytes of a base64url member; empty when there are none.
std::string BytesOf(const Json& object, const char* name) {
  const std::string text = TextOf(object, name);
  std::string bytes;
  if (text.size() > kPartBytesMax || !absl::WebSafeBase64Unescape(text, &bytes)) return "";
  return bytes;
}

Key ToKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  Key key(made, EVP_PKEY_free);
  const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
  return key;
}

Key RsaKey(const Json& jwk) {
  const std::string n = BytesOf(jwk, "n");
  const std::string e = BytesOf(jwk, "e");
  const auto number = [](const std::string& bytes) {
    return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                            static_cast<int>(bytes.size()), nullptr));
  };
  const Number modulus = number(n);
  const Number exponent = number(e);
  if (!modulus || !exponent || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get()))
    return nullptr;
  const int bits = BN_num_bits(modulus.get());
  if (bits < kRsaBitsMin || bits > kRsaBitsMax) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get())) {
    return nullptr;
  }
  return ToKey("RSA", builder.get());
}

Key EcKey(const Json& jwk) {
  const std::string x = BytesOf(jwk, "x");
  const std::string y = BytesOf(jwk, "y");
  if (TextOf(jwk, "crv") != "P-256" || x.size() != kCoordinateBytes ||
      y.size() != kCoordinateBytes) {
    return nullptr;
  }
  const std::string point = "\x04" + x + y;  // uncompressed
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      !OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                       0) ||
      !OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                        point.size())) {
    return nullptr;
  }
  return ToKey("EC", builder.get());
}

std::optional<SigningKey> ReadKey(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  const std::string use = TextOf(jwk, "use");
  if (!use.empty() && use != "sig") return std::nullopt;
  const std::string type = TextOf(jwk, "kty");
  const std::string algorithm = TextOf(jwk, "alg");
  SigningKey key;
  key.kid = TextOf(jwk, "kid");
  if (type == "RSA" && (algorithm.empty() || algorithm == "RS256")) {
    key.algorithm = Algorithm::kRs256;
    key.key = RsaKey(jwk);
  } else if (type == "EC" && (algorithm.empty() || algorithm == "ES256")) {
    key.algorithm = Algorithm::kEs256;
    key.key = EcKey(jwk);
  }
  if (key.key == nullptr) return std::nullopt;
  return key;
}

}  // namespace

absl::StatusOr<std::vector<SigningKey>> ParseKeySet(std::string_view json) {
  const Json set = Json::parse(json, nullptr, false);
  const auto listed = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || listed == set.end() || !listed->is_array()) {
    return absl::InvalidArgumentError("not a JSON Web Key Set: no array \"keys\"");
  }
  std::vector<SigningKey> keys;
  for (const Json& jwk : *listed) {
    if (auto key = ReadKey(jwk)) keys.push_back(*std::move(key));
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(
        "no key of the set is of use: RSA from 2048 bits on, or EC P-256, for signatures");
  }
  return keys;
}

}  // namespace withdrawal::identity
