// Series of a prometheus::Registry by name. A service resolves all its series once, at start, into
// one struct of references; the code then says `metrics.shed.Increment()`.
//
// Names are withdrawal_<service>_<thing>_<unit>, counters end in _total, and the whole scrape
// passes `promtool check metrics`. Label values come from closed sets of our own: never an id,
// never text a client sent. Asking twice for the same name and labels gives the same series.
// Thread-safe. A bad name or label throws std::invalid_argument (prometheus-cpp): a programming
// error, seen at start.
#pragma once

#include <string>
#include <vector>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/labels.h"
#include "prometheus/registry.h"

namespace withdrawal::metrics {

prometheus::Counter& AddCounter(prometheus::Registry& registry, const std::string& name,
                                const std::string& help, const prometheus::Labels& labels = {});

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const std::string& name,
                            const std::string& help, const prometheus::Labels& labels = {});

// `buckets` are upper bounds, ascending.
prometheus::Histogram& AddHistogram(prometheus::Registry& registry, const std::string& name,
                                    const std::string& help, const std::vector<double>& buckets,
                                    const prometheus::Labels& labels = {});

// Bucket bounds in seconds for what should take milliseconds: 1 ms to 30 s.
std::vector<double> LatencySeconds();

// What a scrape of the registry would read.
std::string ScrapeText(const prometheus::Registry& registry);

}  // namespace withdrawal::metrics
