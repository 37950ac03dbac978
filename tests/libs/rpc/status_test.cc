#include "libs/rpc/status.h"

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace withdrawal::rpc {
namespace {

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  const auto proto = ToProto(status);
  Detail detail;
  for (const auto& any : proto.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  ADD_FAILURE() << "no " << detail.GetTypeName();
  return detail;
}

TEST(RpcStatus, EveryErrorNamesItsReasonAndDomain) {
  const auto info =
      DetailOf<google::rpc::ErrorInfo>(Unavailable("BROKER_UNAVAILABLE", "no broker"));
  EXPECT_EQ(info.reason(), "BROKER_UNAVAILABLE");
  EXPECT_EQ(info.domain(), "withdrawal-monitor");
}

TEST(RpcStatus, InvalidFieldsListsEachField) {
  const auto status = InvalidFields({{"check_in.rater", "REQUIRED", "must be set"},
                                     {"check_in.craving.nrs", "OUT_OF_RANGE", "must be 0 to 10"}});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto details = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(details.field_violations_size(), 2);
  EXPECT_EQ(details.field_violations(1).field(), "check_in.craving.nrs");
  EXPECT_EQ(details.field_violations(1).reason(), "OUT_OF_RANGE");
  EXPECT_EQ(details.field_violations(1).description(), "must be 0 to 10");
}

TEST(RpcStatus, ThousandsOfInvalidFieldsStayBelowTheTrailerLimitOfClients) {
  const std::vector<FieldViolation> many(5000,
                                         {"check_in.items[1].code", "UNKNOWN_ITEM", "unknown"});
  const auto status = InvalidFields(many);
  EXPECT_LT(status.error_details().size(), 5000u);
  EXPECT_NE(status.error_message().find("not listed"), std::string::npos);
}

TEST(RpcStatus, ResourceExhaustedSaysWhenToTryAgain) {
  const auto status = ResourceExhausted("IN_FLIGHT_LIMIT", "busy", absl::Milliseconds(1250));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 250'000'000);
}

TEST(RpcStatus, AbslCodesKeepTheirMeaning) {
  EXPECT_TRUE(FromAbsl(absl::OkStatus()).ok());
  const auto status = FromAbsl(absl::NotFoundError("no such alert"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no such alert");
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "NOT_FOUND");
}

TEST(RpcStatus, StatusWithoutDetailsKeepsCodeAndMessageInAMessage) {
  const auto proto = ToProto(grpc::Status(grpc::StatusCode::INTERNAL, "odd"));
  EXPECT_EQ(proto.code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(proto.message(), "odd");
}

}  // namespace
}  // namespace withdrawal::rpc
