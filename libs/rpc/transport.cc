#include "libs/rpc/transport.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace withdrawal::rpc {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

absl::Status Bad(const std::string& file, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", why));
}

absl::StatusOr<std::string> ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || text.str().empty()) return Bad(file, "cannot be read, or is empty");
  return text.str();
}

Bio Memory(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& file) {
  const auto text = ReadFile(file);
  if (!text.ok()) return text.status();
  Certificate certificate(PEM_read_bio_X509(Memory(*text).get(), nullptr, nullptr, nullptr),
                          X509_free);
  if (certificate == nullptr) return Bad(file, "holds no certificate in PEM");
  return certificate;
}

int NoPassword(char*, int, int, void*) { return 0; }

absl::Status CheckPair(const std::string& certificate_file, const std::string& key_file) {
  const auto certificate = ReadCertificate(certificate_file);
  if (!certificate.ok()) return certificate.status();
  const auto text = ReadFile(key_file);
  if (!text.ok()) return text.status();
  const Key key(PEM_read_bio_PrivateKey(Memory(*text).get(), nullptr, NoPassword, nullptr),
                EVP_PKEY_free);
  if (key == nullptr) return Bad(key_file, "holds no unencrypted private key in PEM");
  if (X509_check_private_key(certificate->get(), key.get()) != 1) {
    return Bad(key_file, absl::StrCat("is not the key of ", certificate_file));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const ServerTransport& transport) {
  if (transport.certificate.empty() && transport.key.empty() && transport.client_ca.empty()) {
    return grpc::InsecureServerCredentials();
  }
  if (transport.certificate.empty() || transport.key.empty()) {
    return absl::InvalidArgumentError("TLS needs a certificate and its key");
  }
  if (auto pair = CheckPair(transport.certificate, transport.key); !pair.ok()) return pair;
  const bool mutual = !transport.client_ca.empty();
  if (mutual) {
    if (auto ca = ReadCertificate(transport.client_ca); !ca.ok()) return ca.status();
  }
  const auto seconds = std::max<int64_t>(absl::ToInt64Seconds(transport.read_again_every), 1);
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          transport.key, transport.certificate, transport.client_ca,
          static_cast<unsigned int>(seconds)));
  options.watch_identity_key_cert_pairs();
  if (mutual) options.watch_root_certs();
  options.set_cert_request_type(mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                       : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const ClientTransport& transport) {
  if (transport.ca.empty()) {
    if (transport.certificate.empty() && transport.key.empty()) {
      return grpc::InsecureChannelCredentials();
    }
    return absl::InvalidArgumentError("TLS needs the CA of the servers");
  }
  if (transport.certificate.empty() != transport.key.empty()) {
    return absl::InvalidArgumentError("a certificate and its key belong together");
  }
  grpc::SslCredentialsOptions options;
  if (auto ca = ReadCertificate(transport.ca); !ca.ok()) return ca.status();
  options.pem_root_certs = *ReadFile(transport.ca);
  if (!transport.certificate.empty()) {
    if (auto pair = CheckPair(transport.certificate, transport.key); !pair.ok()) return pair;
    options.pem_cert_chain = *ReadFile(transport.certificate);
    options.pem_private_key = *ReadFile(transport.key);
  }
  return grpc::SslCredentials(options);
}

absl::StatusOr<absl::Time> EndOfCertificate(const std::string& file) {
  const auto certificate = ReadCertificate(file);
  if (!certificate.ok()) return certificate.status();
  std::tm end = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate->get()), &end) != 1) {
    return Bad(file, "says no end of its certificate");
  }
  return absl::FromTM(end, absl::UTCTimeZone());
}

bool IsLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:");
}

}  // namespace withdrawal::rpc
