#include "services/notifier/news.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::notifier {
namespace {

constexpr char kActor[] = "notifier";
constexpr char kFirstRole[] = "primary";
constexpr char kWorklist[] = "worklist";

using events::v1::AlertEvent;

Priority ToPriority(events::v1::Priority priority) {
  if (priority == events::v1::PRIORITY_EMERGENCY) return Priority::kEmergency;
  return priority == events::v1::PRIORITY_URGENT ? Priority::kUrgent : Priority::kRoutine;
}

// Alerts older than their field `target` say whom only when they climb. What is urgent and stands
// on the worklist alone is somebody's all the same.
std::string TargetOf(const AlertEvent& event) {
  std::string target = event.alert().target();
  if (target.empty()) target = event.escalated().target();
  return target.empty() || target == kWorklist ? kFirstRole : target;
}

}  // namespace

absl::StatusOr<AlertNews> Decode(const std::string& value) {
  AlertEvent event;
  if (!event.ParseFromString(value) || !event.has_alert()) {
    return absl::InvalidArgumentError("not an AlertEvent with an alert");
  }
  if (event.kind_case() == AlertEvent::KIND_NOT_SET && !event.reader_may_ignore()) {
    return absl::FailedPreconditionError(
        absl::StrCat("alert event ", event.event_id(), " is of a kind this version does not know"));
  }
  const auto& alert = event.alert();
  AlertNews news;
  news.event_id = event.event_id();
  news.alert_id = alert.alert_id();
  news.patient_id = alert.patient_id();
  news.priority = ToPriority(alert.priority());
  news.team = alert.team();
  news.raised = event.has_raised();
  news.escalated = event.has_escalated();
  news.calls = event.has_raised() || event.has_escalated() || event.has_unshelved() ||
               event.has_transferred();
  news.settled = event.has_acknowledged() || event.has_resolved() || event.has_shelved();
  news.shelved = alert.has_shelved_until();
  news.open = alert.state() == events::v1::ALERT_STATE_OPEN;
  news.paging_off = alert.paging_off();
  news.rung = alert.rung();
  news.target = TargetOf(event);
  news.occurred_at = codec::FromProto(event.occurred_at());
  return news;
}

events::v1::AlertCommand CommandOf(const Report& report) {
  events::v1::AlertCommand command;
  command.set_command_id(absl::StrCat(report.page_id, "/", static_cast<int>(report.fate)));
  command.set_patient_id(report.page.patient_id);
  command.set_alert_id(report.page.alert_id);
  command.set_actor(kActor);
  *command.mutable_issued_at() = codec::ToProto(report.at);
  auto* message = command.mutable_report_page()->mutable_report();
  message->set_page_id(report.page_id);
  message->set_rung(report.page.rung);
  message->set_target(report.page.target);
  message->set_outcome(static_cast<events::v1::PageOutcome>(report.fate));  // the same numbers
  message->set_recipient(report.recipient);
  if (report.channel) message->set_channel(ChannelName(*report.channel));
  message->set_reason(report.reason);
  *message->mutable_at() = codec::ToProto(report.at);
  return command;
}

events::v1::DisclosureRecorded DisclosureOf(const Report& report, const Notice& notice) {
  events::v1::DisclosureRecorded disclosure;
  disclosure.set_disclosure_id(report.page_id);
  disclosure.set_patient_id(report.page.patient_id);
  *disclosure.mutable_occurred_at() = codec::ToProto(report.at);
  disclosure.set_basis(events::v1::DISCLOSURE_BASIS_CONSENT);
  disclosure.set_consent_id(report.told_by->consent_id);
  disclosure.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  disclosure.mutable_recipient()->set_id(report.page.contact_id);
  disclosure.add_information(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  disclosure.set_purpose(report.told_by->purpose);
  disclosure.set_notice(notice.version);
  disclosure.set_alert_id(report.page.alert_id);
  if (report.channel) disclosure.set_channel(ChannelName(*report.channel));
  disclosure.set_actor(kActor);
  return disclosure;
}

}  // namespace withdrawal::notifier
