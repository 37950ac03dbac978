#include "services/clinician/alarm_statistics.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

// Reference H: ISA-18.2 and EEMUA 191 count in windows of ten minutes.
constexpr absl::Duration kWindow = absl::Minutes(10);
constexpr int kFloodAbove = 10;  // begins
constexpr int kFloodUntil = 5;   // ends below
constexpr absl::Duration kStaleAfter = absl::Hours(24);
constexpr size_t kTop = 10;
constexpr absl::Duration kPeriodDefault = absl::Hours(7 * 24);
constexpr absl::Duration kPeriodMax = absl::Hours(366 * 24);

double Share(double part, double whole) { return whole > 0 ? part / whole : 0; }

void SetRatio(int64_t numerator, int64_t denominator, v1::Ratio& ratio) {
  ratio.set_numerator(numerator);
  ratio.set_denominator(denominator);
}

// How many were raised in the ten minutes up to each moment, and how long that was a flood.
void CountWindows(const std::vector<absl::Time>& raised, absl::Time since, absl::Time until,
                  v1::AlarmStatistics& statistics) {
  std::vector<std::pair<absl::Time, int>> steps;  // at the same moment those that leave go first
  for (const absl::Time at : raised) {
    steps.emplace_back(at, 1);
    steps.emplace_back(at + kWindow, -1);
  }
  std::sort(steps.begin(), steps.end());
  int count = 0;
  int peak = 0;
  std::optional<absl::Time> flood_since;
  absl::Duration flooded;
  for (const auto& [at, step] : steps) {
    count += step;
    peak = std::max(peak, count);
    if (!flood_since && count > kFloodAbove) flood_since = at;
    if (flood_since && count < kFloodUntil) {
      flooded += std::min(at, until) - std::min(*flood_since, until);
      flood_since.reset();
    }
  }
  statistics.set_peak_per_10_minutes(peak);
  statistics.set_flood_share(absl::FDivDuration(flooded, until - since));
}

// Between the two nearest, as percentile_cont of SQL does.
absl::Duration Percentile(const std::vector<absl::Duration>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void AddTimes(const std::vector<const Alarm*>& alarms, events::v1::Priority priority,
              v1::AlarmStatistics& statistics) {
  std::vector<absl::Duration> times;
  int64_t count = 0;
  for (const Alarm* alarm : alarms) {
    if (alarm->priority != priority) continue;
    ++count;
    if (alarm->acknowledged_at) times.push_back(*alarm->acknowledged_at - alarm->raised_at);
  }
  if (count == 0) return;
  std::sort(times.begin(), times.end());
  v1::TimeToAcknowledge& time = *statistics.add_time_to_acknowledge();
  time.set_priority(priority);
  time.set_alerts(count);
  time.set_acknowledged(static_cast<int64_t>(times.size()));
  if (times.empty()) return;
  *time.mutable_median() = codec::ToProto(Percentile(times, 0.5));
  *time.mutable_p90() = codec::ToProto(Percentile(times, 0.9));
}

double TopShare(const std::vector<const Alarm*>& alarms) {
  std::map<std::pair<std::string, std::string>, int64_t> by_source;
  for (const Alarm* alarm : alarms) ++by_source[{alarm->rule_id, alarm->patient_id}];
  std::vector<int64_t> counts;
  for (const auto& [source, count] : by_source) counts.push_back(count);
  std::sort(counts.begin(), counts.end(), std::greater<>());
  int64_t top = 0;
  for (size_t i = 0; i < std::min(kTop, counts.size()); ++i) top += counts[i];
  return Share(static_cast<double>(top), static_cast<double>(alarms.size()));
}

void CountOutcomes(const std::vector<const Alarm*>& alarms, absl::Time until,
                   v1::AlarmStatistics& statistics) {
  std::map<events::v1::AlertOutcome, int64_t> outcomes;
  int64_t known = 0;
  int64_t stale = 0;
  for (const Alarm* alarm : alarms) {
    ++outcomes[alarm->outcome];
    if (alarm->outcome != events::v1::ALERT_OUTCOME_UNSPECIFIED) ++known;
    if (std::min(alarm->resolved_at.value_or(until), until) - alarm->raised_at > kStaleAfter)
      ++stale;
  }
  SetRatio(outcomes[events::v1::ALERT_OUTCOME_TRUE], known, *statistics.mutable_actionable());
  SetRatio(outcomes[events::v1::ALERT_OUTCOME_TECHNICAL], known, *statistics.mutable_technical());
  statistics.set_stale(stale);
}

absl::Status ReadAlarms(Transaction& transaction, const std::string& team, absl::Time since,
                        absl::Time until, std::vector<Alarm>& alarms) {
  const auto time = [](const Row& row, size_t column) {
    return row.IsNull(column) ? std::nullopt : std::optional(absl::FromUnixMicros(row.Int(column)));
  };
  alarms.clear();
  const Result result = transaction.Execute(
      "SELECT a.patient_id, f.rule_id, f.raised_rank, f.called, f.raised_micros,"
      " f.acknowledged_micros, f.resolved_micros, f.outcome FROM alert a JOIN alert_outcome f"
      " ON f.patient_id = a.patient_id AND f.alert_id = a.alert_id WHERE a.team = $1::text"
      " AND a.raised_micros >= $2::bigint AND a.raised_micros < $3::bigint"
      " AND f.raised_rank IS NOT NULL",
      {team, MicrosValue(since), MicrosValue(until)});
  for (const Row& row : result.rows) {
    alarms.push_back({.patient_id = row.Text(0),
                      .rule_id = row.Text(1),
                      .priority = static_cast<events::v1::Priority>(3 - row.Int(2)),
                      .called = row.Text(3) == "t",
                      .raised_at = absl::FromUnixMicros(row.Int(4)),
                      .acknowledged_at = time(row, 5),
                      .resolved_at = time(row, 6),
                      .outcome = static_cast<events::v1::AlertOutcome>(row.Int(7))});
  }
  return absl::OkStatus();
}

grpc::Status ReadPeriod(const v1::GetAlarmStatisticsRequest& request, absl::Time now,
                        absl::Time& since, absl::Time& until) {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("team", request.team(), violations);
  until = now;
  if (request.has_until()) {
    if (!codec::IsValid(request.until())) {
      violations.push_back({"until", "OUT_OF_RANGE", "no such time"});
    } else {
      until = std::min(until, codec::FromProto(request.until()));
    }
  }
  since = until - kPeriodDefault;
  if (request.has_since()) {
    if (codec::IsValid(request.since())) since = codec::FromProto(request.since());
    if (!codec::IsValid(request.since()) || since >= until || until - since > kPeriodMax) {
      violations.push_back({"since", "OUT_OF_RANGE", "before until and now, by at most 366 days"});
    }
  }
  return violations.empty() ? grpc::Status::OK : rpc::InvalidFields(violations);
}

}  // namespace

