// Check-ins and rules for the tests of ingest.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "libs/codec/time.h"
#include "services/ingest/core/check_in.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ingest {

// The clock of these tests.
inline domain::Instant Now() { return absl::FromUnixSeconds(1'793'000'000); }

inline Rules BuiltInRules() {
  static const auto* catalogue = new catalogue::Catalogue(*catalogue::Load(""));
  return {catalogue->instruments, catalogue->vitals, catalogue->medications, catalogue->rewards};
}

// A check-in of now by a patient; `text` is the rest in protobuf text form.
inline events::v1::CheckIn Example(const std::string& text,
                                   const std::string& check_in_id = "check-in-1") {
  events::v1::CheckIn check_in;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &check_in)) << text;
  check_in.set_patient_id("patient-1");
  check_in.set_check_in_id(check_in_id);
  if (check_in.rater() == events::v1::RATER_UNSPECIFIED) {
    check_in.set_rater(events::v1::RATER_PATIENT);
  }
  if (!check_in.has_observed_at()) *check_in.mutable_observed_at() = codec::ToProto(Now());
  return check_in;
}

}  // namespace withdrawal::ingest
