#include "services/notifier/consents.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "libs/kafka/read_topic.h"
#include "libs/runtime/log.h"
#include "withdrawal/events/v1/consent.pb.h"

namespace withdrawal::notifier {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);
constexpr absl::Duration kAskMax = absl::Seconds(5);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
constexpr size_t kRecordsMax = 1000;

using events::v1::ConsentEvent;

bool AboutMissedCheckIns(const google::protobuf::RepeatedField<int>& information) {
  return std::find(information.begin(), information.end(),
                   events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN) != information.end();
}

void ApplyConsent(const std::string& patient_id, const events::v1::Consent& consent,
                  ConsentBook& book) {
  if (consent.recipient().kind() != events::v1::RECIPIENT_KIND_SUPPORT_CONTACT ||
      !AboutMissedCheckIns(consent.information()) || !consent.signature().has_signed_at()) {
    return;
  }
  ContactConsent covers;
  covers.consent_id = consent.consent_id();
  covers.contact_id = consent.recipient().id();
  covers.purpose = consent.purpose();
  covers.signed_at = codec::FromProto(consent.signature().signed_at());
  if (consent.has_expires_at()) covers.expires_at = codec::FromProto(consent.expires_at());
  book.Record(patient_id, std::move(covers));
}

void ApplyRestriction(const std::string& patient_id, const events::v1::Restriction& restriction,
                      ConsentBook& book) {
  const auto kind = restriction.recipient().kind();
  const bool contacts = kind == events::v1::RECIPIENT_KIND_SUPPORT_CONTACT ||
                        kind == events::v1::RECIPIENT_KIND_UNSPECIFIED;
  const bool covers =
      restriction.information().empty() || AboutMissedCheckIns(restriction.information());
  if (!restriction.lifted() && !(contacts && covers)) return;
  book.Restrict(patient_id,
                {restriction.restriction_id(), restriction.recipient().id(), restriction.lifted()});
}

}  // namespace

absl::Status ApplyConsentRecord(const kafka::OwnedRecord& record, ConsentBook& book) {
  ConsentEvent event;
  const bool parsed = event.ParseFromString(record.value);
  switch (parsed ? event.kind_case() : ConsentEvent::KIND_NOT_SET) {
    case ConsentEvent::kRecorded:
      ApplyConsent(event.patient_id(), event.recorded(), book);
      return absl::OkStatus();
    case ConsentEvent::kRevoked:
      book.Revoke(event.patient_id(), event.revoked().consent_id());
      return absl::OkStatus();
    case ConsentEvent::kRestriction:
      ApplyRestriction(event.patient_id(), event.restriction(), book);
      return absl::OkStatus();
    case ConsentEvent::KIND_NOT_SET:
      break;
  }
  const std::string place = absl::StrCat(record.partition, "/", record.offset);
  book.Restrict(record.key, {absl::StrCat("unreadable/", place), "", false});
  return absl::InvalidArgumentError(absl::StrCat("consent record ", place, " cannot be read"));
}

Consents::Consents(kafka::ClientConfig config, std::string topic)
    : config_(std::move(config)), topic_(std::move(topic)), thread_([this] { Run(); }) {}

Consents::~Consents() {
  stop_ = true;
  thread_.join();
}

std::optional<Permission> Consents::MayTell(const std::string& patient_id,
                                            const std::string& contact_id,
                                            domain::Instant as_of) const {
  absl::MutexLock lock(&mutex_);
  if (complete_as_of_ < as_of) return std::nullopt;
  return book_.MayTell(patient_id, contact_id, absl::Now());
}

void Consents::Run() {
  while (!stop_) {
    const absl::Status status = Session();
    if (status.ok()) return;
    spdlog::warn("consents: {}; no support contact is told anything meanwhile",
                 std::string(status.message()));
    {
      absl::MutexLock lock(&mutex_);
      complete_as_of_ = absl::InfinitePast();
    }
    for (absl::Time until = absl::Now() + kRetryAfter; !stop_ && absl::Now() < until;) {
      absl::SleepFor(absl::Milliseconds(50));
    }
  }
}

absl::Status Consents::Session() {
  auto consumer = kafka::Consumer::Create(config_);
  if (!consumer.ok()) return consumer.status();
  const auto partitions = (*consumer)->Partitions(topic_);
  if (!partitions.ok()) return partitions.status();
  if (auto status = (*consumer)->Assign(*partitions); !status.ok()) return status;
  while (!stop_) {
    const absl::Time asked_at = absl::Now();
    const auto ends = (*consumer)->EndOffsets({topic_}, kAskMax);
    if (!ends.ok()) return ends.status();
    do {
      const auto records = (*consumer)->Poll(kPoll, kRecordsMax);
      if (!records.ok()) return records.status();
      absl::MutexLock lock(&mutex_);
      for (const kafka::OwnedRecord& record : *records) {
        const absl::Status status = ApplyConsentRecord(record, book_);
        if (!status.ok()) spdlog::error("{}", std::string(status.message()));
      }
    } while (!stop_ && !kafka::AllReached((*consumer)->Reached(), *ends));
    absl::MutexLock lock(&mutex_);
    complete_as_of_ = asked_at;
  }
  return absl::OkStatus();
}

}  // namespace withdrawal::notifier
