#include "services/ctl/call_metadata.h"

#include <fstream>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"

namespace withdrawal::ctl {
namespace {

using grpc::experimental::InterceptionHookPoints;

CallMetadata& Current() {
  static auto* const kCurrent = new CallMetadata;
  return *kCurrent;
}

std::string ReadToken(const std::string& path) {
  std::ifstream file(path);
  std::string token;
  if (!std::getline(file, token)) std::cerr << "no token in " << path << '\n';
  return std::string(absl::StripAsciiWhitespace(token));
}

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(const CallMetadata& metadata) : metadata_(metadata) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      auto& sent = *methods->GetSendInitialMetadata();
      if (!metadata_.token_file.empty()) {
        sent.insert({"authorization", "Bearer " + ReadToken(metadata_.token_file)});
      }
      if (!metadata_.break_glass.empty()) {
        sent.insert({"withdrawal-break-glass-reason", metadata_.break_glass});
      }
    }
    methods->Proceed();
  }

 private:
  const CallMetadata& metadata_;
};

class Factory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    return new Interceptor(Current());  // owned by the call
  }
};

}  // namespace

void SetCallMetadata(CallMetadata metadata) { Current() = std::move(metadata); }

Interceptors AddCallMetadata() {
  Interceptors interceptors;
  interceptors.push_back(std::make_unique<Factory>());
  return interceptors;
}

}  // namespace withdrawal::ctl
