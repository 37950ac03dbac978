#include "services/alerting/core/engagement.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/domain/engagement.h"
#include "libs/domain/schedule.h"
#include "libs/domain/substance.h"

namespace withdrawal::alerting {
namespace {

using domain::Measure;

constexpr Duration kUsesKeptFor = absl::Hours(8 * 24);  // for use days of the last 7
constexpr Duration kSessionsKeptFor = absl::Hours(28 * 24);

void Add(const char* code, double value, std::string text, Facts& facts) {
  facts.Add(FactCode(Measure::kEngagement, code), value, std::move(text));
}

std::string Describe(const domain::LapseReport& lapse) {
  std::vector<std::string> parts = {absl::StrCat(lapse.substance_class, " use reported")};
  if (lapse.amount) parts.push_back(absl::StrCat(*lapse.amount, " ", lapse.unit));
  if (!lapse.route.empty()) parts.push_back(lapse.route);
  if (lapse.alone) parts.push_back(*lapse.alone ? "alone" : "not alone");
  if (lapse.naloxone_present) {
    parts.push_back(*lapse.naloxone_present ? "naloxone there" : "no naloxone");
  }
  if (lapse.intends_to_continue) {
    parts.push_back(*lapse.intends_to_continue ? "may use again" : "has stopped");
  }
  return absl::StrJoin(parts, ", ");
}

// Local days with a use, of 7 in a row that hold this one and end with a use: the most there are.
// Later ones may have been told of before.
int UseDays(const State& state, Instant used_at) {
  const absl::TimeZone zone =
      state.plan ? domain::ZoneOf(state.plan->time_zone) : absl::UTCTimeZone();
  const absl::CivilDay today = absl::ToCivilDay(used_at, zone);
  std::set<absl::CivilDay> days = {today};
  for (const ReportedUse& use : state.engagement.uses) {
    const absl::CivilDay day = absl::ToCivilDay(use.used_at, zone);
    if (day < today + 7 && day > today - 7) days.insert(day);
  }
  std::ptrdiff_t most = 0;
  for (auto end = days.find(today); end != days.end(); ++end) {
    most = std::max(most, std::distance(days.upper_bound(*end - 7), end) + 1);
  }
  return static_cast<int>(most);
}

void AddLapse(const domain::LapseReport& lapse, const State& state, Facts& facts) {
  const Instant used_at = facts.observed_at();
  const std::string words = Describe(lapse);
  // EN-04: only what is used after the quit date is a lapse.
  if (state.plan && state.plan->quit_at && used_at < *state.plan->quit_at) return;
  Add("lapse", 1, words, facts);
  const int days = std::max(lapse.use_days_in_last_7.value_or(1), UseDays(state, used_at));
  Add("use_days_in_7", days, absl::StrCat(days, days == 1 ? " use day" : " use days", " in 7"),
      facts);
  const bool earlier = lapse.back_to_earlier_pattern.value_or(false);
  Add("earlier_pattern", earlier ? 1 : 0, earlier ? "using as before the quit date" : "", facts);
}

void Remember(const domain::SessionAttendance& session, Instant at,
              std::vector<AttendedSession>& sessions) {
  if (!session.attended_minutes || domain::IsMutualHelp(session.session_type)) return;
  std::erase_if(sessions, [&](const auto& s) { return s.session_id == session.session_id; });
  sessions.push_back({session.session_id, at, absl::Minutes(*session.attended_minutes)});
  std::stable_sort(sessions.begin(), sessions.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  const Instant oldest = sessions.back().at - kSessionsKeptFor;
  std::erase_if(sessions, [&](const auto& s) { return s.at < oldest; });
  if (sessions.size() > kSessionsMax) sessions.erase(sessions.begin());
}

void AddSession(const domain::SessionAttendance& session, const State& state, Facts& facts) {
  if (!session.attended_minutes || domain::IsMutualHelp(session.session_type)) return;
  std::vector<AttendedSession> sessions = state.engagement.sessions;
  Remember(session, facts.observed_at(), sessions);
  int missed = 0;
  for (auto s = sessions.rbegin(); s != sessions.rend() && s->attended == absl::ZeroDuration();
       ++s) {
    ++missed;
  }
  Add("missed_sessions_in_a_row", missed, absl::StrCat(missed, " sessions missed in a row"), facts);
}

// EN-07, from BAM item 16.
const domain::ItemScore* SupportItem(const domain::Score& score) {
  if (!absl::StartsWith(score.instrument, "BAM")) return nullptr;
  for (const domain::ItemScore& item : score.items) {
    if (item.code == "supportive_contact_days") return &item;
  }
  return nullptr;
}

void AddSupport(const domain::Score& score, const State& state, Facts& facts) {
  const domain::ItemScore* item = SupportItem(score);
  const auto before = state.engagement.support.find(score.instrument);
  if (item == nullptr || before == state.engagement.support.end() ||
      before->second.observed_at == facts.observed_at()) {
    return;
  }
  int earlier = before->second.category;
  int later = domain::SupportCategory(score.instrument, item->points);
  if (before->second.observed_at > facts.observed_at()) std::swap(earlier, later);
  Add("support_fall_categories", earlier - later,
      absl::StrCat(score.instrument, " days with supportive people: category ", earlier,
                   " before, ", later, " now"),
      facts);
}

void RememberUse(State& state, const ReportedUse& use) {
  auto& uses = state.engagement.uses;
  uses.push_back(use);
  std::stable_sort(uses.begin(), uses.end(),
                   [](const auto& a, const auto& b) { return a.used_at < b.used_at; });
  std::map<std::string, Instant> newest;
  for (const ReportedUse& one : uses) newest[one.substance_class] = one.used_at;
  const Instant oldest = uses.back().used_at - kUsesKeptFor;
  std::erase_if(uses, [&](const ReportedUse& one) {
    return one.used_at < oldest && one.used_at < newest[one.substance_class];
  });
  if (uses.size() > kUsesMax) uses.erase(uses.begin());
  if (state.plan) MoveLastUse(use, *state.plan);
}

}  // namespace

void AddEngagementFacts(const domain::ScoredCheckIn& scored, const State& state, Facts& facts) {
  const auto& kind = scored.check_in.kind;
  if (const auto* lapse = std::get_if<domain::LapseReport>(&kind)) {
    AddLapse(*lapse, state, facts);
  } else if (const auto* session = std::get_if<domain::SessionAttendance>(&kind)) {
    AddSession(*session, state, facts);
  }
  for (const domain::Score& score : scored.scores) AddSupport(score, state, facts);
}

void MoveLastUse(const ReportedUse& use, domain::CarePlan& plan) {
  const auto& classes = domain::kSubstanceClasses;
  if (std::find(classes.begin(), classes.end(), use.substance_class) == classes.end()) return;
  for (domain::SubstanceUse& known : plan.substances) {
    if (known.substance_class != use.substance_class) continue;
    known.last_use = std::max(known.last_use, use.used_at);
    return;
  }
  plan.substances.push_back({use.substance_class, use.used_at});
}

void RememberEngagement(State& state, const domain::ScoredCheckIn& scored) {
  const domain::CheckIn& check_in = scored.check_in;
  if (const auto* lapse = std::get_if<domain::LapseReport>(&check_in.kind)) {
    RememberUse(state, {lapse->substance_class, check_in.observed_at});
  } else if (const auto* session = std::get_if<domain::SessionAttendance>(&check_in.kind)) {
    Remember(*session, check_in.observed_at, state.engagement.sessions);
  }
  for (const domain::Score& score : scored.scores) {
    const domain::ItemScore* item = SupportItem(score);
    if (item == nullptr) continue;
    const SupportDays now{domain::SupportCategory(score.instrument, item->points),
                          check_in.observed_at};
    const auto [known, fresh] = state.engagement.support.try_emplace(score.instrument, now);
    if (!fresh && known->second.observed_at <= now.observed_at) known->second = now;
  }
}

}  // namespace withdrawal::alerting
