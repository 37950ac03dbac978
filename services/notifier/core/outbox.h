// Pages on their way, what is to be reported of them, and how far the topic is done with. Pure:
// time is an argument.
//
//   A channel that fails: the recipient's next one at once; after the last one all again, later
//   and later, without holding up others, until delivered or given up.
//   Once every channel of every recipient of a page has failed, that is reported, so that the next
//   rung is called; the page is tried on all the same.
//   The offset of a partition stays before a page until it is delivered or given up and before a
//   report until it is stored: a restart does both again under the same ids.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/notifier/core/consent_book.h"
#include "services/notifier/core/on_call.h"
#include "services/notifier/core/page.h"

namespace withdrawal::notifier {

// How a try of a channel ended.
enum class Delivery {
  kDelivered,
  kFailed,   // may go another time
  kRefused,  // this channel will never take it
};

// What became of a page (PageOutcome of the alerts' contract, the same numbers).
enum class Fate { kDelivered = 1, kUndeliverable = 2, kNobodyOnCall = 3, kWithheld = 4 };

struct Report {
  int64_t id = 0;  // of this process
  Page page;
  std::string page_id;
  std::string recipient;
  Fate fate = Fate::kDelivered;
  std::optional<ChannelKind> channel;
  std::string reason;
  domain::Instant at;
  std::optional<Permission> told_by;  // a support contact was told under this consent
};

class Outbox {
 public:
  struct Limits {
    domain::Duration retry_first = absl::Seconds(1);  // doubles each time
    domain::Duration retry_max = absl::Seconds(30);
    domain::Duration give_up_after = absl::Minutes(15);
  };
  struct Try {
    int64_t ticket = 0;
    Letter letter;
    Channel channel;
    domain::Instant read_at;
  };
  enum class Result { kUnknown, kDelivered, kGoesOn, kRefused, kGivenUp, kCancelled };

  explicit Outbox(Limits limits) : limits_(limits) {}

  // A record was read; no letters = there is nothing to do for it.
  void Add(int32_t partition, int64_t offset, std::vector<Letter> letters, domain::Instant now);

  // Somebody has it: pages of the alert that are still waiting are not sent any more (case C59).
  // Answers how many; one whose try is on is counted when that ends.
  int Cancel(const std::string& alert_id);

  // The next try among those due: the most pressing, of these the one due longest. `free` says
  // whether a channel can take one more now. Ends with one of the three below.
  std::optional<Try> NextTry(domain::Instant now, absl::FunctionRef<bool(const Channel&)> free);
  // `trouble` in words for people; `told_by` of a support contact.
  Result Finished(int64_t ticket, Delivery delivery, const std::string& trouble,
                  const std::optional<Permission>& told_by, domain::Instant now);
  // Whether it may be sent cannot be said yet. True when the time to find out is over.
  bool Postponed(int64_t ticket, domain::Instant now);
  // It may not be sent.
  void Withheld(int64_t ticket, const std::string& reason, domain::Instant now);

  // Reports to be stored now; each is answered by Stored.
  std::vector<Report> TakeReports(domain::Instant now);
  void Stored(int64_t report_id, bool stored, domain::Instant now);

  // When a page or a report will be due; absent when none waits.
  std::optional<domain::Instant> NextDueAt() const;

  // Per partition the offset before which all is done, since the last call; only what changed.
  std::map<int32_t, int64_t> TakeDone();

  void Drop(int32_t partition);  // no longer ours
  size_t size() const { return waiting_.size() + reports_.size(); }

 private:
  using Record = std::pair<int32_t, int64_t>;          // partition, offset
  using Place = std::tuple<int32_t, int64_t, size_t>;  // and number of the letter
  struct Item {
    Letter letter;
    domain::Instant read_at;
    domain::Instant due_at;
    int64_t ticket = 0;  // of the try that is on; 0: none
    size_t channel = 0;  // to be tried next
    int rounds = 0;      // of all channels, failed
    bool cancelled = false;
    std::vector<std::string> troubles;  // of this round
  };
  struct WaitingReport {
    Report report;
    Record record;
    domain::Instant due_at;
    bool sent = false;
  };

  std::map<Place, Item>::iterator Find(int64_t ticket);
  Result RoundOver(std::map<Place, Item>::iterator at, domain::Instant now);
  // Of a page none of whose recipients was reached: the first time that all of them have failed.
  void ReportFailure(const Place& place, const Item& item, domain::Instant now);
  void AddReport(const Place& place, const Letter& letter, Fate fate, const std::string& reason,
                 domain::Instant now, std::optional<ChannelKind> channel = {},
                 const std::optional<Permission>& told_by = {});

  const Limits limits_;
  std::map<Place, Item> waiting_;
  std::map<int64_t, Place> tries_;  // by ticket
  std::map<int64_t, WaitingReport> reports_;
  std::set<std::pair<Record, std::string>> settled_;  // pages (event ids) reached or reported
  int64_t last_id_ = 0;                               // of tickets and reports
  std::map<int32_t, int64_t> read_;                   // next offset to read
  std::map<int32_t, int64_t> told_;                   // of TakeDone
};

}  // namespace withdrawal::notifier
