#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan_parts.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

absl::Status ReadSession(const events::v1::SessionPlan& message, const std::string& path,
                         domain::CarePlan& plan) {
  domain::SessionPlan session;
  session.session_type = message.session_type();
  if (session.session_type.empty()) return InvalidField(path + ".session_type", "empty");
  session.per_week = message.per_week();
  session.minutes_each = message.minutes_each();
  if (session.per_week < 1) return InvalidField(path + ".per_week", "must be positive");
  if (session.minutes_each < 1) return InvalidField(path + ".minutes_each", "must be positive");
  absl::Status status = ReadTime(message.has_from(), message.from(), path + ".from", session.from);
  if (status.ok()) plan.sessions.push_back(std::move(session));
  return status;
}

absl::Status ReadGoal(const events::v1::Goal& message, const std::string& path,
                      domain::CarePlan& plan) {
  domain::Goal goal;
  goal.goal_id = message.goal_id();
  if (goal.goal_id.empty()) return InvalidField(path + ".goal_id", "empty");
  goal.text = message.text();
  if (message.status() == 0 || !events::v1::GoalStatus_IsValid(message.status())) {
    return InvalidField(path + ".status", "unspecified or unknown");
  }
  goal.status = EnumFromNumber<domain::GoalStatus>(message.status());
  absl::Status status =
      ReadTime(message.has_set_at(), message.set_at(), path + ".set_at", goal.set_at);
  if (status.ok()) plan.goals.push_back(std::move(goal));
  return status;
}

absl::Status ReadContact(const events::v1::SupportContact& message, const std::string& path,
                         domain::CarePlan& plan) {
  domain::SupportContact contact;
  contact.contact_id = message.contact_id();
  if (contact.contact_id.empty()) return InvalidField(path + ".contact_id", "empty");
  contact.relation = message.relation();
  for (const int scope : message.consented_to()) {
    if (scope == 0 || !events::v1::ContactScope_IsValid(scope)) {
      return InvalidField(path + ".consented_to", "unspecified or unknown");
    }
    contact.consented_to.push_back(EnumFromNumber<domain::ContactScope>(scope));
  }
  absl::Status status = ReadTime(message.has_consent_signed_at(), message.consent_signed_at(),
                                 path + ".consent_signed_at", contact.consent_signed_at);
  status.Update(ReadTime(message.has_consent_expires_at(), message.consent_expires_at(),
                         path + ".consent_expires_at", contact.consent_expires_at));
  status.Update(ReadTime(message.has_consent_revoked_at(), message.consent_revoked_at(),
                         path + ".consent_revoked_at", contact.consent_revoked_at));
  status.Update(ReadTime(message.has_last_contact_at(), message.last_contact_at(),
                         path + ".last_contact_at", contact.last_contact_at));
  if (status.ok()) plan.support_contacts.push_back(std::move(contact));
  return status;
}

void WriteContact(const domain::SupportContact& contact, events::v1::SupportContact& message) {
  message.set_contact_id(contact.contact_id);
  message.set_relation(contact.relation);
  for (const auto scope : contact.consented_to) {
    message.add_consented_to(static_cast<events::v1::ContactScope>(EnumToNumber(scope)));
  }
  if (contact.consent_signed_at) {
    *message.mutable_consent_signed_at() = ToProto(*contact.consent_signed_at);
  }
  if (contact.consent_expires_at) {
    *message.mutable_consent_expires_at() = ToProto(*contact.consent_expires_at);
  }
  if (contact.consent_revoked_at) {
    *message.mutable_consent_revoked_at() = ToProto(*contact.consent_revoked_at);
  }
  if (contact.last_contact_at) {
    *message.mutable_last_contact_at() = ToProto(*contact.last_contact_at);
  }
}

template <typename Messages, typename Read>
absl::Status ReadEach(const Messages& messages, const char* field, Read read,
                      domain::CarePlan& plan) {
  for (int i = 0; i < messages.size(); ++i) {
    const auto status = read(messages[i], absl::StrCat(field, "[", i, "]"), plan);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadSupport(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  absl::Status status = ReadEach(message.sessions(), "sessions", ReadSession, plan);
  status.Update(ReadEach(message.goals(), "goals", ReadGoal, plan));
  status.Update(ReadEach(message.support_contacts(), "support_contacts", ReadContact, plan));
  return status;
}

void WriteSupport(const domain::CarePlan& plan, events::v1::CarePlan& message) {
  for (const auto& session : plan.sessions) {
    auto* added = message.add_sessions();
    added->set_session_type(session.session_type);
    added->set_per_week(session.per_week);
    added->set_minutes_each(session.minutes_each);
    if (session.from) *added->mutable_from() = ToProto(*session.from);
  }
  for (const auto& goal : plan.goals) {
    auto* added = message.add_goals();
    added->set_goal_id(goal.goal_id);
    added->set_text(goal.text);
    added->set_status(static_cast<events::v1::GoalStatus>(EnumToNumber(goal.status)));
    if (goal.set_at) *added->mutable_set_at() = ToProto(*goal.set_at);
  }
  for (const auto& contact : plan.support_contacts) {
    WriteContact(contact, *message.add_support_contacts());
  }
}

}  // namespace withdrawal::codec
