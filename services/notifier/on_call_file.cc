#include "services/notifier/on_call_file.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/catalogue/reader.h"

namespace withdrawal::notifier {
namespace {

using catalogue::Reader;

constexpr size_t kIdMax = 64;
const std::vector<std::string> kRoles = {"primary", "secondary", "supervisor", "duty-manager"};
const std::map<std::string, ChannelKind> kKinds = {
    {"webhook", ChannelKind::kWebhook}, {"sms", ChannelKind::kSms}, {"smtp", ChannelKind::kSmtp}};
const std::map<std::string, absl::Weekday> kDays = {
    {"mon", absl::Weekday::monday},    {"tue", absl::Weekday::tuesday},
    {"wed", absl::Weekday::wednesday}, {"thu", absl::Weekday::thursday},
    {"fri", absl::Weekday::friday},    {"sat", absl::Weekday::saturday},
    {"sun", absl::Weekday::sunday}};

// No white space and nothing that ends a line or a header.
bool IsWord(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

std::string ReadId(Reader& reader, const std::string& key) {
  const std::string id = reader.Text(key);
  if (id.size() > kIdMax || !IsWord(id)) {
    reader.Problem(key, absl::StrCat("must be at most ", kIdMax, " characters without spaces"));
  }
  return id;
}

std::string ProblemWith(ChannelKind kind, const std::string& to, const Gateways& gateways) {
  if (!IsWord(to)) return "no spaces and no characters beyond ASCII";
  if (kind == ChannelKind::kWebhook) {
    if (to.empty()) return gateways.webhook ? "" : "missing, and there is no setting webhook-url";
    const bool web = absl::StartsWith(to, "https://") || absl::StartsWith(to, "http://");
    return web ? "" : "must begin with https:// or http://";
  }
  if (kind == ChannelKind::kSms) {
    if (!gateways.sms) return "sms needs the setting sms-url";
    const bool number = to.size() >= 8 && to.size() <= 16 && to[0] == '+' &&
                        std::all_of(to.begin() + 1, to.end(), absl::ascii_isdigit);
    return number ? "" : "must be a telephone number such as +441632960001";
  }
  if (!gateways.smtp) return "smtp needs the setting smtp-url";
  const size_t at = to.find('@');
  const bool address = at != std::string::npos && at > 0 && at + 1 < to.size() &&
                       to.find('@', at + 1) == std::string::npos &&
                       to.find_first_of("<>,;\"") == std::string::npos;
  return address ? "" : "must be a mail address";
}

std::vector<Channel> ReadChannels(Reader& owner, const Gateways& gateways) {
  std::vector<Channel> channels;
  for (Reader& reader : owner.List("channels")) {
    Channel channel;
    channel.kind = reader.Choice<ChannelKind>("kind", kKinds);
    const bool optional = channel.kind == ChannelKind::kWebhook && !reader.Has("to");
    if (!optional) channel.to = reader.Text("to");
    const std::string problem = ProblemWith(channel.kind, channel.to, gateways);
    if ((optional || !channel.to.empty()) && !problem.empty()) reader.Problem("to", problem);
    if (std::find(channels.begin(), channels.end(), channel) != channels.end()) {
      reader.Problem("to", "stands here twice");
    }
    reader.Done();
    channels.push_back(std::move(channel));
  }
  return channels;
}

domain::LocalTime ReadTime(Reader& reader, const std::string& key) {
  const std::string text = reader.Text(key);
  domain::LocalTime time;
  char rest = 0;
  const bool read = std::sscanf(text.c_str(), "%2d:%2d%c", &time.hour, &time.minute, &rest) == 2 &&
                    text.size() == 5;
  if (text.empty() ||
      (read && time.hour >= 0 && time.hour < 24 && time.minute >= 0 && time.minute < 60)) {
    return time;
  }
  reader.Problem(key, "must be a local time such as 08:00");
  return {};
}

template <typename Civil>
Civil ReadCivil(Reader& reader, const std::string& key, const std::string& example) {
  const std::string text = reader.Text(key);
  Civil civil;
  if (!text.empty() && (text.size() != example.size() || !absl::ParseCivilTime(text, &civil))) {
    reader.Problem(key, absl::StrCat("must be a local time such as ", example));
  }
  return civil;
}

// Of the people of the file, each once.
std::vector<std::string> CheckPeople(Reader& reader, std::vector<std::string> ids,
                                     const OnCall& on_call) {
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (!on_call.people.contains(id)) {
      reader.Problem("people", absl::StrCat(id, " is none of the people above"));
    }
    if (!seen.insert(id).second) reader.Problem("people", absl::StrCat(id, " stands here twice"));
  }
  return ids;
}

Shift ReadShift(Reader& reader) {
  Shift shift;
  for (const std::string& day : reader.Texts("days")) {
    const auto known = kDays.find(day);
    if (known == kDays.end()) {
      reader.Problem("days", absl::StrCat(day, " is none of mon, tue, wed, thu, fri, sat, sun"));
    } else if (!shift.days.insert(known->second).second) {
      reader.Problem("days", absl::StrCat(day, " stands here twice"));
    }
  }
  if (reader.Has("days") && shift.days.empty()) reader.Problem("days", "must not be empty");
  shift.from = ReadTime(reader, "from");
  shift.to = ReadTime(reader, "to");
  reader.Done();
  return shift;
}

Turns ReadTurns(Reader reader, const OnCall& on_call) {
  Turns turns;
  turns.people = CheckPeople(reader, reader.Texts("people"), on_call);
  if (reader.Has("people") && turns.people.empty()) reader.Problem("people", "must not be empty");
  turns.days = reader.Int("days");
  if (reader.Has("days") && (turns.days < 1 || turns.days > 366)) {
    reader.Problem("days", "must be from 1 to 366");
  }
  turns.first_day = ReadCivil<absl::CivilDay>(reader, "first_day", "2026-01-05");
  turns.hand_over = ReadTime(reader, "hand_over");
  reader.Done();
  return turns;
}

Layer ReadLayer(Reader& reader, const OnCall& on_call) {
  Layer layer;
  for (Reader& shift : reader.OptionalList("shifts")) layer.shifts.push_back(ReadShift(shift));
  if (reader.Has("people") == reader.Has("turns")) {
    reader.Problem("", "needs either people or turns");
  }
  if (reader.Has("people")) {
    layer.people = CheckPeople(reader, reader.Texts("people"), on_call);
    if (layer.people.empty()) reader.Problem("people", "must not be empty");
  }
  if (reader.Has("turns")) layer.turns = ReadTurns(reader.Map("turns"), on_call);
  reader.Done();
  return layer;
}

Override ReadOverride(Reader& reader, const OnCall& on_call) {
  Override one;
  one.from = ReadCivil<absl::CivilMinute>(reader, "from", "2026-12-24T18:00");
  one.to = ReadCivil<absl::CivilMinute>(reader, "to", "2026-12-24T18:00");
  if (one.to <= one.from) reader.Problem("to", "must be after from");
  one.people = CheckPeople(reader, reader.Texts("people"), on_call);
  reader.Done();
  return one;
}

Rota ReadRota(Reader& reader, const OnCall& on_call) {
  Rota rota;
  rota.time_zone = reader.Text("time_zone");
  absl::TimeZone zone;
  if (!rota.time_zone.empty() && !absl::LoadTimeZone(rota.time_zone, &zone)) {
    reader.Problem("time_zone", "is none of the IANA database");
  }
  if (reader.YamlOf("layers") == "[]") {
    reader.Texts("layers");  // said to be nobody, ever
  } else {
    for (Reader& layer : reader.List("layers")) rota.layers.push_back(ReadLayer(layer, on_call));
  }
  for (Reader& entry : reader.OptionalList("overrides")) {
    const Override one = ReadOverride(entry, on_call);
    for (const Override& other : rota.overrides) {
      if (one.from < other.to && other.from < one.to) {
        entry.Problem("from", "at the same time as another override");
      }
    }
    rota.overrides.push_back(one);
  }
  reader.Done();
  return rota;
}

void ReadTeam(Reader& reader, OnCall& on_call) {
  const std::string id = ReadId(reader, "id");
  std::map<std::string, Rota> rotas;
  for (Reader& entry : reader.List("rotas")) {
    const std::string role = entry.Text("role");
    if (std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end()) {
      entry.Problem("role", absl::StrCat("must be one of ", absl::StrJoin(kRoles, ", ")));
    }
    if (!rotas.emplace(role, ReadRota(entry, on_call)).second) {
      entry.Problem("role", "has two rotas in this team");
    }
  }
  for (const std::string& role : kRoles) {
    if (reader.Has("rotas") && !rotas.contains(role)) {
      reader.Problem("rotas", absl::StrCat("the role ", role, " has none; layers: [] is nobody"));
    }
  }
  if (!on_call.teams.emplace(id, std::move(rotas)).second) {
    reader.Problem("id", "stands here twice");
  }
  reader.Done();
}

void ReadPatient(Reader& reader, const Gateways& gateways, OnCall& on_call) {
  const std::string id = ReadId(reader, "id");
  Reachable reachable;
  if (reader.Has("channels")) reachable.channels = ReadChannels(reader, gateways);
  for (Reader& contact : reader.OptionalList("contacts")) {
    const std::string contact_id = ReadId(contact, "id");
    if (!reachable.contacts.emplace(contact_id, ReadChannels(contact, gateways)).second) {
      contact.Problem("id", "stands here twice");
    }
    contact.Done();
  }
  if (!on_call.patients.emplace(id, std::move(reachable)).second) {
    reader.Problem("id", "stands here twice");
  }
  reader.Done();
}

OnCall ReadAll(Reader& root, const Gateways& gateways) {
  OnCall on_call;
  for (Reader& reader : root.List("people")) {
    const std::string id = ReadId(reader, "id");
    if (!on_call.people.emplace(id, ReadChannels(reader, gateways)).second) {
      reader.Problem("id", "stands here twice");
    }
    reader.Done();
  }
  for (Reader& reader : root.List("teams")) ReadTeam(reader, on_call);
  if (root.Has("teams") && !on_call.teams.contains(kDefaultTeam)) {
    root.Problem("teams", "one must be `default`, for people whose team is not named here");
  }
  for (Reader& reader : root.OptionalList("patients")) ReadPatient(reader, gateways, on_call);
  root.Done();
  return on_call;
}

}  // namespace

absl::StatusOr<OnCall> ParseOnCall(const std::string& file, const std::string& yaml,
                                   const Gateways& gateways) {
  std::vector<std::string> problems;
  OnCall on_call;
  try {
    Reader root(file, "", catalogue::LoadDocument(yaml), &problems);
    on_call = ReadAll(root, gateways);
  } catch (const YAML::Exception& error) {
    problems.push_back(absl::StrCat(file, ": ", error.what()));
  }
  if (problems.empty()) return on_call;
  return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

absl::Status OnCallFile::Refresh() {
  std::ifstream stream(path_);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) return absl::NotFoundError(absl::StrCat(path_, ": cannot be read"));
  if (read_ && text.str() == text_) return absl::OkStatus();
  read_ = true;
  good_ = false;
  text_ = text.str();
  auto parsed = ParseOnCall(path_, text_, gateways_);
  if (!parsed.ok()) return parsed.status();
  current_ = *std::move(parsed);
  good_ = true;
  return absl::OkStatus();
}

}  // namespace withdrawal::notifier
