#include "libs/runtime/process.h"

#include <curl/curl.h>
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/metrics/metrics.h"
#include "tests/libs/metrics/promtool.h"

namespace withdrawal::runtime {
namespace {

using ::testing::HasSubstr;

std::string Get(const std::string& url) {
  std::string body;
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t count, void* out) {
        static_cast<std::string*>(out)->append(data, size * count);
        return size * count;
      });
  EXPECT_EQ(curl_easy_perform(curl), CURLE_OK) << url;
  curl_easy_cleanup(curl);
  return body;
}

std::unique_ptr<Process> StartOnFreePorts() {
  ServiceSettings settings;
  settings.service = "ingest";
  settings.log_level = "error";
  settings.metrics_address = "127.0.0.1:0";
  settings.health_address = "127.0.0.1:0";
  auto process = Process::Start(settings);
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

TEST(Process, LiveScrapePassesPromtool) {
  auto process = StartOnFreePorts();
  const std::string url = absl::StrCat("127.0.0.1:", process->metrics_port(), "/metrics");
  Get(url);
  const std::string scrape = Get(url);  // the second has the exposer's own series too
  EXPECT_EQ(metrics::PromtoolComplaints(scrape), "") << scrape;
  EXPECT_THAT(scrape, HasSubstr("withdrawal_build_info{service=\"ingest\""));
}

// case C67
TEST(Process, LiveScrapeStaysParseableWithAQuoteInALabel) {
  auto process = StartOnFreePorts();
  metrics::AddGauge(process->registry(), "withdrawal_test_beds", "Beds.", {{"ward", "\"\\\n"}});
  const std::string scrape = Get(absl::StrCat("127.0.0.1:", process->metrics_port(), "/metrics"));
  EXPECT_EQ(metrics::PromtoolComplaints(scrape), "") << scrape;
}

TEST(Process, ReadinessShowsInTheScrape) {
  auto process = StartOnFreePorts();
  EXPECT_THAT(metrics::ScrapeText(process->registry()), HasSubstr("withdrawal_process_ready 0"));
  process->SetReady(true);
  EXPECT_THAT(metrics::ScrapeText(process->registry()), HasSubstr("withdrawal_process_ready 1"));
}

TEST(Process, TerminationSignalEndsTheWait) {
  auto process = StartOnFreePorts();
  EXPECT_FALSE(process->stop());
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(process->WaitForStop());
  EXPECT_TRUE(process->stop());
}

TEST(Process, TakenMetricsPortIsAnErrorThatNamesTheSetting) {
  auto process = StartOnFreePorts();
  ServiceSettings settings;
  settings.log_level = "error";
  settings.metrics_address = absl::StrCat("127.0.0.1:", process->metrics_port());
  const auto status = Process::Start(settings).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--metrics-address"));
}

}  // namespace
}  // namespace withdrawal::runtime
