#include "services/clinician/outcomes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

constexpr absl::Duration kPeriodDefault = absl::Hours(24 * 90);
constexpr int64_t kDayMicros = int64_t{24} * 3600 * 1'000'000;

// $1 programme, $2 team, $3 since, $4 until.
constexpr char kEnrolments[] =
    "WITH e AS (SELECT patient_id, started_micros AS started,"
    " COALESCE(ended_micros, 9223372036854775807) AS ended, discharge, medication_offered"
    " FROM enrolment WHERE $1::int = ANY (programmes) AND ($2::text = '' OR team = $2::text)) ";

// A fact or alert f at `at` that lies in the period and in such an enrolment.
std::string Counts(const std::string& at) {
  return absl::StrCat(at, " >= $3::bigint AND ", at, " < $4::bigint AND EXISTS (SELECT 1 FROM e",
                      " WHERE e.patient_id = f.patient_id AND e.started <= ", at, " AND ", at,
                      " <= e.ended)");
}

double Double(const Row& row, size_t column) {
  double value = 0;
  if (!absl::SimpleAtod(row.Text(column), &value)) return 0;
  return value;
}

void SetRatio(const Row& row, size_t column, v1::Ratio& ratio) {
  ratio.set_numerator(row.Int(column));
  ratio.set_denominator(row.Int(column + 1));
}

class Counting {
 public:
  Counting(Transaction& transaction, const v1::GetOutcomesRequest& request, absl::Time since,
           absl::Time until, v1::Outcomes& outcomes)
      : transaction_(transaction),
        programme_(request.programme()),
        parameters_({absl::StrCat(static_cast<int>(request.programme())), request.team(),
                     MicrosValue(since), MicrosValue(until)}),
        outcomes_(outcomes) {}

  void Run() {
    CountEndings();
    CountMedication();
    CountRetention();
    CountPatientDays();
    CountAlerts();
    CountUseDays();
    CountAcknowledgements();
    CountCraving();
    CountSleep();
  }

 private:
  Result Select(const std::string& sql) {
    return transaction_.Execute(kEnrolments + sql, parameters_);
  }

  void CountEndings() {
    const Row row = Select(
                        "SELECT COUNT(CASE WHEN discharge = 1 THEN 1 END),"
                        " COUNT(CASE WHEN discharge IN (1, 2, 3) THEN 1 END),"
                        " COUNT(CASE WHEN discharge = 2 THEN 1 END)"
                        " FROM e WHERE ended >= $3::bigint AND ended < $4::bigint")
                        .rows.front();
    SetRatio(row, 0, *outcomes_.mutable_completed());
    outcomes_.mutable_transferred()->set_numerator(row.Int(2));
    outcomes_.mutable_transferred()->set_denominator(row.Int(1));
  }

  void CountMedication() {
    const Row offered = Select(
                            "SELECT COUNT(CASE WHEN medication_offered THEN 1 END), COUNT(*)"
                            " FROM e WHERE started >= $3::bigint AND started < $4::bigint")
                            .rows.front();
    SetRatio(offered, 0, *outcomes_.mutable_medication_offered());
    std::string products;
    if (programme_ == events::v1::PROGRAMME_OPIOID) {
      products = "'buprenorphine', 'methadone', 'naltrexone'";
    } else if (programme_ == events::v1::PROGRAMME_ALCOHOL) {
      products = "'naltrexone', 'acamprosate', 'disulfiram'";
    } else {
      return;
    }
    const Row row =
        Select(absl::StrCat("SELECT COUNT(CASE WHEN EXISTS (SELECT 1 FROM check_in_fact f"
                            " WHERE f.patient_id = e.patient_id AND f.kind = 'dose' AND f.detail"
                            " IN (",
                            products, ") AND f.at_micros >= e.started AND f.at_micros <=",
                            " e.started + ", 7 * kDayMicros,
                            ") THEN 1 END), COUNT(*) FROM e"
                            " WHERE started >= $3::bigint AND started <= $4::bigint - ",
                            7 * kDayMicros))
            .rows.front();
    SetRatio(row, 0, *outcomes_.mutable_medication_within_7_days());
  }

