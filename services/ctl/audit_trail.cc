#include "services/ctl/audit_trail.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/json_util.h"
#include "libs/codec/time.h"
#include "libs/kafka/read_topic.h"
#include "services/clinician/database.h"
#include "services/ctl/printable.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::Row;
using events::v1::AuditEvent;
using Place = std::pair<std::string, int64_t>;  // writer and sequence

constexpr size_t kNamedMax = 3;  // people in a line of text
constexpr char kRowsSql[] =
    "SELECT writer, sequence, at_micros, subject, event FROM audit_event"
    " WHERE (writer, sequence) > ($1::text, $2::bigint) AND at_micros >= $3::bigint"
    " ORDER BY writer, sequence LIMIT 5000";
constexpr char kPatientsSql[] =
    "SELECT writer, sequence, patient_id, at_micros FROM audit_patient"
    " WHERE at_micros >= $1::bigint";

std::string SinceValue(absl::Time since) {
  return since == absl::InfinitePast() ? "-9223372036854775808" : clinician::MicrosValue(since);
}

// What audit_patient says of an event, and what it has to say.
using Patients = std::map<Place, std::set<std::string>>;

std::string ContentOf(const Row& row, const std::set<std::string>& patients) {
  AuditEvent event;
  if (!event.ParseFromString(row.Bytes(4))) return "unreadable";
  const std::set<std::string> named(event.patient_ids().begin(), event.patient_ids().end());
  const bool agree = event.writer() == row.Text(0) && event.sequence() == row.Int(1) &&
                     clinician::MicrosValue(codec::FromProto(event.occurred_at())) == row.Text(2) &&
                     event.subject() == row.Text(3) && named == patients;
  return agree ? audit::HashOf(event) : "columns";
}

absl::Status ReadTable(clinician::Connection& connection, absl::Time since, Trail& trail,
                       std::map<int32_t, int64_t>& next, const std::string& topic) {
  return connection.Transact([&](clinician::Transaction& transaction) {
    trail.table.clear();
    next.clear();
    for (const Row& row :
         transaction
             .Execute("SELECT partition, next FROM projection_offset WHERE topic = $1::text",
                      {topic})
             .rows) {
      next[static_cast<int32_t>(row.Int(0))] = row.Int(1);
    }
    Patients patients;
    for (const Row& row : transaction.Execute(kPatientsSql, {SinceValue(since)}).rows) {
      patients[{row.Text(0), row.Int(1)}].insert(row.Text(2));
    }
    Place last{"", 0};
    while (true) {
      const auto page =
          transaction.Execute(kRowsSql, {last.first, absl::StrCat(last.second), SinceValue(since)});
      if (page.rows.empty()) return absl::OkStatus();
      for (const Row& row : page.rows) {
        last = {row.Text(0), row.Int(1)};
        trail.table[last.first][last.second] = ContentOf(row, patients[last]);
      }
    }
  });
}

absl::Status ReadTopic(const TrailPlaces& places, const std::map<int32_t, int64_t>& next,
                       Trail& trail) {
  return kafka::ReadTopic(
      places.kafka, places.topic, places.since, [&](const kafka::OwnedRecord& record) {
        AuditEvent event;
        if (!event.ParseFromString(record.value) || record.key != event.writer()) {
          trail.unreadable.push_back(
              absl::StrCat(record.topic, " ", record.partition, ":", record.offset));
          return true;
        }
        if (codec::FromProto(event.occurred_at()) < places.since) return true;
        ++trail.events;
        const audit::Link link = audit::LinkOf(event);
        trail.links[event.writer()].push_back(link);
        const auto own = next.find(record.partition);
        const bool due = own != next.end() && record.offset < own->second;
        if (!due && !trail.table[event.writer()].contains(link.sequence)) {
          ++trail.unread;
        } else {
          trail.topic[event.writer()].try_emplace(link.sequence, link.content_hash);
        }
        return true;
      });
}

std::string ActionText(events::v1::AuditAction action) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(events::v1::AuditAction_Name(action),
                                                   {{"AUDIT_ACTION_", ""}, {"_", "-"}}));
}

std::string PatientsText(const AuditEvent& event) {
  const auto& ids = event.patient_ids();
  const size_t shown = std::min<size_t>(ids.size(), kNamedMax);
  std::string text = absl::StrJoin(ids.begin(), ids.begin() + static_cast<int>(shown), " ");
  if (shown < static_cast<size_t>(ids.size())) {
    absl::StrAppend(&text, " and ", ids.size() - static_cast<int>(shown), " more");
  }
  return text;
}

}  // namespace

std::string AuditJson(const AuditEvent& event) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(event, &json, options);
  return status.ok() ? json : "{}";
}

std::string AuditText(const std::vector<AuditEvent>& events) {
  if (events.empty()) return "no audit events\n";
  Table table({"AT", "WHO", "ROLE", "DID", "CALL", "WHOSE", "OUTCOME", "WHY"});
  for (const AuditEvent& event : events) {
    const std::string call = event.rpc().substr(event.rpc().rfind('.') + 1);
    const std::string why = event.break_glass() ? "break-glass: " + event.reason() : event.reason();
    table.Add({LocalTimeText(codec::FromProto(event.occurred_at())), event.subject(), event.role(),
               ActionText(event.action()), call, PatientsText(event), event.outcome(), why});
  }
  return table.Text();
}

absl::StatusOr<Trail> ReadTrail(const TrailPlaces& places) {
  Trail trail;
  std::map<int32_t, int64_t> next;
  clinician::Connection connection(places.database_url);
  // The table first: what it has, the topic has had before.
  absl::Status status = ReadTable(connection, places.since, trail, next, places.topic);
  if (status.ok()) status = ReadTopic(places, next, trail);
  if (!status.ok()) return status;
  return trail;
}

Verdict Judge(const Trail& trail, bool whole) {
  std::set<std::string> writers;
  for (const auto& [writer, links] : trail.links) writers.insert(writer);
  for (const auto& [writer, rows] : trail.table) writers.insert(writer);
  Verdict verdict;
  for (const std::string& place : trail.unreadable) {
    verdict.lines.push_back(place + ": not an audit event");
  }
  const auto of = [](const auto& map, const std::string& writer) {
    const auto found = map.find(writer);
    using Found = std::decay_t<decltype(found->second)>;
    return found == map.end() ? Found() : found->second;
  };
  for (const std::string& writer : writers) {
    auto findings = audit::Verify(writer, of(trail.links, writer), whole);
    const auto compared = audit::Compare(writer, of(trail.topic, writer), of(trail.table, writer));
    findings.insert(findings.end(), compared.begin(), compared.end());
    std::sort(findings.begin(), findings.end());
    for (const audit::Finding& finding : findings) {
      verdict.lines.push_back(absl::StrCat(Printable(finding.writer), " ", finding.sequence, ": ",
                                           audit::WordsOf(finding.fault)));
    }
  }
  verdict.sound = verdict.lines.empty();
  verdict.lines.push_back(absl::StrCat(
      trail.events, " events of ", writers.size(), " processes",
      trail.unread > 0 ? absl::StrCat(", ", trail.unread, " not yet in the table") : "", ": ",
      verdict.sound ? "nothing is altered, missing or forged"
                    : absl::StrCat(verdict.lines.size(), " faults")));
  return verdict;
}

}  // namespace withdrawal::ctl
