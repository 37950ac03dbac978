#include "tests/identity/any_call.h"

#include <vector>

#include "google/rpc/error_details.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "libs/rpc/status.h"
#include "withdrawal/ingest/v1/ingest.pb.h"

namespace withdrawal::identity {
namespace {

std::string ReasonOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  for (const auto& any : status.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return rpc::CodeName(static_cast<grpc::StatusCode>(status.code()));
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string bytes;
  for (const auto& slice : slices) bytes.append(slice.begin(), slice.end());
  return bytes;
}

// Items of this stream are refused one by one.
std::string ReasonWithin(const google::protobuf::MethodDescriptor& method,
                         const std::string& bytes) {
  if (method.output_type() != ingest::v1::SubmitCheckInsResponse::descriptor()) return "OK";
  ingest::v1::SubmitCheckInsResponse response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  return response.has_refused() ? ReasonOf(response.refused()) : "OK";
}

}  // namespace

Answered CallAny(const std::shared_ptr<grpc::Channel>& channel,
                 const google::protobuf::MethodDescriptor& method,
                 const google::protobuf::Message& request,
                 const std::multimap<std::string, std::string>& metadata) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  grpc::CompletionQueue queue;
  const auto await = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const std::string path = "/" + method.service()->full_name() + "/" + method.name();
  auto call = stub.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  await();
  const grpc::Slice slice(request.SerializeAsString());
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  await();
  grpc::ByteBuffer buffer;
  call->Read(&buffer, nullptr);
  const bool answered = await();
  Answered result;
  if (answered) {
    result.bytes = BytesOf(buffer);
    result.reason = ReasonWithin(method, result.bytes);
    if (method.server_streaming()) context.TryCancel();
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  await();
  if (!answered) result.reason = status.ok() ? "OK" : ReasonOf(rpc::ToProto(status));
  return result;
}

}  // namespace withdrawal::identity