v1::AlarmStatistics CountAlarms(const std::vector<Alarm>& alarms, absl::Time since,
                                absl::Time until) {
  v1::AlarmStatistics statistics;
  std::vector<const Alarm*> calling;
  std::vector<absl::Time> raised;
  std::map<events::v1::Priority, int64_t> mix;
  for (const Alarm& alarm : alarms) {
    ++mix[alarm.priority];
    if (!alarm.called || alarm.priority < events::v1::PRIORITY_URGENT) continue;
    calling.push_back(&alarm);
    raised.push_back(alarm.raised_at);
  }
  const auto count = static_cast<double>(calling.size());
  statistics.set_alarms(static_cast<int64_t>(calling.size()));
  statistics.set_per_day(count / absl::FDivDuration(until - since, absl::Hours(24)));
  statistics.set_per_hour(count / absl::ToDoubleHours(until - since));
  CountWindows(raised, since, until, statistics);
  CountOutcomes(calling, until, statistics);
  AddTimes(calling, events::v1::PRIORITY_EMERGENCY, statistics);
  AddTimes(calling, events::v1::PRIORITY_URGENT, statistics);
  statistics.set_top_10_share(TopShare(calling));
  const auto all = static_cast<int64_t>(alarms.size());
  SetRatio(mix[events::v1::PRIORITY_URGENT], all, *statistics.mutable_urgent_of_all());
  SetRatio(mix[events::v1::PRIORITY_EMERGENCY], all, *statistics.mutable_emergency_of_all());
  return statistics;
}

grpc::Status GetAlarmStatistics(const QueryContext& context,
                                const v1::GetAlarmStatisticsRequest& request,
                                v1::AlarmStatistics& response) {
  absl::Time since;
  absl::Time until;
  const grpc::Status valid = ReadPeriod(request, context.now, since, until);
  if (!valid.ok()) return valid;
  std::vector<Alarm> alarms;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        return ReadAlarms(transaction, request.team(), since, until, alarms);
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  response = CountAlarms(alarms, since, until);
  response.set_team(request.team());
  *response.mutable_since() = codec::ToProto(since);
  *response.mutable_until() = codec::ToProto(until);
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
