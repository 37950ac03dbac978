// Pages waiting to be delivered, and how far the topic is done with. Pure: time is an argument.
//
// A page that fails is tried again, later and later, without holding up the others; the offset of
// its partition stays before it until it is delivered or given up, so a restart tries it again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "services/notifier/core/page.h"

namespace withdrawal::notifier {

class Outbox {
 public:
  struct Limits {
    domain::Duration retry_first = absl::Seconds(1);  // doubles each time
    domain::Duration retry_max = absl::Seconds(30);
    domain::Duration give_up_after = absl::Minutes(15);
  };
  struct Item {
    int32_t partition = 0;
    int64_t offset = 0;
    size_t number = 0;  // among the pages of the record
    Page page;
    domain::Instant read_at;
    domain::Instant due_at;
    int attempts = 0;
  };

  explicit Outbox(Limits limits) : limits_(limits) {}

  // A record was read; no pages = there is nothing to do for it.
  void Add(int32_t partition, int64_t offset, std::vector<Page> pages, domain::Instant now);

  // Somebody has it: pages of the alert that are still waiting are not sent any more (case C59).
  // Answers how many.
  int Cancel(const std::string& alert_id);

  // The page to try next: of those due, the one due longest. The pointer is good until the next
  // call.
  const Item* NextDue(domain::Instant now) const;
  // When one will be due; absent when none waits.
  std::optional<domain::Instant> NextDueAt() const;

  // How the try of this page ended. Failed is true when it is given up.
  void Delivered(const Item& item);
  bool Failed(const Item& item, domain::Instant now);

  // Per partition the offset before which all is done, since the last call; only what changed.
  std::map<int32_t, int64_t> TakeDone();

  void Drop(int32_t partition);  // no longer ours
  size_t size() const { return waiting_.size(); }

 private:
  using Place = std::tuple<int32_t, int64_t, size_t>;

  const Limits limits_;
  std::map<Place, Item> waiting_;
  std::map<int32_t, int64_t> read_;  // next offset to read
  std::map<int32_t, int64_t> told_;  // of TakeDone
};

}  // namespace withdrawal::notifier
