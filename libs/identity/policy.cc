#include "libs/identity/policy.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace withdrawal::identity {
namespace {

constexpr Reach kNo = Reach::kNever;
constexpr Reach kSelf = Reach::kSelf;
constexpr Reach kTeams = Reach::kTeams;
constexpr Reach kAny = Reach::kAny;

// In the order of Role: patient, device, clinician, supervisor, privacy officer, service.
using Reaches = std::array<Reach, kRoleCount>;
constexpr Reaches kCare = {kNo, kNo, kTeams, kTeams, kNo, kNo};
constexpr Reaches kStaff = {kNo, kNo, kAny, kAny, kAny, kNo};  // about nobody
constexpr Reaches kCareAndPrivacy = {kNo, kNo, kTeams, kTeams, kAny, kNo};
constexpr Reaches kAuditors = {kNo, kNo, kNo, kTeams, kAny, kNo};
constexpr Reaches kOwnRecord = {kSelf, kNo, kNo, kNo, kNo, kNo};
constexpr Reaches kSenders = {kSelf, kSelf, kTeams, kTeams, kNo, kAny};

#define CLINICIAN "withdrawal.clinician.v1.ClinicianService/"
#define PRIVACY "withdrawal.clinician.v1.PrivacyService/"
#define PATIENT "withdrawal.patient.v1.PatientService/"
#define INGEST "withdrawal.ingest.v1.IngestService/"

Row Read(std::string_view rpc, const Reaches& reach, std::vector<std::string_view> about = {}) {
  Row row;
  row.rpc = rpc;
  row.reach = reach;
  row.about = std::move(about);
  return row;
}

Row Write(std::string_view rpc, const Reaches& reach, std::vector<std::string_view> about) {
  Row row = Read(rpc, reach, std::move(about));
  row.action = Action::kWrite;
  return row;
}

Row List(std::string_view rpc, std::vector<std::string_view> about) {
  Row row = Read(rpc, kCare, std::move(about));
  row.is_list = true;
  return row;
}

Row Watch(std::string_view rpc) {
  Row row = List(rpc, {"patient_id", "team"});
  row.action = Action::kWatch;
  return row;
}

// Not by break-glass.
Row Own(Row row) {
  row.opens = false;
  return row;
}

Row TakesOn(Row row, std::string_view new_team = "") {
  row.takes_on = true;
  row.new_team = new_team;
  return row;
}

std::vector<Row> MakePolicy() {
  return {
      List(CLINICIAN "ListPatients", {"team"}),
      List(CLINICIAN "ListAlerts", {"patient_id", "team"}),
      Watch(CLINICIAN "WatchAlerts"),
      Watch(CLINICIAN "WatchPatients"),
      Read(CLINICIAN "GetPatient", kCare, {"patient_id"}),
      Read(CLINICIAN "GetTimeline", kCare, {"patient_id"}),
      Read(CLINICIAN "GetAlert", kCare, {"alert_id"}),
      Read(CLINICIAN "GetIntake", kCare, {"patient_id"}),
      Read(CLINICIAN "GetCarePlanHistory", kCare, {"patient_id"}),
      TakesOn(Read(CLINICIAN "ReviewCarePlan", kCare, {"care_plan.patient_id"})),
      TakesOn(Read(CLINICIAN "ProposeCarePlan", kCare, {"care_plan.patient_id"})),
      Read(CLINICIAN "GetAlarmStatistics", kCare, {"team"}),
      Read(CLINICIAN "GetOutcomes", kStaff),
      Read(CLINICIAN "GetCatalogue", kStaff),

      Write(CLINICIAN "AcknowledgeAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "ResolveAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "ShelveAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "UnshelveAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "ReportFailedCall", kCare, {"alert_id"}),
      Write(CLINICIAN "ReassignAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "CommentAlert", kCare, {"alert_id"}),
      Write(CLINICIAN "RequestCheckIn", kCare, {"patient_id"}),
      Own(TakesOn(Write(CLINICIAN "RecordIntake", kCare, {"patient_id"}))),
      Own(TakesOn(Write(CLINICIAN "PutCarePlan", kCare, {"care_plan.patient_id"}),
                  "care_plan.team")),
      Own(Write(CLINICIAN "PausePatient", kCare, {"patient_id"})),
      Own(Write(CLINICIAN "ResumePatient", kCare, {"patient_id"})),
      Own(Write(CLINICIAN "TransferPatient", kCare, {"patient_id"})),
      Own(Write(CLINICIAN "DischargePatient", kCare, {"patient_id"})),
      Own(Write(CLINICIAN "MergePatient", kCare, {"patient_id", "into_patient_id"})),

      Own(Write(PRIVACY "RecordConsent", kCare, {"consent.patient_id"})),
      Own(Write(PRIVACY "RevokeConsent", kCareAndPrivacy, {"patient_id"})),
      Own(Write(PRIVACY "RecordRestriction", kCareAndPrivacy, {"patient_id"})),
      Write(PRIVACY "RecordEmergencyDisclosure", kCare, {"patient_id"}),
      Read(PRIVACY "ListConsents", kCareAndPrivacy, {"patient_id"}),
      Read(PRIVACY "ListDisclosures", kCareAndPrivacy, {"patient_id"}),
      Read(PRIVACY "ListAuditEvents", kAuditors, {"patient_id"}),

      Read(PATIENT "GetMyPlan", kOwnRecord),
      Read(PATIENT "GetMyDue", kOwnRecord),
      Read(PATIENT "ListMyHistory", kOwnRecord),
      Read(PATIENT "GetEmergencyText", kOwnRecord),
      Read(PATIENT "GetMyConsents", kOwnRecord),

      Write(INGEST "SubmitCheckIn", kSenders, {"check_in.patient_id"}),
      Own(Write(INGEST "SubmitCheckIns", kSenders, {"check_in.patient_id"})),
  };
}

using Methods = absl::flat_hash_map<const google::protobuf::Descriptor*, const Row*>;

Methods MakeMethods() {
  Methods methods;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const Row& row : Policy()) {
    std::string name(row.rpc);
    name[name.rfind('/')] = '.';
    if (const auto* method = pool->FindMethodByName(name)) methods[method->input_type()] = &row;
  }
  return methods;
}

}  // namespace

const std::vector<Row>& Policy() {
  static const auto* const kPolicy = new std::vector<Row>(MakePolicy());
  return *kPolicy;
}

const Row* FindRow(std::string_view rpc) {
  for (const Row& row : Policy()) {
    if (row.rpc == rpc) return &row;
  }
  return nullptr;
}

const Row* FindRowOf(const google::protobuf::Descriptor& request) {
  static const auto* const kMethods = new Methods(MakeMethods());
  const auto found = kMethods->find(&request);
  return found == kMethods->end() ? nullptr : found->second;
}

std::string RpcName(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

absl::Status CheckCovered(const std::vector<std::string>& services) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const std::string& name : services) {
    if (absl::StartsWith(name, "grpc.")) continue;
    const auto* service = pool->FindServiceByName(name);
    if (service == nullptr) {
      return absl::FailedPreconditionError(absl::StrCat("nothing is known of service ", name));
    }
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string rpc = RpcName(*service->method(i));
      if (FindRow(rpc) != nullptr) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("the policy (libs/identity/policy.cc) has no row for ", rpc));
    }
  }
  return absl::OkStatus();
}

std::string_view RoleName(Role role) {
  constexpr std::array<std::string_view, kRoleCount> kNames = {
      "patient", "device", "clinician", "supervisor", "privacy-officer", "service"};
  return kNames[static_cast<size_t>(role)];
}

}  // namespace withdrawal::identity
