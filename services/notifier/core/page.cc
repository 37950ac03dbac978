#include "services/notifier/core/page.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace withdrawal::notifier {
namespace {

std::string TextForClinicians(const AlertNews& news) {
  std::string text = news.priority == Priority::kEmergency
                         ? "Emergency: someone in your care needs help now."
                         : "Urgent: someone in your care needs to be seen soon.";
  if (news.rung > 0) text += " Nobody has answered yet.";
  return text + " Open the worklist and acknowledge.";
}

std::string TextFor(const AlertNews& news, Audience audience) {
  switch (audience) {
    case Audience::kClinicians:
      return TextForClinicians(news);
    case Audience::kPatient:
      return news.target == kSecondChannelTarget
                 ? "We have still not heard from you. Please send your check-in, or call your team."
                 : "Your check-in has not arrived. Please send it when you can.";
    case Audience::kSupportContact:
      return "Someone who named you as a contact has not checked in as agreed. Please see whether "
             "they are all right, and ask them to get in touch.";
  }
  return "";
}

Audience AudienceOf(const std::string& target) {
  if (target == kPatientTarget || target == kSecondChannelTarget) return Audience::kPatient;
  if (absl::StartsWith(target, kSupportContactPrefix)) return Audience::kSupportContact;
  return Audience::kClinicians;
}

// What a changed team or the end of a shelf says anew is for clinicians.
bool Calls(const AlertNews& news, Audience audience, domain::Instant now) {
  if (!news.calls || !news.open || news.shelved || news.paging_off) return false;
  const domain::Duration age = now - news.occurred_at;
  if (audience == Audience::kClinicians) {
    return news.priority != Priority::kRoutine && age <= kPageAgeMax;
  }
  return (news.raised || news.escalated) && age <= kMessageAgeMax;
}

}  // namespace

std::optional<Page> PageFor(const AlertNews& news, domain::Instant now) {
  const Audience audience = AudienceOf(news.target);
  if (!Calls(news, audience, now)) return std::nullopt;
  Page page;
  page.event_id = news.event_id;
  page.alert_id = news.alert_id;
  page.patient_id = news.patient_id;
  page.priority = news.priority;
  page.rung = news.rung;
  page.target = news.target;
  page.text = TextFor(news, audience);
  page.occurred_at = news.occurred_at;
  page.team = news.team;
  page.audience = audience;
  if (audience == Audience::kSupportContact) {
    page.contact_id = std::string(absl::StripPrefix(news.target, kSupportContactPrefix));
  }
  return page;
}

std::string PriorityName(Priority priority) {
  switch (priority) {
    case Priority::kRoutine:
      return "ROUTINE";
    case Priority::kUrgent:
      return "URGENT";
    case Priority::kEmergency:
      return "EMERGENCY";
  }
  return "";
}

}  // namespace withdrawal::notifier
