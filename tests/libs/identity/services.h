// Every rpc of every service in proto/.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
// So that the linker keeps every service's descriptors.
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"
#include "withdrawal/clinician/v1/privacy.grpc.pb.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"
#include "withdrawal/patient/v1/patient.grpc.pb.h"

namespace withdrawal::identity {

inline std::vector<const google::protobuf::MethodDescriptor*> AllRpcs() {
  clinician::v1::GetPatientRequest::descriptor();
  clinician::v1::ListConsentsRequest::descriptor();
  ingest::v1::SubmitCheckInRequest::descriptor();
  patient::v1::GetMyPlanRequest::descriptor();
  std::vector<const google::protobuf::MethodDescriptor*> rpcs;
  const std::filesystem::path root = std::filesystem::path(WITHDRAWAL_SOURCE_DIR) / "proto";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "withdrawal")) {
    if (entry.path().extension() != ".proto") continue;
    const std::string name = std::filesystem::relative(entry.path(), root).string();
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    if (file == nullptr) {
      // The linker leaves out files nobody uses; one with a service is included above.
      std::ifstream text(entry.path());
      const std::string source(std::istreambuf_iterator<char>(text), {});
      EXPECT_EQ(source.find("\nservice "), std::string::npos) << name << " is not compiled in";
      continue;
    }
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        rpcs.push_back(file->service(i)->method(j));
      }
    }
  }
  std::sort(rpcs.begin(), rpcs.end(),
            [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
  return rpcs;
}

}  // namespace withdrawal::identity
