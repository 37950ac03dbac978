// Who is on call for a role, and how people are reached. Pure: the moment is an argument.
//
// A rota speaks of local time: a hand-over at an hour that the clock leaps over is at the end of
// the leap, one at an hour that comes twice is at the first; so nobody is on call twice or not at
// all because of a clock change.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/domain/care_plan.h"
#include "services/notifier/core/page.h"

namespace withdrawal::notifier {

// The rota of people whose team has none, or who have no team.
inline constexpr char kDefaultTeam[] = "default";

enum class ChannelKind { kWebhook, kSms, kSmtp };

// "webhook", "sms", "smtp".
std::string ChannelName(ChannelKind kind);

struct Channel {
  ChannelKind kind = ChannelKind::kWebhook;
  std::string to;  // URL, telephone number, address

  auto operator<=>(const Channel&) const = default;
};

// Each week. `to` not after `from`: it ends on the next day.
struct Shift {
  std::set<absl::Weekday> days;  // on which it begins
  domain::LocalTime from;
  domain::LocalTime to;
};

// One after the other, each for so many days.
struct Turns {
  std::vector<std::string> people;
  int days = 7;
  absl::CivilDay first_day;  // the first one takes over
  domain::LocalTime hand_over;
};

// All of `people` together, or whose turn it is; within the shifts, or always when there are none.
struct Layer {
  std::vector<Shift> shifts;
  std::vector<std::string> people;
  std::optional<Turns> turns;
};

struct Override {
  absl::CivilMinute from;
  absl::CivilMinute to;
  std::vector<std::string> people;  // empty: nobody
};

// An override counts before the layers; of the layers the first that has somebody.
struct Rota {
  std::string time_zone;
  std::vector<Layer> layers;
  std::vector<Override> overrides;
};

struct Reachable {
  std::vector<Channel> channels;                         // in the order in which they are tried
  std::map<std::string, std::vector<Channel>> contacts;  // support contacts of the plan, by id
};

struct OnCall {
  std::map<std::string, std::vector<Channel>> people;        // clinicians
  std::map<std::string, std::map<std::string, Rota>> teams;  // team, role
  std::map<std::string, Reachable> patients;
};

// Nobody: empty.
std::vector<std::string> OnCallAt(const Rota& rota, domain::Instant at);

// One page to one recipient.
struct Letter {
  Page page;
  std::string page_id;            // event id, "/", recipient: the receiver's idempotency key
  std::string recipient;          // opaque; empty: nobody is on call
  std::vector<Channel> channels;  // empty: there is no way to reach them
};

// To whom the page goes at that moment; at least one. Without `on_call` the receiver of the webhook
// finds that out: one letter, its recipient being the target.
std::vector<Letter> LettersFor(const Page& page, const OnCall* on_call, domain::Instant at);

}  // namespace withdrawal::notifier
