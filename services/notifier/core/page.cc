#include "services/notifier/core/page.h"

namespace withdrawal::notifier {
namespace {

std::string TextFor(const AlertNews& news) {
  std::string text = news.priority == Priority::kEmergency
                         ? "Emergency: someone in your care needs help now."
                         : "Urgent: someone in your care needs to be seen soon.";
  if (news.rung > 0) text += " Nobody has answered yet.";
  return text + " Open the worklist and acknowledge.";
}

}  // namespace

std::optional<Page> PageFor(const AlertNews& news, domain::Instant now) {
  const bool calls = news.calls && news.open && !news.shelved && !news.paging_off &&
                     news.priority != Priority::kRoutine && now - news.occurred_at <= kPageAgeMax;
  if (!calls) return std::nullopt;
  return Page{news.event_id, news.alert_id, news.patient_id, news.priority,
              news.rung,     news.target,   TextFor(news),   news.occurred_at};
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
