#include "libs/identity/signature.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace withdrawal::identity {
namespace {

constexpr int kNumberBytes = 32;  // of r and of s

// Without the spaces and the padding that decoders let pass.
bool Decode(std::string_view text, std::string& bytes) {
  for (const char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
  }
  return absl::WebSafeBase64Unescape(std::string(text), &bytes);
}

// r and s one after the other become the DER that OpenSSL verifies; empty when they are not that.
std::string EcdsaDer(const std::string& signature) {
  if (signature.size() != 2 * kNumberBytes) return "";
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> numbers(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes, kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + kNumberBytes, kNumberBytes, nullptr);
  if (!numbers || ECDSA_SIG_set0(numbers.get(), r, s) != 1) {  // else they are `numbers`'s
    BN_free(r);
    BN_free(s);
    return "";
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &der);
  if (size <= 0) return "";
  std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace

std::optional<SignedToken> ReadCompact(std::string_view token) {
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos) return std::nullopt;
  SignedToken result;
  result.signed_part = token.substr(0, second);
  if (!Decode(token.substr(0, first), result.header) ||
      !Decode(token.substr(first + 1, second - first - 1), result.payload) ||
      !Decode(token.substr(second + 1), result.signature) || result.signature.empty()) {
    return std::nullopt;
  }
  return result;
}

bool IsSignedBy(const SigningKey& key, const SignedToken& token) {
  const std::string signature =
      key.algorithm == Algorithm::kEs256 ? EcdsaDer(token.signature) : token.signature;
  if (signature.empty()) return false;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  // RSA keys verify PKCS #1 v1.5, which RS256 is.
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(),
                          reinterpret_cast<const unsigned char*>(token.signed_part.data()),
                          token.signed_part.size()) == 1;
}

}  // namespace withdrawal::identity
