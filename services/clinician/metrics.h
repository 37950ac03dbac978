// Every series of the clinician service, resolved once.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace withdrawal::clinician {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  prometheus::Counter& projected;  // records applied to the tables
  prometheus::Counter& dead_letters;
  prometheus::Counter& fenced;               // batches another reader had applied already
  prometheus::Counter& projection_restarts;  // after a failure of the database or the brokers
  prometheus::Gauge& lag_records;
  prometheus::Gauge& lag_seconds;
  prometheus::Histogram& commit_seconds;
  prometheus::Counter& tailed;  // alert events read for the watch streams
  prometheus::Gauge& streams;
  prometheus::Counter& acknowledged;
  prometheus::Counter& resolved;
  prometheus::Counter& plans;
  prometheus::Counter& shelved;
  prometheus::Counter& unshelved;
  prometheus::Counter& failed_calls;
  prometheus::Counter& reassigned;
  prometheus::Counter& commented;
  prometheus::Gauge& degraded;  // 1 while clinicians are told so (AL-13)
  prometheus::Gauge& scoring_lag_seconds;
  prometheus::Gauge& alerting_lag_seconds;
  prometheus::Counter& intakes;
  prometheus::Counter& shed;  // calls refused because too many were waiting
};

}  // namespace withdrawal::clinician
