// Whom the news of alerts call, given what was paged before (AL-01, AL-11). Pure: time is an
// argument.
//
//   One check-in makes several rules true, or several ladders of a person reach the same rung at
//   once: paged once, at the highest priority.
//   More new alerts of a team than it can take in: a flood. Then a person is paged once per rung
//   unless the priority rises, emergencies still one by one, and a second role is called.
//
// Memory is rebuilt by showing the news of the last `limits.within` again (Remember). News shown to
// For again, because their partition went and came back, call for the same pages again.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "libs/domain/alert_management.h"
#include "services/notifier/core/page.h"

namespace withdrawal::notifier {

class Paging {
 public:
  explicit Paging(domain::FloodLimits limits) : limits_(limits) {}

  // The pages this calls for, in order: none, one, or one and the call for a second role.
  std::vector<Page> For(const AlertNews& news, domain::Instant now);

  // News dealt with before: nobody is called.
  void Remember(const AlertNews& news);

  // Floods that last at `now`.
  int floods(domain::Instant now);

 private:
  // What was paged before: how pressing it was, and by which event.
  struct Paged {
    Priority priority;
    std::string event_id;
  };
  struct Team {
    std::set<std::pair<domain::Instant, std::string>> raised;    // within limits.within, event ids
    std::string flooded_by;                                      // the event a flood began with
    std::map<std::pair<std::string, std::string>, Paged> paged;  // in this flood: person, target
  };

  // True when a flood begins with this.
  bool Count(const AlertNews& news);
  void Forget(Team& team, domain::Instant now);
  bool PagedAtOnce(const AlertNews& news);
  bool PagedInFlood(const AlertNews& news);
  // Whether that covers these news; if not, they take its place.
  static bool Covers(Paged& known, const AlertNews& news);

  const domain::FloodLimits limits_;
  std::map<std::string, Team> teams_;
  // Person, moment and target of recent pages; bounded.
  using Moment = std::tuple<std::string, domain::Instant, std::string>;
  std::map<Moment, Paged> moments_;
  std::deque<Moment> moments_order_;
};

}  // namespace withdrawal::notifier
