// Every series of ingest. Label values are closed sets of our own: outcomes, reasons, vital names.
#pragma once

#include <string>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace withdrawal::ingest {

class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void Refused(const std::string& reason);  // of its first wrong field
  void SetAside(const std::string& field, const std::string& reason);

  prometheus::Counter& accepted;
  prometheus::Counter& duplicate;    // same id, same content
  prometheus::Counter& conflict;     // same id, other content
  prometheus::Counter& shed;         // no place free
  prometheus::Counter& unavailable;  // brokers did not confirm, or stopping
  prometheus::Gauge& in_flight;
  prometheus::Gauge& in_flight_bytes;
  prometheus::Gauge& streams;
  prometheus::Histogram& delivery_seconds;  // from Append to the brokers' answer

 private:
  prometheus::Registry& registry_;
};

}  // namespace withdrawal::ingest
