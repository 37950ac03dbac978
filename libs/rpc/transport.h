// How the bytes of gRPC travel. With files: TLS 1.2 or newer; with a client CA: mutual TLS. The
// files are read again every few seconds, so a rotated certificate needs no restart (write the new
// ones beside the old and move a link, as Kubernetes does: key and certificate must change
// together). Without files: plaintext, for loopback and networks that encrypt by themselves.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"

namespace withdrawal::rpc {

struct ServerTransport {
  std::string certificate;  // PEM, leaf first; empty = plaintext
  std::string key;          // PEM, unencrypted
  // PEM. Only clients with a certificate of one of these are let in; empty = none is asked for.
  std::string client_ca;
  absl::Duration read_again_every = absl::Seconds(10);  // whole seconds, at least 1
};

struct ClientTransport {
  // PEM, whose servers are believed, for the name in the address; empty = plaintext.
  std::string ca;
  std::string certificate;  // PEM, shown to servers that ask; empty = none
  std::string key;
};

// InvalidArgument names the file that is missing, unreadable, no PEM, or does not belong to the
// other, and settings that say only half.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const ServerTransport& transport);
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const ClientTransport& transport);

// When the first certificate of the file ends. InvalidArgument as above.
absl::StatusOr<absl::Time> EndOfCertificate(const std::string& file);

// Whether host:port is this machine alone: plaintext on another wants a warning.
bool IsLoopback(const std::string& address);

}  // namespace withdrawal::rpc
