// Any records in any topic, through scoring, alerting, the read model and the notifier as they are
// wired by their topics. What must hold: nobody crashes or hangs; a record is used or set aside
// with a reason; what one of our services writes, the next can read; a repeat changes nothing.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "google/protobuf/text_format.h"
#include "libs/catalogue/catalogue.h"
#include "services/alerting/alerting_task.h"
#include "services/alerting/state_codec.h"
#include "services/clinician/applier.h"
#include "services/ctl/dead_letters.h"
#include "services/notifier/consents.h"
#include "services/notifier/news.h"
#include "services/scoring/codec.h"
#include "services/scoring/scoring_task.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/session.pb.h"

namespace withdrawal::fuzz {
namespace {

using stream::Effects;

// As the records of a Step are numbered; a Raw names them by their place here.
constexpr std::string_view kTopics[] = {kafka::kCheckInsTopic, kafka::kCarePlansTopic,
                                        kafka::kIntakesTopic,  kafka::kAlertCommandsTopic,
                                        kafka::kScoresTopic,   kafka::kAlertsTopic,
                                        kafka::kConsentsTopic, kafka::kDisclosuresTopic,
                                        kafka::kAuditTopic};
constexpr int kJudged = 6;  // of these; the others are only shown
constexpr int kStepsMax = 16;
constexpr int kDeadlinesMax = 8;  // between two records
constexpr int64_t kWaitMaxMs = int64_t{14} * 24 * 60 * 60 * 1000;

[[noreturn]] void Broken(std::string_view promise, const absl::Status& status) {
  std::cerr << "BROKEN: " << promise << ": " << status << '\n';
  std::abort();
}

// Loaded once for all inputs.
struct Judges {
  catalogue::Catalogue catalogue = catalogue::Load(catalogue::Location{}).value();
  domain::AlertPolicy policy = catalogue::AlertPolicyOf(catalogue);
  prometheus::Registry registry;
  scoring::ScoringMetrics scoring_metrics{registry, catalogue};
  alerting::AlertingMetrics alerting_metrics{registry, policy};
};

Judges& TheJudges() {
  static Judges judges;
  return judges;
}

class Run {
 public:
  void Take(const Step& step) {
    Wait(absl::Milliseconds(std::clamp<int64_t>(step.wait_ms(), 0, kWaitMaxMs)));
    const std::string key = step.key().empty() ? "p1" : step.key();
    if (step.has_raw()) return Raw(key, step.raw());
    if (step.record_case() == Step::RECORD_NOT_SET) return;
    const auto* field = Step::descriptor()->FindFieldByNumber(step.record_case());
    // `raw` stands between them.
    const int place = step.record_case() - Step::kCheckIn - (step.record_case() > Step::kRaw);
    Deliver(kTopics[place], key,
            step.GetReflection()->GetMessage(step, field).SerializeAsString());
  }

 private:
  void Raw(const std::string& key, const fuzz::Raw& raw) {
    const auto number = static_cast<uint32_t>(raw.topic());
    if (number < std::size(kTopics)) return Deliver(kTopics[number], key, raw.value());
    // State rows, dead letters and consents: refused or read, never more.
    (void)scoring::DecodeState(raw.value());
    (void)alerting::DecodeState(raw.value());
    events::v1::DeadLetter letter;
    if (letter.ParseFromString(raw.value())) (void)ctl::RecordOf(letter);
    kafka::OwnedRecord consent;
    consent.key = key;
    consent.value = raw.value();
    notifier::ConsentBook book;
    (void)notifier::ApplyConsentRecord(consent, book);
  }

  // To everybody who reads the topic, and what they write in turn to its readers.
  void Deliver(std::string_view topic, const std::string& key, const std::string& value,
               bool ours = false) {
    const stream::InputRecord record{topic, 0, ++offset_, key, value, now_, {}};
    const bool judged = std::find(kTopics, kTopics + kJudged, topic) != kTopics + kJudged;
    if (!judged) return Show(record, ours);
    if (topic == kafka::kCheckInsTopic || topic == kafka::kCarePlansTopic) Score(record);
    if (topic != kafka::kCheckInsTopic && topic != kafka::kAlertsTopic) Alert(record, ours);
    if (topic != kafka::kCheckInsTopic && topic != kafka::kAlertCommandsTopic) Show(record, ours);
    if (topic == kafka::kAlertsTopic) Page(value, ours);
  }

