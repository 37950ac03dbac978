#include "services/clinician/engagement_summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kWeek = absl::Hours(7 * 24);
constexpr absl::Duration kMonth = absl::Hours(30 * 24);
constexpr size_t kTriggersMax = 5;
constexpr char kFactsMax[] = "2000";

class Summary {
 public:
  Summary(const domain::CarePlan& plan, const std::vector<EngagementFact>& facts,
          const domain::EngagementPolicy& policy, absl::Time now)
      : plan_(plan), facts_(facts), policy_(policy), now_(now) {}

  v1::Engagement Take() {
    const domain::IsoWeek week = domain::IsoWeekOf(now_, plan_.time_zone);
    AddWeek(week, *engagement_.mutable_this_week());
    AddWeek(domain::IsoWeekOf(week.begin - absl::Hours(12), plan_.time_zone),
            *engagement_.mutable_last_week());
    AddCraving();
    AddLapses();
    AddTriggers();
    AddItems();
    AddRewards();
    AddSupport();
    return std::move(engagement_);
  }

 private:
  void AddWeek(const domain::IsoWeek& week, v1::WeekOfSessions& into) const {
    *into.mutable_begins_at() = codec::ToProto(week.begin);
    into.set_planned_minutes(
        static_cast<int>(absl::ToInt64Minutes(domain::PlannedPerWeek(plan_, week))));
    if (const auto minimum = domain::WeeklyMinimum(policy_, plan_)) {
      into.set_minimum_minutes(static_cast<int>(absl::ToInt64Minutes(*minimum)));
    }
    for (const EngagementFact& fact : facts_) {
      if (fact.kind != "session_attended" || !week.Has(fact.at) || fact.value <= 0) continue;
      if (domain::IsMutualHelp(fact.detail)) {
        into.set_mutual_help_meetings(into.mutual_help_meetings() + 1);
      } else {
        into.set_attended_minutes(into.attended_minutes() + static_cast<int>(fact.value));
      }
    }
  }

  void AddCraving() {
    double sum[2] = {0, 0};  // of the last 7 days, of the 7 before
    int count[2] = {0, 0};
    for (const EngagementFact& fact : facts_) {
      if (fact.kind != "craving") continue;
      engagement_.set_last_craving(fact.value);
      *engagement_.mutable_last_craving_at() = codec::ToProto(fact.at);
      if (fact.at > now_ || fact.at <= now_ - 2 * kWeek) continue;
      const int week = fact.at > now_ - kWeek ? 0 : 1;
      sum[week] += fact.value;
      ++count[week];
    }
    if (count[0] == 0 || count[1] == 0) return;
    engagement_.set_craving_change(sum[0] / count[0] - sum[1] / count[1]);
  }

  void AddLapses() {
    std::set<int64_t> days;
    for (const EngagementFact& fact : facts_) {
      if (fact.kind != "lapse") continue;
      *engagement_.mutable_last_lapse_at() = codec::ToProto(fact.at);
      engagement_.set_last_lapse_substance_class(fact.detail);
      if (fact.at <= now_ && fact.at > now_ - kWeek)
        days.insert((now_ - fact.at) / absl::Hours(24));
    }
    engagement_.set_lapse_days_in_last_7(static_cast<int>(days.size()));
  }

  void AddTriggers() {
    std::map<std::string, int> counts;
    for (const EngagementFact& fact : facts_) {
      if (fact.kind == "trigger" && fact.at > now_ - kMonth) ++counts[fact.detail];
    }
    std::vector<std::pair<std::string, int>> ordered(counts.begin(), counts.end());
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (ordered.size() > kTriggersMax) ordered.resize(kTriggersMax);
    for (const auto& [tag, count] : ordered) {
      v1::TriggerCount& trigger = *engagement_.add_triggers();
      trigger.set_tag(tag);
      trigger.set_count(count);
    }
  }

