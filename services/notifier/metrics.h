// What the notifier counts.
#pragma once

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/notifier/core/outbox.h"

namespace withdrawal::notifier {

struct Metrics {
  explicit Metrics(prometheus::Registry& registry);

  // Of a finished page.
  void Count(Outbox::Result result);

  prometheus::Counter& delivered;
  prometheus::Counter& refused;
  prometheus::Counter& given_up;
  prometheus::Counter& cancelled;
  prometheus::Counter& withheld;
  prometheus::Counter& unreached;
  prometheus::Counter& attempts_failed;
  prometheus::Counter& undecodable;
  prometheus::Gauge& waiting;
  prometheus::Gauge& floods;
  prometheus::Histogram& delay_seconds;
};

}  // namespace withdrawal::notifier
