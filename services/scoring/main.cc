// withdrawal-scoring: reads check-ins and care plans, writes scores.
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/stream_runner.h"
#include "libs/runtime/log.h"
#include "libs/runtime/options.h"
#include "libs/runtime/process.h"
#include "services/scoring/config.h"
#include "services/scoring/metrics.h"
#include "services/scoring/scoring_task.h"

namespace withdrawal::scoring {
namespace {

int Main(int argc, char** argv) {
  Settings settings;
  runtime::Options options("withdrawal-scoring",
                           "Scores check-ins: totals, bands, changes, NEWS2.");
  settings.AddTo(options);
  if (const auto exit_code = options.Parse(argc, argv)) return *exit_code;

  auto process = runtime::Process::Start(settings.service);
  if (!process.ok()) return runtime::Fail(process.status());
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});

  ScoringMetrics metrics((*process)->registry(), *catalogue);
  ScoringTask task(*catalogue, metrics);
  kafka::StreamRunner runner(settings.Stream(), task, (*process)->registry());
  const absl::Status status =
      runner.Run((*process)->stop(), [&process](bool ready) { (*process)->SetReady(ready); });
  (*process)->SetReady(false);
  return status.ok() ? 0 : runtime::Fail(status);
}

}  // namespace
}  // namespace withdrawal::scoring

int main(int argc, char** argv) { return withdrawal::scoring::Main(argc, argv); }
