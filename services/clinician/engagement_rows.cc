#include "services/clinician/engagement_rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "services/clinician/insert.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

// Medicines for the disorder itself (EN-10, EN-12); a product may carry more in its name, such as
// "buprenorphine-naloxone".
constexpr std::array<std::string_view, 5> kTreatments = {"buprenorphine", "methadone", "naltrexone",
                                                         "acamprosate", "disulfiram"};

constexpr std::array<std::string_view, 16> kItems = {"SAWS/sleep_disturbance",
                                                     "ShOWS10/sleep_problems",
                                                     "MNWS/sleep",
                                                     "PHQ-9/sleep",
                                                     "BAM/sleep_nights",
                                                     "BAM-R/sleep_nights",
                                                     "BAM-IOP/sleep_nights",
                                                     "BAM/self_help_days",
                                                     "BAM-R/self_help_days",
                                                     "BAM-IOP/self_help_days",
                                                     "BAM/supportive_contact_days",
                                                     "BAM-R/supportive_contact_days",
                                                     "BAM-IOP/supportive_contact_days",
                                                     "BAM/satisfaction",
                                                     "BAM-R/satisfaction",
                                                     "BAM-IOP/satisfaction"};

bool IsText(const std::string& text) {
  return text.size() <= 256 && text.find('\0') == std::string::npos;
}

Value Optional(const std::optional<int64_t>& value) {
  return value ? Value(absl::StrCat(*value)) : std::nullopt;
}

}  // namespace

void EngagementRows::AddFact(const events::v1::CheckIn& check_in, const std::string& kind,
                             const std::string& detail, double value, const std::string& entry_id) {
  if (!IsText(detail) || !IsText(entry_id)) return;
  facts_[{check_in.patient_id(), kind, entry_id.empty() ? check_in.check_in_id() : entry_id,
          detail}] = {TimeUtil::TimestampToMicroseconds(check_in.observed_at()), value};
}

void EngagementRows::AddItems(const events::v1::CheckIn& check_in, const events::v1::Score& score) {
  for (const events::v1::ItemScore& item : score.items()) {
    const std::string name = absl::StrCat(score.instrument(), "/", item.code());
    if (std::find(kItems.begin(), kItems.end(), name) == kItems.end()) continue;
    AddFact(check_in, "item", name, item.points());
  }
}

void EngagementRows::AddCheckIn(const events::v1::CheckInScored& scored) {
  const events::v1::CheckIn& check_in = scored.recorded().check_in();
  for (const events::v1::Score& score : scored.scores()) AddItems(check_in, score);
  if (check_in.has_dose()) {
    AddFact(check_in, "dose_outcome", absl::AsciiStrToLower(check_in.dose().product()),
            check_in.dose().outcome());
  }
  if (check_in.has_craving()) {
    const events::v1::Craving& craving = check_in.craving();
    if (craving.has_nrs() || craving.has_vas()) {
      AddFact(check_in, "craving", "", craving.has_nrs() ? craving.nrs() : craving.vas() / 10.0);
    }
  } else if (check_in.has_session()) {
    const events::v1::SessionAttendance& session = check_in.session();
    if (session.has_planned_minutes()) {
      AddFact(check_in, "session_planned", session.session_type(), session.planned_minutes(),
              session.session_id());
    }
    if (session.has_attended_minutes()) {
      AddFact(check_in, "session_attended", session.session_type(), session.attended_minutes(),
              session.session_id());
    }
  } else if (check_in.has_lapse()) {
    AddFact(check_in, "lapse", check_in.lapse().substance_class(), 1);
  } else if (check_in.has_triggers()) {
    const events::v1::TriggerLog& log = check_in.triggers();
    for (const auto& tag : log.people()) AddFact(check_in, "trigger", "people/" + tag, 1);
    for (const auto& tag : log.places()) AddFact(check_in, "trigger", "places/" + tag, 1);
    for (const auto& tag : log.things()) AddFact(check_in, "trigger", "things/" + tag, 1);
  } else if (scored.has_reward()) {
    AddFact(check_in, "reward", check_in.target_behaviour().behaviour(),
            static_cast<double>(scored.reward().balance()));
  } else if (check_in.has_dose() && check_in.dose().outcome() == events::v1::DOSE_OUTCOME_TAKEN) {
    const std::string product = absl::AsciiStrToLower(check_in.dose().product());
    for (const std::string_view treatment : kTreatments) {
      if (!absl::StartsWith(product, std::string(treatment))) continue;
      AddFact(check_in, "dose", std::string(treatment), check_in.dose().amount().value());
    }
  }
}

void EngagementRows::AddAlert(const events::v1::AlertEvent& event) {
  const events::v1::Alert& alert = event.alert();
  if (!alert.has_raised_at() || !IsText(alert.rule_id())) return;
  const int rank = PriorityRank(alert.priority());
  const auto [found, fresh] = alerts_.try_emplace({alert.patient_id(), alert.alert_id()});
  AlertRow& row = found->second;
  row.rule_id = alert.rule_id();
  row.technical = alert.technical();
  row.raised_micros = TimeUtil::TimestampToMicroseconds(alert.raised_at());
  row.highest_rank = fresh ? rank : std::min(row.highest_rank, rank);
  if (event.has_raised()) {
    row.raised_rank = rank;
    row.called = !alert.paging_off() && !alert.has_shelved_until();
  }
  if (event.has_resolved()) {
    row.resolved_micros = TimeUtil::TimestampToMicroseconds(event.occurred_at());
    row.outcome = alert.outcome();
  }
  if (event.has_acknowledged()) {
    const int64_t at = TimeUtil::TimestampToMicroseconds(event.occurred_at());
    row.acknowledged_micros = std::min(at, row.acknowledged_micros.value_or(at));
  }
}

