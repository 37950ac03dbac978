#include <set>

#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {

void LoadEngagement(Reader& root, Catalogue& catalogue) {
  domain::EngagementPolicy& policy = catalogue.engagement;
  policy.adult_from_years = root.Int("adult_from_years");
  if (policy.adult_from_years < 1 || policy.adult_from_years > 30) {
    root.Problem("adult_from_years", "must be 1 to 30");
  }
  std::set<std::string> seen;
  for (Reader& reader : root.List("care_hours")) {
    domain::CareHours hours;
    hours.id = reader.Text("id");
    hours.level = reader.Text("level");
    hours.adult = reader.DurationOf("adult");
    hours.adolescent = reader.DurationOf("adolescent");
    hours.source = reader.Text("source");
    hours.mark = reader.MarkOf("mark");
    if (!seen.insert(hours.level).second) reader.Problem("level", "stands twice");
    if (hours.adult > absl::Hours(7 * 24)) reader.Problem("adult", "a week has 168 h");
    if (hours.adolescent > hours.adult) reader.Problem("adolescent", "more than of adults");
    reader.Done();
    policy.care_hours.push_back(std::move(hours));
  }
  root.Done();
}

void LoadRewards(Reader& root, Catalogue& catalogue) {
  domain::RewardSchedule& rewards = catalogue.rewards;
  rewards.id = root.Text("id");
  for (Reader& reader : root.List("behaviours")) {
    const std::string id = reader.Text("id");
    if (!rewards.behaviours.emplace(id, reader.Text("title")).second) {
      reader.Problem("id", "stands twice");
    }
    reader.Done();
  }
  Reader points = root.Map("points");
  rewards.first = points.Int("first");
  rewards.step = points.Int("step");
  rewards.most = points.Int("most");
  if (rewards.first < 1) points.Problem("first", "must be at least 1");
  if (rewards.step < 0) points.Problem("step", "must not be negative");
  if (rewards.most < rewards.first || rewards.most > 100'000) {
    points.Problem("most", "must be from first to 100000");
  }
  points.Done();
  rewards.source = root.Text("source");
  rewards.mark = root.MarkOf("mark");
  rewards.sign_off = root.Text("sign_off");
  root.OptionalText("note");
  root.Done();
}

}  // namespace withdrawal::catalogue
