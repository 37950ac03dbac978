#include "tests/services/alerting/core/story.h"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/domain/scoring.h"
#include "tests/golden/catalogue_under_test.h"
#include "tests/golden/suitability_cases.h"
#include "tests/services/alerting/core/story_commands.h"
#include "tests/services/alerting/core/story_engagement.h"
#include "tests/services/alerting/core/story_orders.h"

namespace withdrawal::alerting {
namespace {

using Words = std::vector<std::string>;

domain::Programme ReadProgramme(const std::string& name) {
  static const Words names = {"alcohol",   "opioid",   "benzodiazepine",
                              "stimulant", "cannabis", "nicotine"};
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<domain::Programme>(i);
  }
  Bad("programme " + name);
}

domain::Consciousness ReadConsciousness(const std::string& name) {
  static const Words names = {"alert", "confusion", "voice", "pain", "unresponsive"};
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<domain::Consciousness>(i);
  }
  Bad("consciousness " + name);
}

void ReadVital(const std::string& word, domain::VitalSigns& vitals) {
  static const std::map<std::string, std::string> kShort = {{"rr", "respiratory_rate"}};
  const auto [key, value] = KeyValue(word);
  if (key == "oxygen") {
    vitals.on_oxygen = value == "yes";
  } else if (key == "exerting") {
    vitals.at_rest = value != "yes";
  } else if (key == "consciousness") {
    vitals.consciousness = ReadConsciousness(value);
  } else if (key == "rass") {
    vitals.rass = static_cast<int>(ReadNumber(value));
  } else {
    const auto known = kShort.find(key);
    const auto vital = domain::VitalFromCode(known == kShort.end() ? key : known->second);
    if (!vital) Bad("vital sign " + key);
    vitals.Set(*vital, ReadNumber(value));
  }
}

// By the instrument's default scheme when none is named.
domain::Score ScoreOf(const std::string& instrument_id, const std::string& total,
                      const std::string& scheme_id) {
  const auto* instrument = TestCatalogue().FindInstrument(instrument_id);
  if (instrument == nullptr) Bad("instrument " + instrument_id);
  domain::Score score;
  score.instrument = instrument_id;
  score.scheme = scheme_id.empty() ? instrument->default_scheme : scheme_id;
  const domain::BandScheme* scheme = instrument->FindScheme(score.scheme);
  if (scheme == nullptr) Bad("scheme " + scheme_id);
  score.total_max = instrument->total_max();
  std::string number = total;
  const bool incomplete = absl::StartsWith(total, ">=");
  if (incomplete) number = total.substr(2);
  score.partial_sum = static_cast<int>(ReadNumber(number));
  const domain::Band* band = domain::FindBand(*scheme, score.partial_sum);
  if (band == nullptr) Bad("total " + total);
  (incomplete ? score.band_at_least : score.band) = band->id;
  if (!incomplete) score.total = score.partial_sum;
  return score;
}

// dose methadone 40 | dose diazepam missed; without a number 4 mg.
domain::DoseEvent ReadDose(const Words& words) {
  static const std::map<std::string, domain::DoseOutcome> outcomes = {
      {"missed", domain::DoseOutcome::kMissed},
      {"refused", domain::DoseOutcome::kRefused},
      {"vomited", domain::DoseOutcome::kVomited},
      {"held", domain::DoseOutcome::kHeld}};
  domain::DoseEvent dose{words.at(1), 4.0, domain::DoseOutcome::kTaken, "", ""};
  for (size_t i = 2; i < words.size(); ++i) {
    const auto outcome = outcomes.find(words[i]);
    if (outcome == outcomes.end()) {
      dose.milligrams = ReadNumber(words[i]);
    } else {
      dose.outcome = outcome->second;
    }
  }
  return dose;
}

domain::LocalTime ReadLocalTime(const std::string& text) {
  domain::LocalTime local;
  if (std::sscanf(text.c_str(), "%d:%d", &local.hour, &local.minute) != 2) Bad("time " + text);
  return local;
}

