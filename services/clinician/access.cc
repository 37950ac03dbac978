#include "services/clinician/access.h"

#include <algorithm>

#include "libs/identity/fields.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using identity::Admitted;
using identity::Reach;

constexpr char kTeamSql[] =
    "SELECT team, care_plan IS NULL, etag FROM patient WHERE patient_id = $1::text";

constexpr size_t kIdMax = 256;  // of alerts, the longest

// Whose a person is.
enum class Owner { kOwnTeam, kOtherTeam, kNobody, kUnknown };

absl::StatusOr<Owner> OwnerOf(const QueryContext& query, const Belonging& belonging,
                              const identity::Caller& caller, const std::string& patient_id) {
  const auto row = query.connection.ReadRow(kTeamSql, {patient_id}, query.timeout);
  if (!row.ok()) return row.status();
  const auto newer = belonging.newer_team(patient_id, *row ? (*row)->Text(2) : "");
  if (newer) return caller.IsOfTeam(*newer) ? Owner::kOwnTeam : Owner::kOtherTeam;
  if (!*row) return Owner::kUnknown;
  const std::string& team = (*row)->Text(0);
  if (team.empty() || (*row)->Text(1) == "t") return Owner::kNobody;
  return caller.IsOfTeam(team) ? Owner::kOwnTeam : Owner::kOtherTeam;
}

// Empty = no such alert.
absl::StatusOr<std::string> PatientOf(const QueryContext& query, const AlertRing& ring,
                                      const std::string& alert_id) {
  const auto row = query.connection.ReadRow(
      "SELECT patient_id FROM alert WHERE alert_id = $1::text", {alert_id}, query.timeout);
  if (!row.ok()) return row.status();
  if (*row) return (*row)->Text(0);
  const auto alert = ring.Find(alert_id);
  return alert ? alert->patient_id() : "";
}

class Check {
 public:
  Check(const QueryContext* query, const AlertRing& ring, const Belonging& belonging,
        const Admitted& admitted, const Message& request, Access& access)
      : query_(query),
        ring_(ring),
        belonging_(belonging),
        admitted_(admitted),
        request_(request),
        access_(access) {}

  grpc::Status Run() {
    if (admitted_.reach == Reach::kSelf) {
      access_.patient_ids = {admitted_.caller.patient_id};
      return grpc::Status::OK;
    }
    bool named = false;  // one person; else a list is narrowed
    for (const std::string_view field : admitted_.row->about) {
      const std::string value = identity::TextOf(request_, field);
      if (value.empty()) {
        if (MayBeEmpty()) continue;
        return rpc::InvalidFields({{std::string(field), "REQUIRED", "whom it is about"}});
      }
      named = named || identity::LastWord(field) != "team";
      if (grpc::Status status = Judge(field, value); !status.ok()) return status;
    }
    // A person's alerts of before are the new team's too; what a watch shows is of now.
    const bool narrow =
        !named || (admitted_.row->action == identity::Action::kWatch && !access_.break_glass);
    if (admitted_.row->is_list && admitted_.reach == Reach::kTeams && narrow) {
      access_.teams = admitted_.caller.teams;
      if (belonging_.tables_current()) access_.teams->push_back("");
    }
    return grpc::Status::OK;
  }

 private:
  bool MayBeEmpty() const {
    return admitted_.reach == Reach::kAny || admitted_.row->is_list || admitted_.row->takes_on;
  }

