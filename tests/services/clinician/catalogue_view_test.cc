#include "services/clinician/catalogue_view.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"

namespace withdrawal::clinician {
namespace {

using testing::HasSubstr;

class CatalogueViewTest : public testing::Test {
 protected:
  grpc::Status View(const std::string& rule, const std::string& instrument) {
    v1::GetCatalogueRequest request;
    request.set_rule_id(rule);
    request.set_instrument(instrument);
    return ViewCatalogue(*catalogue_, request, answer_);
  }

  const absl::StatusOr<catalogue::Catalogue> catalogue_ = catalogue::Load("");
  v1::Catalogue answer_;
};

TEST_F(CatalogueViewTest, EveryRuleHasASourceAMarkAndWhoSignedIt) {
  ASSERT_TRUE(View("", "").ok());
  std::set<std::string> ids;
  for (const v1::CatalogueRule& rule : answer_.rules()) {
    ids.insert(rule.rule_id());
    EXPECT_FALSE(rule.title().empty()) << rule.rule_id();
    EXPECT_FALSE(rule.source().empty()) << rule.rule_id();
    EXPECT_FALSE(rule.mark().empty()) << rule.rule_id();
    EXPECT_FALSE(rule.sign_off().empty()) << rule.rule_id();
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(answer_.rules_size()));
  for (const char* id : {"RF-01", "MC-01", "MC-06"}) EXPECT_TRUE(ids.contains(id)) << id;
  EXPECT_EQ(answer_.version().version(), catalogue_->version.version);
}

TEST_F(CatalogueViewTest, AnInstrumentHasItsItemsWithThePointsTheyAllow) {
  ASSERT_TRUE(View("", "COWS").ok());
  ASSERT_EQ(answer_.instruments_size(), 1);
  EXPECT_EQ(answer_.rules_size(), 0);
  const v1::CatalogueInstrument& cows = answer_.instruments(0);
  ASSERT_EQ(cows.items_size(), 11);
  // Resting pulse, reference A.2: 0, 1, 2 and 4.
  EXPECT_THAT(cows.items(0).points(), testing::ElementsAre(0, 1, 2, 4));
  EXPECT_GT(codec::FromProto(cows.fresh_for()), absl::ZeroDuration());
  ASSERT_TRUE(View("", "NEWS2").ok());
  EXPECT_EQ(answer_.instruments(0).items_size(), 7);
  EXPECT_THAT(answer_.instruments(0).items(2).points(), testing::ElementsAre(0, 2));  // oxygen
}

TEST_F(CatalogueViewTest, WhatIsNotThereIsNotFound) {
  EXPECT_THAT(View("XX-01", "").error_details(), HasSubstr("RULE_NOT_FOUND"));
  EXPECT_THAT(View("", "unheard-of").error_details(), HasSubstr("INSTRUMENT_NOT_FOUND"));
}

}  // namespace
}  // namespace withdrawal::clinician