// "22:00-07:00"
domain::QuietHours ReadQuietHours(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, '-');
  return {ReadLocalTime(parts.first), ReadLocalTime(parts.second)};
}

// "sister" has signed; "sister/unsigned", "sister/expired", "sister/revoked", "sister/other-scope".
domain::SupportContact ReadContact(const std::string& text, Instant now) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  domain::SupportContact contact;
  contact.contact_id = parts[0];
  contact.consented_to = {domain::ContactScope::kMissedCheckIn};
  contact.consent_signed_at = now - absl::Hours(48);
  const std::string but = parts.size() > 1 ? parts[1] : "";
  if (but == "unsigned") contact.consent_signed_at.reset();
  if (but == "expired") contact.consent_expires_at = now;
  if (but == "revoked") contact.consent_revoked_at = now - absl::Hours(1);
  if (but == "other-scope") contact.consented_to.clear();
  return contact;
}

domain::Discharge ReadDischarge(const std::string& name, Instant now) {
  static const Words names = {"completed", "transferred", "left", "died"};
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return {static_cast<domain::DischargeKind>(i), now, ""};
  }
  Bad("discharge " + name);
}

// Of a plan: team, quiet hours, consents, pause and discharge. False for another word.
bool ReadManagement(const std::string& key, const std::string& value, Instant now,
                    domain::CarePlan& plan) {
  if (key == "team") {
    plan.team = value;
  } else if (key == "quiet") {
    plan.quiet_hours = ReadQuietHours(value);
  } else if (key == "contact") {
    plan.support_contacts.push_back(ReadContact(value, now));
  } else if (key == "paused-for") {
    plan.paused_until = now + ReadDuration(value);
  } else if (key == "discharge") {
    plan.status = domain::MonitoringStatus::kEnded;
    plan.discharge = ReadDischarge(value, now);
  } else {
    return false;
  }
  return true;
}

domain::Rater ReadRater(const std::string& name) {
  if (name == "device") return domain::Rater::kDevice;
  if (name == "clinician") return domain::Rater::kClinicianInPerson;
  if (name == "support") return domain::Rater::kSupportPerson;
  Bad("by=" + name);
}

// "observed=-2h by=device" at the end of a check-in.
void ReadTail(Words& words, domain::CheckIn& check_in) {
  while (true) {
    const auto [key, value] = KeyValue(words.back());
    if (key == "observed") {
      check_in.observed_at -= ReadDuration(value.substr(1));
    } else if (key == "by") {
      check_in.rater = ReadRater(value);
    } else {
      return;
    }
    words.pop_back();
  }
}

}  // namespace

const catalogue::Catalogue& TestCatalogue() { return golden::CatalogueUnderTest(); }

const domain::AlertPolicy& TestPolicy() {
  static const auto* const policy =
      new domain::AlertPolicy(catalogue::AlertPolicyOf(TestCatalogue()));
  return *policy;
}

Person::Person(Instant start, domain::Rater rater) : now_(start), rater_(rater) {}

std::vector<domain::AlertEvent> Person::Feed(const Input& input, Instant at) {
  now_ = at;
  Outcome outcome = Step(std::move(state_), input, TestPolicy(), at);
  state_ = std::move(outcome.state);
  for (const auto& event : outcome.events) alert_ids_[event.alert.rule_id] = event.alert.alert_id;
  return std::move(outcome.events);
}

std::vector<domain::AlertEvent> Person::RunTimers(Instant until, bool caught_up) {
  std::vector<domain::AlertEvent> events;
  while (true) {
    const auto deadline = NextDeadline(state_, TestPolicy());
    if (!deadline || *deadline > until) return events;
    for (auto& event : Feed(Tick{"p1", caught_up}, std::max(now_, *deadline))) {
      events.push_back(std::move(event));
    }
  }
}

