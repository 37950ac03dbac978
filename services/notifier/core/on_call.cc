#include "services/notifier/core/on_call.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/domain/schedule.h"

namespace withdrawal::notifier {
namespace {

using domain::Instant;
using domain::LocalTime;

// What begins or ends on a day that the zone leaves out does so when the next day begins.
Instant Boundary(absl::CivilDay day, LocalTime time, const absl::TimeZone& zone) {
  return domain::AtLocalTime(day, time, zone).value_or(absl::FromCivil(day + 1, zone));
}

Instant Boundary(absl::CivilMinute minute, const absl::TimeZone& zone) {
  return Boundary(absl::CivilDay(minute), {minute.hour(), minute.minute()}, zone);
}

bool EndsNextDay(const Shift& shift) {
  return shift.to.hour * 60 + shift.to.minute <= shift.from.hour * 60 + shift.from.minute;
}

bool Within(const Shift& shift, Instant at, const absl::TimeZone& zone) {
  const absl::CivilDay today = absl::ToCivilDay(at, zone);
  for (absl::CivilDay day = today - 1; day <= today; ++day) {
    if (!shift.days.contains(absl::GetWeekday(day))) continue;
    const absl::CivilDay last = EndsNextDay(shift) ? day + 1 : day;
    if (Boundary(day, shift.from, zone) <= at && at < Boundary(last, shift.to, zone)) return true;
  }
  return false;
}

std::vector<std::string> WhoseTurn(const Turns& turns, Instant at, const absl::TimeZone& zone) {
  const absl::CivilDay today = absl::ToCivilDay(at, zone);
  if (today < turns.first_day) return {};
  auto turn = (today - turns.first_day) / turns.days;
  if (at < Boundary(turns.first_day + turn * turns.days, turns.hand_over, zone)) --turn;
  if (turn < 0) return {};
  return {turns.people[static_cast<size_t>(turn) % turns.people.size()]};
}

std::vector<std::string> PeopleOf(const Layer& layer, Instant at, const absl::TimeZone& zone) {
  const bool now = layer.shifts.empty() ||
                   std::any_of(layer.shifts.begin(), layer.shifts.end(),
                               [&](const Shift& shift) { return Within(shift, at, zone); });
  if (!now) return {};
  return layer.turns ? WhoseTurn(*layer.turns, at, zone) : layer.people;
}

const Rota* FindRota(const OnCall& on_call, const std::string& team, const std::string& role) {
  auto found = on_call.teams.find(team);
  if (found == on_call.teams.end()) found = on_call.teams.find(kDefaultTeam);
  if (found == on_call.teams.end()) return nullptr;
  const auto rota = found->second.find(role);
  return rota == found->second.end() ? nullptr : &rota->second;
}

std::vector<Channel> ChannelsOfPatient(const Page& page, const OnCall& on_call) {
  const auto patient = on_call.patients.find(page.patient_id);
  if (patient == on_call.patients.end()) return {};
  if (page.audience == Audience::kSupportContact) {
    const auto contact = patient->second.contacts.find(page.contact_id);
    return contact == patient->second.contacts.end() ? std::vector<Channel>{} : contact->second;
  }
  std::vector<Channel> channels = patient->second.channels;
  // MC-02: another way than the first reminder went; that one again when there is no other.
  if (page.target == kSecondChannelTarget && channels.size() > 1) {
    std::rotate(channels.begin(), channels.begin() + 1, channels.end());
  }
  return channels;
}

}  // namespace

std::string ChannelName(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::kWebhook:
      return "webhook";
    case ChannelKind::kSms:
      return "sms";
    case ChannelKind::kSmtp:
      return "smtp";
  }
  return "";
}

std::vector<std::string> OnCallAt(const Rota& rota, Instant at) {
  const absl::TimeZone zone = domain::ZoneOf(rota.time_zone);
  for (const Override& one : rota.overrides) {
    if (Boundary(one.from, zone) <= at && at < Boundary(one.to, zone)) return one.people;
  }
  for (const Layer& layer : rota.layers) {
    if (auto people = PeopleOf(layer, at, zone); !people.empty()) return people;
  }
  return {};
}

std::vector<Letter> LettersFor(const Page& page, const OnCall* on_call, Instant at) {
  const auto letter = [&page](const std::string& recipient, std::vector<Channel> channels) {
    return Letter{page, absl::StrCat(page.event_id, "/", recipient), recipient,
                  std::move(channels)};
  };
  if (on_call == nullptr) return {letter(page.target, {Channel{}})};
  switch (page.audience) {
    case Audience::kPatient:
      return {letter(page.patient_id, ChannelsOfPatient(page, *on_call))};
    case Audience::kSupportContact:
      return {letter(page.contact_id, ChannelsOfPatient(page, *on_call))};
    case Audience::kClinicians:
      break;
  }
  std::vector<Letter> letters;
  if (const Rota* rota = FindRota(*on_call, page.team, page.target)) {
    for (const std::string& person : OnCallAt(*rota, at)) {
      letters.push_back(letter(person, on_call->people.at(person)));
    }
  }
  if (!letters.empty()) return letters;
  return {Letter{page, absl::StrCat(page.event_id, "/", page.target), "", {}}};
}

}  // namespace withdrawal::notifier
