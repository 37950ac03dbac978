#include "services/scoring/scoring_task.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codec/bytes.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/check_in.h"
#include "libs/codec/record.h"
#include "libs/codec/score.h"
#include "libs/codec/time.h"
#include "libs/hash/sha256.h"
#include "libs/kafka/headers.h"
#include "services/scoring/codec.h"
#include "services/scoring/core/step.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::scoring {
namespace {

using events::v1::CarePlanRecorded;
using events::v1::CheckInRecorded;
using events::v1::CheckInScored;
using stream::Effects;
using stream::InputRecord;

constexpr char kScoredType[] = "withdrawal.events.v1.CheckInScored";

// 0 means unknown and 1 what is never amended, so a hash is more than both.
uint32_t SubjectOf(const events::v1::CheckIn& check_in) {
  constexpr uint32_t kNeverAmended = 1;
  if (!check_in.has_instrument_response()) return kNeverAmended;
  const uint32_t hashed =
      hash::First32(hash::Sha256(codec::DeterministicBytes(codec::SubjectOf(check_in))));
  return std::max(hashed, kNeverAmended + 1);
}

Fingerprint FingerprintOf(const CheckInRecorded& recorded) {
  return {hash::First64(hash::Sha256(recorded.check_in().check_in_id())),
          hash::First32(hash::Sha256(codec::CanonicalContent(recorded))),
          SubjectOf(recorded.check_in())};
}

std::string Describe(const std::vector<domain::FieldError>& errors) {
  std::string text;
  for (const domain::FieldError& error : errors) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", error.field, ": ", error.reason);
  }
  return text;
}

// Deterministic, so that a record written again after an abort has the same id.
std::string EventId(const CheckInRecorded& recorded, Fingerprint fingerprint, bool conflict) {
  std::string id = recorded.check_in().check_in_id();
  const int revision = recorded.check_in().revision();
  if (revision > 0) absl::StrAppend(&id, "/revision-", revision);
  if (!conflict) return id;
  return absl::StrCat(id, "/conflict-", absl::Hex(fingerprint.content, absl::kZeroPad8));
}

events::v1::CheckInDisposition DispositionOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConflict:
      return events::v1::CHECK_IN_DISPOSITION_CONFLICT;
    case Verdict::kAmended:
      return events::v1::CHECK_IN_DISPOSITION_AMENDED;
    default:
      return events::v1::CHECK_IN_DISPOSITION_ACCEPTED;
  }
}

std::optional<int> StatedTotal(const events::v1::CheckIn& check_in) {
  const auto& answers = check_in.instrument_response();
  if (answers.has_stated_total()) return answers.stated_total();
  const auto& vitals = check_in.vital_signs();
  if (vitals.has_stated_news2_total()) return vitals.stated_news2_total();
  return std::nullopt;
}

stream::OutputRecord ToRecord(CheckInRecorded recorded, const Outcome& outcome,
                              const domain::CatalogueVersion& version, Fingerprint fingerprint,
                              const ScoringTopics& topics, const InputRecord& record) {
  const bool conflict = outcome.verdict == Verdict::kConflict;
  const std::string id = EventId(recorded, fingerprint, conflict);
  const auto stated = StatedTotal(recorded.check_in());
  CheckInScored scored;
  *scored.mutable_recorded() = std::move(recorded);
  for (const domain::Score& score : outcome.scores) {
    *scored.add_scores() = codec::ToProto(score);
    if (stated && stated != score.total)
      scored.mutable_scores()->rbegin()->set_stated_total(*stated);
  }
  *scored.mutable_catalogue() = codec::ToProto(version);
  scored.set_disposition(DispositionOf(outcome.verdict));
  scored.set_care_plan_etag(outcome.care_plan_etag);
  if (outcome.reward) {
    events::v1::RewardEntry& entry = *scored.mutable_reward();
    entry.set_rule_id(outcome.reward->rule_id);
    entry.set_points(outcome.reward->points);
    entry.set_in_a_row(outcome.reward->in_a_row);
    entry.set_balance(outcome.reward->balance);
  }
  return {
      topics.scores, std::string(record.key), scored.SerializeAsString(),
      kafka::EventHeaders(kScoredType, id, kafka::FindHeader(record.headers, kafka::kTraceParent))};
}

}  // namespace