  void CountRetention() {
    CountRetained(7, *outcomes_.mutable_retained_7_days());
    CountRetained(30, *outcomes_.mutable_retained_30_days());
    CountRetained(90, *outcomes_.mutable_retained_90_days());
  }

  void CountRetained(int day, v1::Ratio& ratio) {
    const std::string then = absl::StrCat("started + ", day * kDayMicros);
    const Row row =
        Select(absl::StrCat("SELECT COUNT(CASE WHEN ended >= ", then,
                            " AND EXISTS (SELECT 1 FROM timeline t WHERE t.patient_id ="
                            " e.patient_id AND t.at_micros >= ",
                            then, " - ", 7 * kDayMicros, " AND t.at_micros < ", then,
                            " AND t.entry_id LIKE 'check-in/%') THEN 1 END), COUNT(*) FROM e"
                            " WHERE started >= $3::bigint AND started <= $4::bigint - ",
                            day * kDayMicros, " AND NOT (ended < ", then,
                            " AND discharge IN (1, 2, 4))"))
            .rows.front();
    SetRatio(row, 0, ratio);
  }

  void CountPatientDays() {
    const Row row = Select(
                        "SELECT CAST(COALESCE(SUM(LEAST(ended, $4::bigint)"
                        " - GREATEST(started, $3::bigint)), 0) AS bigint)"
                        " FROM e WHERE ended > $3::bigint AND started < $4::bigint")
                        .rows.front();
    patient_days_ = static_cast<double>(row.Int(0)) / kDayMicros;
  }

  void SetRate(int64_t count, v1::Rate& rate) const {
    rate.set_count(count);
    rate.set_patient_days(patient_days_);
    if (patient_days_ > 0) {
      rate.set_per_100_patient_days(100 * static_cast<double>(count) / patient_days_);
    }
  }

  void CountAlerts() {
    const Row row =
        Select(absl::StrCat("SELECT COUNT(CASE WHEN rule_id = 'MC-01' THEN 1 END),"
                            " COUNT(CASE WHEN highest_rank = 0 AND NOT technical THEN 1 END),"
                            " COUNT(CASE WHEN rule_id = 'RF-07' THEN 1 END),"
                            " COUNT(CASE WHEN rule_id = 'RF-09' THEN 1 END)"
                            " FROM alert_outcome f WHERE ",
                            Counts("f.raised_micros")))
            .rows.front();
    SetRate(row.Int(0), *outcomes_.mutable_missed_check_ins());
    SetRate(row.Int(1), *outcomes_.mutable_emergencies());
    SetRate(row.Int(2), *outcomes_.mutable_overdoses());
    SetRate(row.Int(3), *outcomes_.mutable_self_harm());
  }

  void CountUseDays() {
    const Row row = Select(absl::StrCat("SELECT COUNT(*) FROM (SELECT DISTINCT f.patient_id,"
                                        " CAST(FLOOR(f.at_micros / ",
                                        kDayMicros,
                                        ".0) AS bigint)"
                                        " FROM check_in_fact f WHERE f.kind = 'lapse' AND ",
                                        Counts("f.at_micros"), ") AS days"))
                        .rows.front();
    SetRate(row.Int(0), *outcomes_.mutable_use_days());
  }

  void CountAcknowledgements() {
    const Result result = Select(absl::StrCat(
        "SELECT f.raised_rank, COUNT(*), COUNT(f.acknowledged_micros),"
        " CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY f.acknowledged_micros - f.raised_micros)"
        " AS bigint),"
        " CAST(percentile_cont(0.9) WITHIN GROUP (ORDER BY f.acknowledged_micros - f.raised_micros)"
        " AS bigint) FROM alert_outcome f WHERE f.raised_rank <= 1 AND NOT f.technical AND ",
        Counts("f.raised_micros"), " GROUP BY f.raised_rank ORDER BY f.raised_rank"));
    for (const Row& row : result.rows) {
      v1::TimeToAcknowledge& time = *outcomes_.add_time_to_acknowledge();
      time.set_priority(static_cast<events::v1::Priority>(3 - row.Int(0)));
      time.set_alerts(row.Int(1));
      time.set_acknowledged(row.Int(2));
      if (row.IsNull(3)) continue;
      *time.mutable_median() = TimeUtil::MicrosecondsToDuration(row.Int(3));
      *time.mutable_p90() = TimeUtil::MicrosecondsToDuration(row.Int(4));
    }
  }

