#include "services/ctl/rescoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/embedded.h"
#include "libs/codec/time.h"
#include "services/ctl/core/trial.h"

namespace withdrawal::ctl {
namespace {

using events::v1::CheckInRecorded;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kStart = absl::FromUnixSeconds(1'772'409'600);

const catalogue::Catalogue& Shipped() {
  static const auto* const kCatalogue = new catalogue::Catalogue(*catalogue::Load(""));
  return *kCatalogue;
}

RecordedStep Saws(absl::Time at, int total) {
  CheckInRecorded recorded;
  auto* check_in = recorded.mutable_check_in();
  check_in->set_patient_id("p1");
  check_in->set_check_in_id(absl::FormatTime(at));
  check_in->set_rater(events::v1::RATER_PATIENT);
  *check_in->mutable_observed_at() = codec::ToProto(at);
  *recorded.mutable_received_at() = codec::ToProto(at);
  auto* answers = check_in->mutable_instrument_response();
  answers->set_instrument("SAWS");
  for (const auto& [code, value] : AnswersWithTotal(Shipped().instruments.at("SAWS"), total)) {
    auto* item = answers->add_items();
    item->set_code(code);
    item->set_value(value);
  }
  return {at, recorded};
}

// SC-02 at another total.
catalogue::Catalogue WithSawsFrom(int total) {
  catalogue::Files files = catalogue::EmbeddedFiles();
  bool changed = false;
  for (auto& [name, text] : files) {
    const std::string from = "{instrument: SAWS, scheme: elholm2010, at_least: 12,";
    const auto at = text.find(from);
    if (at == std::string::npos) continue;
    text.replace(at, from.size(),
                 absl::StrCat("{instrument: SAWS, scheme: elholm2010, at_least: ", total, ","));
    changed = true;
  }
  EXPECT_TRUE(changed) << "SC-02 is written in other words";
  auto catalogue = catalogue::LoadFiles(files);
  EXPECT_TRUE(catalogue.ok()) << catalogue.status();
  return *std::move(catalogue);
}

Judgement JudgeBy(const catalogue::Catalogue& catalogue, const History& history,
                  absl::Time since = kStart) {
  auto judgement = Judge(catalogue, {{"p1", history}}, since, kStart + absl::Hours(2));
  EXPECT_TRUE(judgement.ok()) << judgement.status();
  return *std::move(judgement);
}

TEST(Rescoring, TheSameCatalogueMakesNoDifference) {
  const History history = {Saws(kStart, 14)};
  const Judgement once = JudgeBy(Shipped(), history);
  EXPECT_THAT(once.raised, Not(IsEmpty()));
  EXPECT_GT(once.escalations, 0);
  const Difference difference = Compare(once, JudgeBy(Shipped(), history));
  EXPECT_THAT(difference.gone, IsEmpty());
  EXPECT_THAT(difference.fresh, IsEmpty());
  EXPECT_THAT(difference.otherwise, IsEmpty());
}

TEST(Rescoring, AnEdgeMovedUpLosesAnAlertAndOneMovedDownGainsOne) {
  const History history = {Saws(kStart, 12)};
  const Judgement before = JudgeBy(Shipped(), history);
  const Difference stricter = Compare(before, JudgeBy(WithSawsFrom(13), history));
  ASSERT_THAT(stricter.gone, SizeIs(1));
  EXPECT_EQ(stricter.gone[0].rule_id, "SC-02");
  EXPECT_EQ(stricter.rules.at("SC-02").before, 1);
  EXPECT_EQ(stricter.rules.at("SC-02").after, 0);
  EXPECT_THAT(DifferenceText(stricter, 5), HasSubstr("no longer raised: 1"));

  const History mild = {Saws(kStart, 11)};
  const Difference looser = Compare(JudgeBy(Shipped(), mild), JudgeBy(WithSawsFrom(11), mild));
  ASSERT_THAT(looser.fresh, SizeIs(1));
  EXPECT_EQ(looser.fresh[0].rule_id, "SC-02");
}

TEST(Rescoring, WhatWasRaisedBeforeIsLeftOut) {
  const Judgement judgement = JudgeBy(Shipped(), {Saws(kStart, 14)}, kStart + absl::Minutes(1));
  EXPECT_THAT(judgement.raised, IsEmpty());
}

TEST(Rescoring, ARecordNobodyCanUseIsCounted) {
  RecordedStep step = Saws(kStart, 3);
  std::get<CheckInRecorded>(step.what)
      .mutable_check_in()
      ->mutable_instrument_response()
      ->mutable_items(0)
      ->set_value(9);
  EXPECT_EQ(JudgeBy(Shipped(), {step}).unusable, 1);
}

}  // namespace
}  // namespace withdrawal::ctl