ScoringTask::ScoringTask(const catalogue::Catalogue& catalogue, ScoringMetrics& metrics,
                         ScoringTopics topics)
    : catalogue_(catalogue), metrics_(metrics), topics_(std::move(topics)) {}

absl::StatusOr<Effects> ScoringTask::OnRecord(std::string_view state, const InputRecord& record,
                                              domain::Instant) {
  if (record.topic == topics_.care_plans) return OnCarePlan(state, record);
  if (record.topic != topics_.check_ins) {
    return absl::InternalError("scoring does not read topic " + std::string(record.topic));
  }
  auto effects = OnCheckIn(state, record);
  if (absl::IsInvalidArgument(effects.status())) metrics_.CountVerdict(Verdict::kUnusable);
  return effects;
}

absl::StatusOr<Effects> ScoringTask::OnCheckIn(std::string_view state, const InputRecord& record) {
  auto recorded = codec::Parse<CheckInRecorded>(record.value);
  if (!recorded.ok()) return recorded.status();
  auto check_in = codec::FromProto(*recorded);
  if (!check_in.ok()) return check_in.status();
  if (auto key = codec::CheckKey(record.key, check_in->patient_id); !key.ok()) return key;
  auto decoded = DecodeState(state);
  if (!decoded.ok()) return decoded.status();

  const Fingerprint fingerprint = FingerprintOf(*recorded);
  const PlanVersion* plan = PlanInForce(*decoded, check_in->observed_at);
  const auto& catalogue = plan ? catalogue_.For(plan->programmes) : catalogue_;
  const Outcome outcome = Step(*std::move(decoded), *check_in, fingerprint,
                               {catalogue.instruments, catalogue.news2, catalogue.rewards});
  if (outcome.verdict == Verdict::kUnusable) {
    return absl::InvalidArgumentError(Describe(outcome.errors));
  }
  metrics_.CountVerdict(outcome.verdict);
  Effects effects;
  if (outcome.verdict == Verdict::kDuplicate) return effects;
  for (const domain::Score& score : outcome.scores) metrics_.CountScore(score);
  effects.state = EncodeState(outcome.state);
  effects.outputs.push_back(
      ToRecord(*std::move(recorded), outcome, catalogue_.version, fingerprint, topics_, record));
  return effects;
}

absl::StatusOr<Effects> ScoringTask::OnCarePlan(std::string_view state, const InputRecord& record) {
  auto decoded = DecodeState(state);
  if (!decoded.ok()) return decoded.status();
  Effects effects;
  if (record.value.empty()) {
    // The person is gone, and so is the row. What is sent again afterwards is scored again.
    effects.state = "";
  } else {
    auto recorded = codec::Parse<CarePlanRecorded>(record.value);
    if (!recorded.ok()) return recorded.status();
    auto plan = codec::FromProto(recorded->care_plan());
    if (!plan.ok()) return plan.status();
    if (auto key = codec::CheckKey(record.key, plan->patient_id); !key.ok()) return key;
    const bool timed = recorded->has_recorded_at() && codec::IsValid(recorded->recorded_at());
    const domain::Instant recorded_at =
        timed ? codec::FromProto(recorded->recorded_at()) : absl::InfinitePast();
    effects.state = EncodeState(Step(*std::move(decoded), *plan, recorded_at));
  }
  metrics_.CountCarePlan();
  return effects;
}

absl::StatusOr<Effects> ScoringTask::OnDeadline(std::string_view, std::string_view, domain::Instant,
                                                bool) {
  return absl::InternalError("scoring has no deadlines");
}

std::optional<domain::Instant> ScoringTask::NextDeadline(std::string_view) const {
  return std::nullopt;
}

}  // namespace withdrawal::scoring