  void CountCraving() {
    const std::string half = "($3::bigint + ($4::bigint - $3::bigint) / 2)";
    const Row row = Select(absl::StrCat("SELECT COUNT(*), AVG(a), AVG(b) FROM (SELECT f.patient_id,"
                                        " AVG(CASE WHEN f.at_micros < ",
                                        half,
                                        " THEN f.value END) AS a,"
                                        " AVG(CASE WHEN f.at_micros >= ",
                                        half,
                                        " THEN f.value END) AS b"
                                        " FROM check_in_fact f WHERE f.kind = 'craving' AND ",
                                        Counts("f.at_micros"),
                                        " GROUP BY f.patient_id) AS people"
                                        " WHERE a IS NOT NULL AND b IS NOT NULL"))
                        .rows.front();
    v1::CravingTrend& craving = *outcomes_.mutable_craving();
    craving.set_people(row.Int(0));
    if (row.IsNull(1)) return;
    craving.set_first_half(Double(row, 1));
    craving.set_second_half(Double(row, 2));
  }

  void CountSleep() {
    const Result result = Select(absl::StrCat(
        "SELECT detail, COUNT(*), AVG(own) FROM (SELECT f.detail, f.patient_id, AVG(f.value) AS own"
        " FROM check_in_fact f WHERE f.kind = 'item' AND f.detail LIKE '%/sleep%' AND ",
        Counts("f.at_micros"),
        " GROUP BY f.detail, f.patient_id) AS people"
        " GROUP BY detail ORDER BY detail"));
    for (const Row& row : result.rows) {
      const std::pair<std::string, std::string> name =
          absl::StrSplit(row.Text(0), absl::MaxSplits('/', 1));
      v1::SleepItem& sleep = *outcomes_.add_sleep();
      sleep.set_instrument(name.first);
      sleep.set_item(name.second);
      sleep.set_people(row.Int(1));
      sleep.set_mean(Double(row, 2));
    }
  }

  Transaction& transaction_;
  const events::v1::Programme programme_;
  const std::vector<Value> parameters_;
  v1::Outcomes& outcomes_;
  double patient_days_ = 0;
};

}  // namespace

grpc::Status GetOutcomes(const QueryContext& context, const v1::GetOutcomesRequest& request,
                         v1::Outcomes& response) {
  const auto wrong = [](const char* field, const char* reason, const char* why) {
    return rpc::InvalidFields({{field, reason, why}});
  };
  if (!events::v1::Programme_IsValid(request.programme()) ||
      request.programme() == events::v1::PROGRAMME_UNSPECIFIED) {
    return wrong("programme", "REQUIRED", "one programme of this API");
  }
  if (request.team().find('\0') != std::string::npos) {
    return wrong("team", "INVALID_CHARACTER", "NUL is not allowed");
  }
  absl::Time until = context.now;
  if (request.has_until()) {
    if (!codec::IsValid(request.until())) return wrong("until", "OUT_OF_RANGE", "no such time");
    until = std::min(until, codec::FromProto(request.until()));
  }
  absl::Time since = until - kPeriodDefault;
  if (request.has_since()) {
    if (!codec::IsValid(request.since())) return wrong("since", "OUT_OF_RANGE", "no such time");
    since = codec::FromProto(request.since());
  }
  if (since >= until) return wrong("since", "OUT_OF_RANGE", "must be before until and now");
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        response.set_programme(request.programme());
        response.set_team(request.team());
        *response.mutable_since() = codec::ToProto(since);
        *response.mutable_until() = codec::ToProto(until);
        Counting(transaction, request, since, until, response).Run();
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

}  // namespace withdrawal::clinician
