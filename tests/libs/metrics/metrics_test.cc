#include "libs/metrics/metrics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/libs/metrics/promtool.h"

namespace withdrawal::metrics {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, ScrapePassesPromtool) {
  prometheus::Registry registry;
  AddCounter(registry, "withdrawal_test_check_ins_total", "Check-ins.", {{"outcome", "accepted"}})
      .Increment();
  AddGauge(registry, "withdrawal_test_in_flight_bytes", "Bytes.").Set(7);
  AddHistogram(registry, "withdrawal_test_handling_seconds", "Time.", LatencySeconds())
      .Observe(0.004);
  const std::string scrape = ScrapeText(registry);
  EXPECT_EQ(PromtoolComplaints(scrape), "") << scrape;
  EXPECT_THAT(scrape, HasSubstr("withdrawal_test_check_ins_total{outcome=\"accepted\"} 1"));
}

// case C67
TEST(Metrics, LabelWithQuoteBackslashAndNewlineLeavesTheScrapeParseable) {
  prometheus::Registry registry;
  AddCounter(registry, "withdrawal_test_wards_total", "Wards.", {{"ward", "a \"b\" \\ c\nd"}})
      .Increment();
  const std::string scrape = ScrapeText(registry);
  EXPECT_EQ(PromtoolComplaints(scrape), "") << scrape;
  EXPECT_THAT(scrape, HasSubstr(R"(ward="a \"b\" \\ c\nd")"));
}

TEST(Metrics, SameNameAndLabelsAreOneSeries) {
  prometheus::Registry registry;
  auto& first = AddCounter(registry, "withdrawal_test_total", "Help.", {{"a", "b"}});
  auto& second = AddCounter(registry, "withdrawal_test_total", "Help.", {{"a", "b"}});
  EXPECT_EQ(&first, &second);
}

}  // namespace
}  // namespace withdrawal::metrics
