// When each entry of a person's schedule is due: the steps alerting keeps it by, and the same from
// the records alone, whatever order they were read in. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/check_in.h"

namespace withdrawal::domain {

// All its readings were set aside.
bool NothingUsable(const CheckIn& check_in);
// Not a note by somebody else that the person was not there.
bool ShowsThePerson(const CheckIn& check_in);

// What a check-in is to ScheduleEntry.satisfied_by. Empty: it satisfies nothing: there is
// nothing usable in it, or it does not show the person.
std::vector<std::string_view> ReceiptKinds(const CheckIn& check_in);
bool IsSatisfiedBy(const ScheduleEntry& entry, const std::vector<std::string_view>& kinds);

struct EntryDue {
  Instant due_at;  // InfiniteFuture: nothing more is due
  std::optional<Instant> last_satisfied_at;

  bool operator==(const EntryDue&) const = default;
};

struct PlanChange {
  const CarePlan* before = nullptr;  // null: there was none
  const CarePlan& plan;
  Instant recorded_at;
  Instant monitored_since;  // without a break
  Duration early;           // how much too early a check-in may come
};

// The entry under the new version. `known`: as it was before, null for a new one; `waiting`: a
// missed check-in is open for it. What is overdue stays owed, whatever was changed in the plan.
EntryDue DueUnder(const PlanChange& change, const ScheduleEntry& entry, const EntryDue* known,
                  bool waiting);
// A check-in that satisfies the entry was received.
void NoteReceipt(const CarePlan& plan, const ScheduleEntry& entry, Instant received_at,
                 Duration early, EntryDue& due);

// One version as it was recorded; no plan: the record was deleted.
struct PlanVersion {
  Instant recorded_at;
  std::optional<CarePlan> plan;
};

// The newest of each is enough, but for an entry that waits for something else by a new version and
// keeps its times: what satisfied it before may be told no more when more of that kind came since.
// It is then due too early, until it is satisfied again.
struct DueFacts {
  std::map<std::string, Instant, std::less<>> received;  // by kind, of accepted check-ins
  // By entry and due time, in microseconds: when the wait for that check-in began anew.
  std::map<std::pair<std::string, int64_t>, Instant> restarted;
};

// By entry of the newest version: what alerting has come to by these steps in order of time. A
// pause with an end counts as over then. Empty when nothing is monitored.
//   REQUIRES: versions in the order they were recorded in
std::map<std::string, EntryDue> DueTimes(const std::vector<PlanVersion>& versions,
                                         const DueFacts& facts, Duration early);

// The first of them; InfiniteFuture when nothing is due.
Instant FirstDue(const std::map<std::string, EntryDue>& entries);

}  // namespace withdrawal::domain