  grpc::Status Judge(std::string_view field, const std::string& value) {
    const std::string_view word = identity::LastWord(field);
    if (word == "team") {
      const bool own = admitted_.reach == Reach::kAny || admitted_.caller.IsOfTeam(value);
      return own ? grpc::Status::OK : identity::NotYourTeam();
    }
    // Nobody has such an id: the work says what is wrong with it.
    if (!IsId(value, kIdMax)) {
      return admitted_.reach == Reach::kAny ? grpc::Status::OK : BreakGlass();
    }
    std::string patient_id = value;
    if (word == "alert_id") {
      access_.alert_id = value;
      auto patient = PatientOf(*query_, ring_, value);
      if (!patient.ok()) return rpc::FromAbsl(patient.status());
      patient_id = *std::move(patient);
    }
    if (!patient_id.empty()) access_.patient_ids.push_back(patient_id);
    if (admitted_.reach == Reach::kAny) return grpc::Status::OK;
    return JudgePatient(patient_id, word == "alert_id");
  }

  grpc::Status JudgePatient(const std::string& patient_id, bool has_alert) {
    if (patient_id.empty()) return BreakGlass();
    const auto owner = OwnerOf(*query_, belonging_, admitted_.caller, patient_id);
    if (!owner.ok()) return rpc::FromAbsl(owner.status());
    if (*owner == Owner::kOwnTeam) return grpc::Status::OK;
    const bool unclaimed = *owner == Owner::kNobody ||
                           (*owner == Owner::kUnknown && (has_alert || admitted_.row->takes_on));
    if (!unclaimed) return BreakGlass();
    if (!belonging_.tables_current()) {
      return rpc::Unavailable("TEAM_NOT_KNOWN_YET",
                              "whose person this is is not known yet: try again");
    }
    return JudgeNewTeam();
  }

  // Whoever takes somebody on does so for an own team.
  grpc::Status JudgeNewTeam() {
    if (admitted_.row->new_team.empty()) return grpc::Status::OK;
    const std::string team = identity::TextOf(request_, admitted_.row->new_team);
    return admitted_.caller.IsOfTeam(team) ? grpc::Status::OK : identity::NotYourTeam();
  }

  grpc::Status BreakGlass() {
    if (admitted_.break_glass_reason.empty()) return identity::NotYourTeam();
    access_.break_glass = true;
    return grpc::Status::OK;
  }

  const QueryContext* query_;
  const AlertRing& ring_;
  const Belonging& belonging_;
  const Admitted& admitted_;
  const Message& request_;
  Access& access_;
};

void AddIds(const Message& message, std::vector<std::string>& ids) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  if (const auto* one = descriptor->FindFieldByName("patient_id");
      one != nullptr && one->type() == FieldDescriptor::TYPE_STRING && !one->is_repeated()) {
    ids.push_back(reflection->GetString(message, one));
  }
  if (const auto* many = descriptor->FindFieldByName("patient_ids");
      many != nullptr && many->type() == FieldDescriptor::TYPE_STRING && many->is_repeated()) {
    for (int i = 0; i < reflection->FieldSize(message, many); ++i) {
      ids.push_back(reflection->GetRepeatedString(message, many, i));
    }
  }
}

}  // namespace

bool NeedsTables(const Admitted& admitted, const Message& request) {
  if (admitted.reach == Reach::kSelf) return false;
  const auto& about = admitted.row->about;
  return std::any_of(about.begin(), about.end(), [&](std::string_view field) {
    return identity::LastWord(field) != "team" && !identity::TextOf(request, field).empty();
  });
}

grpc::Status CheckAccess(const QueryContext* query, const AlertRing& ring,
                         const Belonging& belonging, const Admitted& admitted,
                         const Message& request, Access& access) {
  return Check(query, ring, belonging, admitted, request, access).Run();
}

std::vector<std::string> PatientsShown(const Message& response) {
  std::vector<std::string> ids;
  const auto* descriptor = response.GetDescriptor();
  const auto* reflection = response.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (!field->is_repeated() || field->message_type() == nullptr) continue;
    for (int n = 0; n < reflection->FieldSize(response, field); ++n) {
      AddIds(reflection->GetRepeatedMessage(response, field, n), ids);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (!ids.empty() && ids.front().empty()) ids.erase(ids.begin());
  return ids;
}

}  // namespace withdrawal::clinician