  void Score(const stream::InputRecord& record) {
    std::string& row = scoring_rows_[std::string(record.key)];
    const auto effects = scoring_.OnRecord(row, record, now_);
    Check(effects.status(), false);
    if (!effects.ok()) return;
    Keep(*effects, row);
    if (record.topic == kafka::kCheckInsTopic) {
      const auto again = scoring_.OnRecord(row, record, now_);
      if (!again.ok() || !again->outputs.empty()) {
        Broken("a repeated check-in changes nothing", again.status());
      }
    }
    Forward(*effects);
  }

  void Alert(const stream::InputRecord& record, bool ours) {
    std::string& row = alerting_rows_[std::string(record.key)];
    const auto effects = alerting_.OnRecord(row, record, now_);
    Check(effects.status(), ours);
    if (!effects.ok()) return;
    Keep(*effects, row);
    Forward(*effects);
  }

  void Show(const stream::InputRecord& record, bool ours) {
    const kafka::OwnedRecord owned{std::string(record.topic),
                                   0,
                                   record.offset,
                                   std::string(record.key),
                                   std::string(record.value),
                                   now_,
                                   {}};
    clinician::RowBatch batch;
    std::vector<clinician::Unusable> unusable;
    Check(applier_.Decode({owned}, batch, unusable), ours);
    if (!unusable.empty()) Check(unusable.front().reason, ours);
  }

  void Page(const std::string& value, bool ours) {
    const auto news = notifier::Decode(value);
    Check(news.status(), ours);
    if (news.ok()) (void)notifier::PageFor(*news, now_);
  }

  void Wait(domain::Duration wait) {
    const domain::Instant until = now_ + wait;
    for (auto& [key, row] : alerting_rows_) {
      for (int i = 0; i < kDeadlinesMax; ++i) {
        const auto due = alerting_.NextDeadline(row);
        if (!due || *due > until) break;
        now_ = std::max(now_, *due);
        const auto effects = alerting_.OnDeadline(key, row, now_, true);
        Check(effects.status(), true);
        Keep(*effects, row);
        const auto next = alerting_.NextDeadline(row);
        if (next && *next <= now_) Broken("a deadline is not due again at once", {});
        Forward(*effects);
      }
    }
    now_ = until;
  }

  static void Keep(const Effects& effects, std::string& row) {
    if (effects.state) row = *effects.state;
  }

  void Forward(const Effects& effects) {
    for (const stream::OutputRecord& output : effects.outputs) {
      Deliver(output.topic, output.key, output.value, true);
    }
  }

  // InvalidArgument sets a record aside; FailedPrecondition stops before a kind not known. Neither
  // may happen to what we wrote.
  static void Check(const absl::Status& status, bool ours) {
    if (status.ok()) return;
    if (ours) Broken("what a service writes the next can read", status);
    if (absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status)) return;
    Broken("no record stops a service", status);
  }

  domain::Instant now_ = absl::FromUnixSeconds(1'772'000'000);
  int64_t offset_ = 0;
  scoring::ScoringTask scoring_{TheJudges().catalogue, TheJudges().scoring_metrics};
  alerting::AlertingTask alerting_{TheJudges().policy, TheJudges().alerting_metrics};
  clinician::Applier applier_{clinician::TopicNames{}, absl::Hours(1)};
  std::map<std::string, std::string> scoring_rows_;
  std::map<std::string, std::string> alerting_rows_;
};

}  // namespace

void TestOne(std::string_view input) {
  Session session;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(input), &session)) return;
  Run run;
  int steps = 0;
  for (const Step& step : session.steps()) {
    if (++steps > kStepsMax) break;
    run.Take(step);
  }
}

}  // namespace withdrawal::fuzz
