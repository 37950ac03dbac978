#include "services/ctl/outcomes_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace withdrawal::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OutcomesText, SaysWhatEachNumberWasCountedFrom) {
  clinician::v1::Outcomes outcomes;
  outcomes.mutable_completed()->set_numerator(3);
  outcomes.mutable_completed()->set_denominator(4);
  outcomes.mutable_missed_check_ins()->set_count(5);
  outcomes.mutable_missed_check_ins()->set_patient_days(40);
  outcomes.mutable_missed_check_ins()->set_per_100_patient_days(12.5);
  auto* urgent = outcomes.add_time_to_acknowledge();
  urgent->set_priority(events::v1::PRIORITY_URGENT);
  urgent->set_alerts(9);
  urgent->set_acknowledged(8);
  urgent->mutable_median()->set_seconds(240);
  urgent->mutable_p90()->set_seconds(900);
  const std::string text = OutcomesText(outcomes);
  EXPECT_THAT(text, HasSubstr("75 %"));
  EXPECT_THAT(text, HasSubstr("3 of 4"));
  EXPECT_THAT(text, HasSubstr("12.5 per 100 patient-days"));
  EXPECT_THAT(text, HasSubstr("median 4m, p90 15m"));
  EXPECT_THAT(text, HasSubstr("8 of 9"));
  EXPECT_THAT(text, Not(HasSubstr("nan"))) << "0 of 0 is no share";
  EXPECT_THAT(text, Not(HasSubstr("within 7 d"))) << "not asked of this programme";
}

}  // namespace
}  // namespace withdrawal::ctl
