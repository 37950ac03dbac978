// Follows withdrawal.consents.v1 on a thread of its own, all partitions from the beginning.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/consumer.h"
#include "services/notifier/core/consent_book.h"

namespace withdrawal::notifier {

// What a record says goes into the book. One that cannot be understood may be a revocation: nothing
// is told of that person to any contact from then on, and the answer is InvalidArgument.
absl::Status ApplyConsentRecord(const kafka::OwnedRecord& record, ConsentBook& book);

class Consents {
 public:
  // Starts to read.
  Consents(kafka::ClientConfig config, std::string topic);
  ~Consents();

  // Absent until everything stored before `as_of` has been read: ask again in a second.
  std::optional<Permission> MayTell(const std::string& patient_id, const std::string& contact_id,
                                    domain::Instant as_of) const;

 private:
  void Run();
  absl::Status Session();

  const kafka::ClientConfig config_;
  const std::string topic_;
  mutable absl::Mutex mutex_;
  ConsentBook book_ ABSL_GUARDED_BY(mutex_);
  domain::Instant complete_as_of_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace withdrawal::notifier
