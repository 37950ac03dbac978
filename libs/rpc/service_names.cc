#include "libs/rpc/service_names.h"

#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"

namespace withdrawal::rpc {
namespace {

class Collector final : public grpc::ServerBuilderPlugin {
 public:
  explicit Collector(std::vector<std::string>& names) : names_(names) {}

  std::string name() override { return "service_names"; }
  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer* server) override { names_ = *server->GetServiceList(); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  std::vector<std::string>& names_;
};

class Option final : public grpc::ServerBuilderOption {
 public:
  explicit Option(std::vector<std::string>& names) : names_(names) {}

  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Collector>(names_));
  }

 private:
  std::vector<std::string>& names_;
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> CollectServiceNames(std::vector<std::string>& names) {
  return std::make_unique<Option>(names);
}

}  // namespace withdrawal::rpc
