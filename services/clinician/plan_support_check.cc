#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/plan_field_checks.h"

namespace withdrawal::clinician {
namespace {

constexpr int kSessionsMax = 16;
constexpr int kGoalsMax = 32;
constexpr int kContactsMax = 8;
constexpr int kPerWeekMax = 21;
constexpr int kMinutesMax = 24 * 60;
constexpr size_t kGoalTextMax = 500;

void CheckSession(const std::string& field, const events::v1::SessionPlan& session,
                  FieldChecks& checks) {
  checks.Id(field + ".session_type", session.session_type(), 64, true);
  if (session.per_week() < 1 || session.per_week() > kPerWeekMax) {
    checks.Add(field + ".per_week", "OUT_OF_RANGE", absl::StrCat("1 to ", kPerWeekMax));
  }
  if (session.minutes_each() < 1 || session.minutes_each() > kMinutesMax) {
    checks.Add(field + ".minutes_each", "OUT_OF_RANGE", absl::StrCat("1 to ", kMinutesMax));
  }
  checks.OptionalTime(field + ".from", session.has_from(), session.from(), kPlannedMax);
}

void CheckGoal(const std::string& field, const events::v1::Goal& goal, FieldChecks& checks) {
  checks.Id(field + ".goal_id", goal.goal_id(), 64, true);
  // Characters, not bytes: continuation bytes of UTF-8 do not count.
  const auto characters = std::count_if(goal.text().begin(), goal.text().end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  if (goal.text().empty() || static_cast<size_t>(characters) > kGoalTextMax) {
    checks.Add(field + ".text", "OUT_OF_RANGE", absl::StrCat("1 to ", kGoalTextMax, " characters"));
  }
  if (!events::v1::GoalStatus_IsValid(goal.status()) ||
      goal.status() == events::v1::GOAL_STATUS_UNSPECIFIED) {
    checks.Add(field + ".status", "REQUIRED", "ACTIVE, REACHED or DROPPED");
  }
  checks.OptionalTime(field + ".set_at", goal.has_set_at(), goal.set_at(), kClockSkewMax);
}

void CheckConsent(const std::string& field, const events::v1::SupportContact& contact,
                  FieldChecks& checks) {
  std::set<int> seen;
  for (int i = 0; i < contact.consented_to_size(); ++i) {
    const int scope = contact.consented_to(i);
    const std::string path = absl::StrCat(field, ".consented_to[", i, "]");
    if (!events::v1::ContactScope_IsValid(scope) || scope == 0) {
      checks.Add(path, "UNKNOWN_VALUE", "no scope of this API");
    } else if (!seen.insert(scope).second) {
      checks.Add(path, "DUPLICATE", "named before");
    }
  }
  if (contact.consented_to_size() > 0) {
    if (!contact.has_consent_signed_at()) {
      checks.Add(field + ".consent_signed_at", "CONSENT_NOT_SIGNED",
                 "nobody is told anything without a signed consent");
    }
    if (!contact.has_consent_expires_at()) {
      checks.Add(field + ".consent_expires_at", "REQUIRED", "a consent names its end");
    }
  }
  if (contact.has_consent_expires_at() && contact.has_consent_signed_at() &&
      codec::FromProto(contact.consent_expires_at()) <=
          codec::FromProto(contact.consent_signed_at())) {
    checks.Add(field + ".consent_expires_at", "NOT_AFTER_SIGNED", "after it was signed");
  }
}

void CheckContact(const std::string& field, const events::v1::SupportContact& contact,
                  FieldChecks& checks) {
  checks.Id(field + ".contact_id", contact.contact_id(), 64, true);
  checks.Id(field + ".relation", contact.relation(), 64, true);
  CheckConsent(field, contact, checks);
  checks.OptionalTime(field + ".consent_signed_at", contact.has_consent_signed_at(),
                      contact.consent_signed_at(), kClockSkewMax);
  checks.OptionalTime(field + ".consent_expires_at", contact.has_consent_expires_at(),
                      contact.consent_expires_at(), absl::Hours(24 * 3660));
  checks.OptionalTime(field + ".consent_revoked_at", contact.has_consent_revoked_at(),
                      contact.consent_revoked_at(), kClockSkewMax);
  checks.OptionalTime(field + ".last_contact_at", contact.has_last_contact_at(),
                      contact.last_contact_at(), kClockSkewMax);
}

}  // namespace

void CheckSupport(const events::v1::CarePlan& plan, FieldChecks& checks) {
  checks.Count("sessions", plan.sessions_size(), kSessionsMax);
  for (int i = 0; i < plan.sessions_size(); ++i) {
    CheckSession(absl::StrCat("sessions[", i, "]"), plan.sessions(i), checks);
  }
  checks.Count("goals", plan.goals_size(), kGoalsMax);
  std::set<std::string> seen;
  for (int i = 0; i < plan.goals_size(); ++i) {
    const std::string field = absl::StrCat("goals[", i, "]");
    CheckGoal(field, plan.goals(i), checks);
    if (!seen.insert(plan.goals(i).goal_id()).second) {
      checks.Add(field + ".goal_id", "DUPLICATE", "must be unique in the plan");
    }
  }
  checks.Count("support_contacts", plan.support_contacts_size(), kContactsMax);
  seen.clear();
  for (int i = 0; i < plan.support_contacts_size(); ++i) {
    const std::string field = absl::StrCat("support_contacts[", i, "]");
    CheckContact(field, plan.support_contacts(i), checks);
    if (!seen.insert(plan.support_contacts(i).contact_id()).second) {
      checks.Add(field + ".contact_id", "DUPLICATE", "must be unique in the plan");
    }
  }
}

}  // namespace withdrawal::clinician