void EngagementRows::AddPlan(const events::v1::CarePlanRecorded& recorded) {
  const events::v1::CarePlan& plan = recorded.care_plan();
  const int64_t recorded_at = TimeUtil::TimestampToMicroseconds(recorded.recorded_at());
  const int64_t started = plan.has_monitoring_started_at()
                              ? TimeUtil::TimestampToMicroseconds(plan.monitoring_started_at())
                              : recorded_at;
  Enrolment& row = enrolments_[{plan.patient_id(), started}];
  if (recorded_at < row.recorded_micros) return;
  row = {recorded_at,
         std::nullopt,
         static_cast<int>(plan.discharge().kind()),
         plan.team(),
         absl::StrCat("{", absl::StrJoin(plan.programmes(), ","), "}"),
         plan.medication_offer().offered()};
  if (plan.status() != events::v1::MONITORING_STATUS_ENDED) {
    row.discharge = 0;
    return;
  }
  row.ended_micros = plan.discharge().has_at()
                         ? TimeUtil::TimestampToMicroseconds(plan.discharge().at())
                         : recorded_at;
}

void EngagementRows::RemovePlan(const std::string& patient_id, int64_t at_micros) {
  int64_t& at = removed_.try_emplace(patient_id, at_micros).first->second;
  at = std::max(at, at_micros);
}

void EngagementRows::Write(Transaction& transaction) const {
  WriteEnrolments(transaction);
  WriteFacts(transaction);
  WriteAlerts(transaction);
}

void EngagementRows::WriteEnrolments(Transaction& transaction) const {
  Insert insert("enrolment",
                {{"patient_id", "text"},
                 {"started_micros", "bigint"},
                 {"recorded_micros", "bigint"},
                 {"ended_micros", "bigint"},
                 {"discharge", "smallint"},
                 {"team", "text"},
                 {"programmes", "int[]"},
                 {"medication_offered", "boolean"}},
                "ON CONFLICT (patient_id, started_micros) DO UPDATE SET"
                " recorded_micros = excluded.recorded_micros,"
                " ended_micros = excluded.ended_micros, discharge = excluded.discharge,"
                " team = excluded.team, programmes = excluded.programmes,"
                " medication_offered = excluded.medication_offered"
                " WHERE excluded.recorded_micros >= enrolment.recorded_micros");
  for (const auto& [key, row] : enrolments_) {
    insert.Add({key.first, absl::StrCat(key.second), absl::StrCat(row.recorded_micros),
                Optional(row.ended_micros), absl::StrCat(row.discharge), row.team, row.programmes,
                row.medication_offered ? "true" : "false"});
  }
  insert.Run(transaction);
  for (const auto& [patient, at] : removed_) {
    transaction.Execute(
        "UPDATE enrolment SET ended_micros = $2::bigint, recorded_micros = $2::bigint"
        " WHERE patient_id = $1::text AND ended_micros IS NULL AND recorded_micros <= $2::bigint",
        {patient, absl::StrCat(at)});
  }
}

void EngagementRows::WriteFacts(Transaction& transaction) const {
  Insert insert("check_in_fact",
                {{"patient_id", "text"},
                 {"kind", "text"},
                 {"entry_id", "text"},
                 {"detail", "text"},
                 {"at_micros", "bigint"},
                 {"value", "double precision"}},
                "ON CONFLICT (patient_id, kind, entry_id, detail) DO UPDATE SET"
                " at_micros = excluded.at_micros, value = excluded.value");
  for (const auto& [key, fact] : facts_) {
    const auto& [patient, kind, entry_id, detail] = key;
    insert.Add(
        {patient, kind, entry_id, detail, absl::StrCat(fact.at_micros), absl::StrCat(fact.value)});
  }
  insert.Run(transaction);
}

void EngagementRows::WriteAlerts(Transaction& transaction) const {
  Insert insert("alert_outcome",
                {{"patient_id", "text"},
                 {"alert_id", "text"},
                 {"rule_id", "text"},
                 {"technical", "boolean"},
                 {"raised_micros", "bigint"},
                 {"raised_rank", "smallint"},
                 {"highest_rank", "smallint"},
                 {"acknowledged_micros", "bigint"},
                 {"called", "boolean"},
                 {"resolved_micros", "bigint"},
                 {"outcome", "smallint"}},
                "ON CONFLICT (patient_id, alert_id) DO UPDATE SET"
                " called = alert_outcome.called AND excluded.called,"
                " resolved_micros ="
                " COALESCE(excluded.resolved_micros, alert_outcome.resolved_micros),"
                " outcome = GREATEST(excluded.outcome, alert_outcome.outcome),"
                " raised_rank = COALESCE(alert_outcome.raised_rank, excluded.raised_rank),"
                " highest_rank = LEAST(alert_outcome.highest_rank, excluded.highest_rank),"
                " acknowledged_micros = CASE"
                " WHEN excluded.acknowledged_micros IS NULL THEN alert_outcome.acknowledged_micros"
                " WHEN alert_outcome.acknowledged_micros < excluded.acknowledged_micros"
                " THEN alert_outcome.acknowledged_micros ELSE excluded.acknowledged_micros END");
  for (const auto& [key, row] : alerts_) {
    insert.Add({key.first, key.second, row.rule_id, row.technical ? "true" : "false",
                absl::StrCat(row.raised_micros), Optional(row.raised_rank),
                absl::StrCat(row.highest_rank), Optional(row.acknowledged_micros),
                row.called ? "true" : "false", Optional(row.resolved_micros),
                absl::StrCat(row.outcome)});
  }
  insert.Run(transaction);
}

}  // namespace withdrawal::clinician
