#include "services/clinician/outcome_monitor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/metrics/metrics.h"

namespace withdrawal::clinician {
namespace {

using ::testing::HasSubstr;

TEST(OutcomeGauges, HaveAValuePerProgrammeAndNoneWhereNothingWasCounted) {
  prometheus::Registry registry;
  OutcomeGauges gauges(registry);
  v1::Outcomes outcomes;
  outcomes.set_programme(events::v1::PROGRAMME_OPIOID);
  outcomes.mutable_completed()->set_numerator(1);
  outcomes.mutable_completed()->set_denominator(4);
  outcomes.mutable_overdoses()->set_per_100_patient_days(2.5);
  auto* time = outcomes.add_time_to_acknowledge();
  time->set_priority(events::v1::PRIORITY_URGENT);
  time->mutable_median()->set_seconds(90);
  time->mutable_p90()->set_seconds(300);
  auto* sleep = outcomes.add_sleep();
  sleep->set_instrument("SAWS");
  sleep->set_mean(1.5);
  gauges.Set(outcomes);
  const std::string text = metrics::ScrapeText(registry);
  const std::string prefix = "withdrawal_clinician_outcome_";
  EXPECT_THAT(text, HasSubstr(prefix + "ratio{outcome=\"completed\",programme=\"opioid\"} 0.25"));
  EXPECT_THAT(text, HasSubstr(prefix + "ratio{outcome=\"completed\",programme=\"alcohol\"} Nan"));
  EXPECT_THAT(text, HasSubstr(prefix + "ratio{outcome=\"transferred\",programme=\"opioid\"} Nan"));
  EXPECT_THAT(text, HasSubstr(prefix + "rate{outcome=\"overdoses\",programme="
                                       "\"opioid\"} 2.5"));
  EXPECT_THAT(text, HasSubstr(prefix + "acknowledge_seconds{priority=\"urgent\",programme="
                                       "\"opioid\",share=\"0.9\"} 300"));
  EXPECT_THAT(text, HasSubstr(prefix + "points{outcome=\"sleep_SAWS\",programme=\"opioid\"} 1.5"));
  outcomes.clear_sleep();
  gauges.Set(outcomes);
  EXPECT_THAT(metrics::ScrapeText(registry),
              HasSubstr(prefix + "points{outcome=\"sleep_SAWS\",programme=\"opioid\"} Nan"));
}

}  // namespace
}  // namespace withdrawal::clinician