std::vector<domain::AlertEvent> Person::Do(Instant at, const std::string& line) {
  Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  const std::string verb = words.front();
  if (verb == "outage") return Feed(Tick{"p1", words.size() == 1}, at);  // "outage incomplete"
  std::vector<domain::AlertEvent> events = RunTimers(at, true);
  now_ = at;
  std::vector<domain::AlertEvent> more;
  if (verb == "wait") return events;
  if (verb == "plan") {
    more =
        Feed(PlanRecorded{ReadPlan(words), at, absl::c_linear_search(words, "overridden=yes")}, at);
  } else if (verb == "intake") {  // intake alcohol ciwa_total=5 home_safe=-
    const std::string answers = absl::StrJoin(words.begin() + 2, words.end(), " ");
    const auto programmes = golden::ProgrammesOf(words.at(1));
    more = Feed(domain::Intake{"p1", "in", golden::Suitability().Answered(programmes, answers), at},
                at);
  } else if (verb == "remove-plan") {
    more = Feed(PlanRemoved{"p1"}, at);
  } else if (IsCommand(verb)) {
    more = Feed(ReadCommand(words), at);
  } else {
    more = Feed(CheckIn(line, at), at);
  }
  events.insert(events.end(), more.begin(), more.end());
  return events;
}

domain::CarePlan Person::ReadPlan(const Words& words) const {
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.team = "north-ward";
  domain::ScheduleEntry entry;
  entry.entry_id = "form";
  for (size_t i = 1; i < words.size(); ++i) {
    const auto [key, value] = KeyValue(words[i]);
    if (key == "programme") {
      for (const auto& name : absl::StrSplit(value, ',')) {
        plan.programmes.push_back(ReadProgramme(std::string(name)));
      }
    } else if (key == "used") {  // used=alcohol@10h: last used 10 h ago
      const std::vector<std::string> parts = absl::StrSplit(value, '@');
      if (parts.size() != 2) Bad(words[i]);
      plan.substances.push_back({parts[0], now_ - ReadDuration(parts[1])});
    } else if (ReadEngagementWord(key, value, plan)) {
      continue;
    } else if (key == "order") {
      plan.medications.push_back(ReadOrder(value, now_));
    } else if (key == "baseline") {  // baseline=pulse:70
      const std::vector<std::string> parts = absl::StrSplit(value, ':');
      const auto vital = domain::VitalFromCode(parts.at(0));
      if (!vital) Bad(words[i]);
      plan.baseline_vitals[*vital] = ReadNumber(parts.at(1));
    } else if (key == "threshold") {  // threshold=SC-02:10
      const std::vector<std::string> parts = absl::StrSplit(value, ':');
      plan.thresholds[parts.at(0)] = ReadNumber(parts.at(1));
    } else if (key == "quit") {  // that long ago
      plan.quit_at = now_ - ReadDuration(value);
    } else if (key == "scale") {
      plan.spo2_scale = value == "2" ? domain::Spo2Scale::kScale2 : domain::Spo2Scale::kScale1;
    } else if (key == "pregnant") {
      plan.pregnant = value == "yes";
    } else if (key == "overridden") {
      continue;  // of the record, not of the plan
    } else if (key == "status") {
      plan.status = value == "paused"  ? domain::MonitoringStatus::kPaused
                    : value == "ended" ? domain::MonitoringStatus::kEnded
                                       : domain::MonitoringStatus::kActive;
    } else if (key == "weekly") {
      domain::ScheduleEntry weekly;
      weekly.entry_id = "weekly";
      weekly.satisfied_by = {value};
      weekly.every = absl::Hours(168);
      plan.schedule.push_back(weekly);
    } else if (key == "zone") {
      plan.time_zone = value;
    } else if (ReadManagement(key, value, now_, plan)) {
      continue;
    } else if (key == "every") {
      entry.every = ReadDuration(value);
    } else if (key == "for") {
      entry.satisfied_by = absl::StrSplit(value, ',');
    } else if (key == "daily") {
      entry.daily_at = ReadTimes(value);
    } else {
      Bad(words[i]);
    }
  }
  if (entry.every || !entry.daily_at.empty()) plan.schedule.push_back(entry);
  return plan;
}