  void AddItems() {
    for (const EngagementFact& fact : facts_) {
      if (fact.kind != "item") continue;
      if (absl::EndsWith(fact.detail, "/satisfaction")) {
        SetItem(fact, *engagement_.mutable_satisfaction());
      } else if (absl::EndsWith(fact.detail, "/supportive_contact_days")) {
        SetItem(fact, *engagement_.mutable_supportive_contact_days());
      } else if (absl::EndsWith(fact.detail, "/self_help_days")) {
        SetItem(fact, *engagement_.mutable_self_help_days());
      }
    }
  }

  static void SetItem(const EngagementFact& fact, v1::BamItem& item) {
    item.set_instrument(fact.detail.substr(0, fact.detail.find('/')));
    item.set_points(static_cast<int>(fact.value));
    *item.mutable_observed_at() = codec::ToProto(fact.at);
  }

  // A balance only grows, in order of booking and not of observation.
  void AddRewards() {
    for (const EngagementFact& fact : facts_) {
      if (fact.kind != "reward" || fact.at <= now_ - kMonth) continue;
      const auto balance = static_cast<int64_t>(fact.value);
      engagement_.set_reward_balance(std::max(engagement_.reward_balance(), balance));
    }
  }

  void AddSupport() {
    const events::v1::CarePlan message = codec::ToProto(plan_);
    *engagement_.mutable_goals() = message.goals();
    for (size_t i = 0; i < plan_.support_contacts.size(); ++i) {
      const events::v1::SupportContact& contact = message.support_contacts(static_cast<int>(i));
      v1::ContactState& state = *engagement_.add_support_contacts();
      state.set_contact_id(contact.contact_id());
      state.set_relation(contact.relation());
      *state.mutable_consented_to() = contact.consented_to();
      const auto consent = domain::ConsentAt(plan_.support_contacts[i], now_);
      state.set_consent(static_cast<v1::ConsentState>(static_cast<int>(consent) + 1));
      if (contact.has_last_contact_at())
        *state.mutable_last_contact_at() = contact.last_contact_at();
    }
    engagement_.set_no_support_contact(plan_.support_contacts.empty());
  }

  const domain::CarePlan& plan_;
  const std::vector<EngagementFact>& facts_;
  const domain::EngagementPolicy& policy_;
  const absl::Time now_;
  v1::Engagement engagement_;
};

}  // namespace

v1::Engagement EngagementOf(const domain::CarePlan& plan, const std::vector<EngagementFact>& facts,
                            const domain::EngagementPolicy& policy, absl::Time now) {
  return Summary(plan, facts, policy, now).Take();
}

std::vector<EngagementFact> ReadFacts(Transaction& transaction, const std::string& patient_id,
                                      absl::Time now) {
  const std::string columns = "SELECT kind, detail, at_micros, value FROM check_in_fact f";
  const Result result = transaction.Execute(
      absl::StrCat("(", columns, " WHERE patient_id = $1::text AND at_micros > $2::bigint",
                   " ORDER BY at_micros DESC LIMIT ", kFactsMax, ") UNION ALL (", columns,
                   " WHERE patient_id = $1::text AND at_micros <= $2::bigint",
                   " AND kind IN ('lapse', 'craving', 'item') AND NOT EXISTS (SELECT 1 FROM"
                   " check_in_fact g WHERE g.patient_id = f.patient_id AND g.kind = f.kind AND"
                   " g.detail = f.detail AND g.at_micros > f.at_micros))"
                   " ORDER BY at_micros, kind, detail"),
      {patient_id, MicrosValue(now - kMonth)});
  std::vector<EngagementFact> facts;
  for (const Row& row : result.rows) {
    double value = 0;
    if (!absl::SimpleAtod(row.Text(3), &value)) continue;
    facts.push_back({row.Text(0), row.Text(1), absl::FromUnixMicros(row.Int(2)), value});
  }
  return facts;
}

}  // namespace withdrawal::clinician
