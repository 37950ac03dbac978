#include "services/ingest/intake.h"

#include <memory>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/check_in.h"
#include "libs/codec/time.h"
#include "libs/hash/sha256.h"
#include "libs/rpc/status.h"
#include "services/ingest/codec.h"

namespace withdrawal::ingest {

using Outcome = rpc::RecentRequests::Outcome;

// One submission on its way; its place is free when it goes.
struct Intake::Submission {
  Submission(Admission::Place taken, Metrics& counted, Done answer)
      : place(std::move(taken)), metrics(counted), done(std::move(answer)) {
    metrics.in_flight.Increment();
  }
  ~Submission() {
    metrics.in_flight.Decrement();
    metrics.in_flight_bytes.Decrement(static_cast<double>(bytes));
  }

  Admission::Place place;
  Metrics& metrics;
  Done done;
  size_t bytes = 0;
  std::string id;  // patient, check-in and revision
  events::v1::CheckInRecorded event;
  v1::SubmitCheckInResponse response;
  domain::Instant handed_over_at;
};

namespace {

grpc::Status NotConfirmed() {
  return rpc::Unavailable(
      "NOT_CONFIRMED", "the brokers did not confirm the record; retry with the same check_in_id");
}

v1::SubmitCheckInResponse ToResponse(const events::v1::CheckInRecorded& event) {
  v1::SubmitCheckInResponse response;
  response.set_check_in_id(event.check_in().check_in_id());
  *response.mutable_received_at() = event.received_at();
  *response.mutable_set_aside() = event.set_aside();
  return response;
}

}  // namespace

Intake::Intake(IntakeConfig config, Rules rules, RecordLog& log, Metrics& metrics, Clock clock)
    : config_(std::move(config)),
      rules_(rules),
      log_(log),
      metrics_(metrics),
      clock_(std::move(clock)),
      admission_(config_.admission),
      recent_(config_.recent),
      amendments_(config_.recent.entries_max) {}

void Intake::Submit(const events::v1::CheckIn& check_in, const Origin& origin, Done done) {
  if (closed_) {
    metrics_.unavailable.Increment();
    return done({rpc::Unavailable("SHUTTING_DOWN", "this instance is stopping"), {}, {}});
  }
  const size_t bytes = check_in.ByteSizeLong();
  if (bytes > config_.check_in_bytes_max) {
    metrics_.Refused("TOO_LARGE");
    return done(
        {rpc::InvalidFields({{"check_in", "TOO_LARGE",
                              absl::StrCat("at most ", config_.check_in_bytes_max, " bytes")}}),
         {},
         {}});
  }
  auto place = admission_.Enter(bytes);
  if (!place) return done(Shed());

  const domain::Instant now = clock_();
  Findings findings = Examine(rules_, ToRaw(check_in), now);
  if (findings.errors.empty()) findings.errors = amendments_.Check(check_in);
  if (!findings.errors.empty()) {
    metrics_.Refused(findings.errors.front().reason);
    return done({rpc::InvalidFields(findings.errors, "check_in."), {}, {}});
  }
  auto submission = std::make_shared<Submission>(*std::move(place), metrics_, std::move(done));
  submission->bytes = bytes;
  metrics_.in_flight_bytes.Increment(static_cast<double>(bytes));
  submission->id =
      absl::StrCat(check_in.patient_id(), "/", check_in.check_in_id(), "/", check_in.revision());
  submission->event = ToEvent(check_in, findings, now);
  submission->event.set_submitted_by(origin.submitted_by);
  submission->response = ToResponse(submission->event);
  const auto content = hash::Sha256(codec::CanonicalContent(submission->event));
  const bool is_new = recent_.Begin(
      submission->id, content, now,
      [this, submission](rpc::RecentRequests::Answer known) { Repeat(*submission, known); });
  if (is_new) Deliver(std::move(submission), origin.traceparent);
}

Intake::Answer Intake::Shed() {
  metrics_.shed.Increment();
  thread_local absl::BitGen random;
  // Spread, so that a crowd turned away does not come back as one.
  const absl::Duration wait = config_.retry_after * absl::Uniform(random, 1.0, 1.5);
  return {
      rpc::ResourceExhausted("IN_FLIGHT_LIMIT", "too many check-ins in flight", wait), {}, wait};
}

void Intake::Deliver(std::shared_ptr<Submission> submission, const std::string& traceparent) {
  submission->handed_over_at = clock_();
  auto record = ToRecord(submission->event, config_.topic, traceparent);
  log_.Append(std::move(record), [this, submission](absl::Status status) {
    const domain::Instant now = clock_();
    metrics_.delivery_seconds.Observe(absl::ToDoubleSeconds(now - submission->handed_over_at));
    Answer answer;
    if (status.ok()) {
      metrics_.accepted.Increment();
      CountSetAside(submission->response);
      amendments_.NoteStored(submission->event.check_in());
      answer.response = submission->response;
    } else if (absl::IsResourceExhausted(status)) {
      answer = Shed();
    } else {
      metrics_.unavailable.Increment();
      answer.status = NotConfirmed();
    }
    recent_.Finish(submission->id, status.ok(), now);
    submission->done(std::move(answer));
  });
}

void Intake::Repeat(Submission& submission, const rpc::RecentRequests::Answer& known) {
  Answer answer;
  switch (known.outcome) {
    case Outcome::kStored:
      metrics_.duplicate.Increment();
      answer.response = std::move(submission.response);
      *answer.response.mutable_received_at() = codec::ToProto(known.received_at);
      answer.response.set_duplicate(true);
      break;
    case Outcome::kOther:
      metrics_.conflict.Increment();
      answer.status = rpc::Error(grpc::StatusCode::ALREADY_EXISTS, "CHECK_IN_ID_CONFLICT",
                                 "this check_in_id is stored with other content");
      break;
    case Outcome::kNotStored:
      metrics_.unavailable.Increment();
      answer.status = NotConfirmed();
      break;
  }
  submission.done(std::move(answer));
}

void Intake::CountSetAside(const v1::SubmitCheckInResponse& response) {
  for (const auto& reading : response.set_aside()) {
    metrics_.SetAside(reading.field(), reading.reason());
  }
}

}  // namespace withdrawal::ingest