domain::AlertCommand Person::ReadCommand(const Words& words) {
  if (words.size() < 2) Bad(words.front());
  domain::AlertCommand command;
  command.command_id = absl::StrCat("c", ++next_id_);
  command.patient_id = "p1";
  command.alert_id = alert_ids_[words[1]];
  command.actor = "nurse";
  command.issued_at = now_;
  command.command = ReadCommandKind(words, now_);
  return command;
}

void Person::AddScore(domain::ScoredCheckIn& scored, domain::Score score) {
  auto& totals = totals_[score.instrument];
  const Instant at = scored.check_in.observed_at;
  const auto later = [at](const domain::PriorTotal& one) { return one.observed_at > at; };
  const auto place = std::find_if_not(totals.begin(), totals.end(), later);
  score.prior_totals = {place, totals.end()};
  if (score.total) totals.insert(place, {*score.total, at});
  scored.scores.push_back(std::move(score));
}

domain::ScoredCheckIn Person::CheckIn(const std::string& line, Instant received_at) {
  Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  domain::ScoredCheckIn scored;
  domain::CheckIn& check_in = scored.check_in;
  check_in.patient_id = "p1";
  check_in.check_in_id = absl::StrCat("ci-", ++next_id_);
  check_in.received_at = check_in.observed_at = received_at;
  check_in.rater = rater_;
  ReadTail(words, check_in);
  const std::string& verb = words.front();
  if (verb == "score") {
    check_in.kind = domain::InstrumentResponse{words.at(1), {}, std::nullopt};
    AddScore(scored, ScoreOf(words.at(1), words.at(2), words.size() > 3 ? words[3] : ""));
  } else if (verb == "items") {  // the rest unanswered
    domain::InstrumentResponse response{words.at(1), {}, std::nullopt};
    for (size_t i = 2; i < words.size(); ++i) {
      const auto [code, value] = KeyValue(words[i]);
      response.items[code] = static_cast<int>(ReadNumber(value));
    }
    const auto* instrument = TestCatalogue().FindInstrument(words.at(1));
    if (instrument == nullptr) Bad(words.at(1));
    AddScore(scored, domain::ScoreAnswers(*instrument, response));
    check_in.kind = std::move(response);
  } else if (verb == "vitals") {
    domain::VitalSigns vitals;
    for (size_t i = 1; i < words.size(); ++i) ReadVital(words[i], vitals);
    const auto scale = state_.plan ? state_.plan->spo2_scale : domain::Spo2Scale::kScale1;
    AddScore(scored,
             domain::ScoreNews2(TestCatalogue().news2, domain::ToNews2Input(vitals, scale)));
    check_in.kind = vitals;
  } else if (verb == "symptom") {
    check_in.kind = domain::RedFlagReport{{words.begin() + 1, words.end()}, std::nullopt};
  } else if (verb == "vomiting") {
    check_in.kind = domain::RedFlagReport{{}, absl::ToDoubleHours(ReadDuration(words.at(1)))};
  } else if (verb == "dose") {
    check_in.kind = ReadDose(words);
  } else if (auto kind = EngagementKind(words, next_id_)) {
    check_in.kind = *std::move(kind);
  } else if (verb == "craving") {
    domain::Craving craving;
    for (size_t i = 1; i < words.size(); ++i) {
      const auto [key, value] = KeyValue(words[i]);
      if (key == "nrs") craving.nrs = static_cast<int>(ReadNumber(value));
      if (key == "vas") craving.vas = static_cast<int>(ReadNumber(value));
      if (key == "intends") craving.intends_to_use = value == "yes";
    }
    check_in.kind = craving;
  } else if (verb == "set-aside") {  // set-aside respiratory_rate 0 ZERO_READING
    check_in.kind = domain::VitalSigns{};
    check_in.set_aside.push_back(
        {absl::StrCat("vital_signs.", words.at(1)), ReadNumber(words.at(2)), "", words.at(3), ""});
  } else if (verb == "conflict") {
    check_in.kind = domain::RedFlagReport{{"seizure"}, std::nullopt};
    scored.disposition = domain::Disposition::kConflict;
  } else {
    Bad(line);
  }
  return scored;
}

}  // namespace withdrawal::alerting
