// Reads withdrawal.alerts.v1 as a consumer group, pages people, reminds the person and tells
// support contacts, and reports what became of it. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/producer.h"
#include "services/notifier/core/outbox.h"
#include "services/notifier/core/paging.h"
#include "services/notifier/metrics.h"
#include "services/notifier/news.h"
#include "services/notifier/sender.h"

namespace withdrawal::notifier {

class Notifier {
 public:
  using Clock = std::function<domain::Instant()>;
  // How far the group has come (kafka::CommittedOffsets).
  using Committed = std::function<absl::StatusOr<std::vector<kafka::Position>>()>;

  struct Surroundings {
    Clock clock;
    // Null: the receiver of the webhook knows.
    std::function<const OnCall*()> on_call = [] { return nullptr; };
    // Consents::MayTell.
    std::function<std::optional<Permission>(const std::string& patient_id,
                                            const std::string& contact_id, domain::Instant as_of)>
        may_tell;
    Notice notice;  // goes with each message to a support contact
    std::string commands_topic;
    std::string disclosures_topic;
  };

  // All outlive this; the producer ends before it.
  Notifier(kafka::Consumer& consumer, kafka::Producer& producer, Sender& sender,
           prometheus::Registry& registry, Outbox::Limits limits, domain::FloodLimits flood,
           Surroundings surroundings);

  // `on_assigned` is called when partitions have come. Their news of the last minutes are read
  // again without paging: so a restart does not forget a flood.
  absl::Status Subscribe(const std::string& topic, Committed committed,
                         std::function<void()> on_assigned);

  // One round: read, send, report, commit what is done. An error: end the process.
  absl::Status RunOnce();

  // Before the end: waits at most so long for what is on its way.
  void Finish(absl::Duration at_most);

 private:
  struct StoredAnswers {
    absl::Mutex mutex;
    std::vector<std::pair<int64_t, bool>> answers ABSL_GUARDED_BY(mutex);  // report, stored
  };
  struct Storing {
    int records = 0;  // not answered yet
    bool stored = true;
  };

  absl::StatusOr<std::vector<kafka::Position>> StartOf(
      const std::vector<kafka::Position>& partitions, const Committed& committed);
  absl::Status Read();
  std::vector<Letter> Letters(const std::vector<Page>& pages);
  void Send();
  bool MayGo(const Outbox::Try& next, std::optional<Permission>& permission);
  void TakeSent();
  void Report();
  void TakeStored();
  absl::Status Commit();

  kafka::Consumer& consumer_;
  kafka::Producer& producer_;
  Sender& sender_;
  const Surroundings around_;
  std::string topic_;
  Outbox outbox_;
  const domain::Duration flood_within_;
  Paging paging_;
  std::map<int64_t, std::pair<Outbox::Try, std::optional<Permission>>> on_their_way_;  // by ticket
  std::map<int64_t, Storing> storing_;                                                 // by report
  StoredAnswers stored_;
  std::map<int32_t, int64_t> done_;         // by partition: to be committed
  std::map<int32_t, int64_t> done_before_;  // by partition: offsets before are only remembered
  Metrics metrics_;
};

}  // namespace withdrawal::notifier
