// Plan templates (templates/*.yaml), one file each.
#include <algorithm>
#include <cstdio>
#include <set>

#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::LocalTime;
using domain::PlanTemplate;
using domain::TemplateAnchor;
using domain::TemplateEntry;

LocalTime ToLocalTime(Reader& reader, const std::string& key, const std::string& text) {
  LocalTime time;
  char rest = 0;
  const bool read = text.size() == 5 &&
                    std::sscanf(text.c_str(), "%2d:%2d%c", &time.hour, &time.minute, &rest) == 2;
  if (!read || time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59) {
    reader.Problem(key, "must be a local time such as \"07:00\"");
    return {};
  }
  return time;
}

// "0m" counts as well.
domain::Duration ToDuration(Reader& reader, const std::string& key, const std::string& text) {
  domain::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration < absl::ZeroDuration()) {
    reader.Problem(key, "must be a duration such as 0m, 4h");
  }
  return duration;
}

void ReadTimes(Reader& reader, TemplateEntry& entry) {
  if (reader.Has("every")) entry.every = reader.DurationOf("every");
  if (reader.Has("awake_every")) entry.awake_every = reader.DurationOf("awake_every");
  for (const std::string& text : reader.OptionalTexts("at")) {
    entry.at.push_back(ToDuration(reader, "at", text));
  }
  for (const std::string& text : reader.OptionalTexts("daily_at")) {
    entry.daily_at.push_back(ToLocalTime(reader, "daily_at", text));
  }
  if (reader.Has("after_doses")) {
    entry.after_doses = reader.DurationOf("after_doses");
    entry.product = reader.Text("product");
  }
  const int ways = (entry.every ? 1 : 0) + (entry.awake_every ? 1 : 0) +
                   (entry.at.empty() ? 0 : 1) + (entry.daily_at.empty() ? 0 : 1);
  if (ways != 1) reader.Problem("", "needs one of every, awake_every, at and daily_at");
  if (entry.awake_every && *entry.awake_every < absl::Hours(1)) {
    reader.Problem("awake_every", "must be an hour or more");
  }
  if (std::adjacent_find(entry.at.begin(), entry.at.end(), std::greater_equal<>()) !=
      entry.at.end()) {
    reader.Problem("at", "must ascend");
  }
  if (entry.after_doses && entry.daily_at.empty()) {
    reader.Problem("after_doses", "needs daily_at for a plan without such doses");
  }
}

TemplateEntry ReadEntry(Reader& reader, const Catalogue& catalogue) {
  TemplateEntry entry;
  entry.entry_id = reader.Text("id");
  entry.satisfied_by = reader.Texts("satisfied_by");
  for (const std::string& name : entry.satisfied_by) {
    if (!IsCheckIn(name, catalogue)) reader.Problem("satisfied_by", "unknown check-in " + name);
  }
  if (reader.Has("since")) {
    entry.since =
        reader.Choice<TemplateAnchor>("since", {{"start", TemplateAnchor::kStart},
                                                {"last-use", TemplateAnchor::kLastUse},
                                                {"first-dose", TemplateAnchor::kFirstDose},
                                                {"dose-cut", TemplateAnchor::kDoseCut}});
  }
  if (reader.Has("from")) entry.from = reader.DurationOf("from");
  if (reader.Has("until")) entry.until = reader.DurationOf("until");
  if (entry.until && *entry.until <= entry.from) reader.Problem("until", "must be after from");
  if (entry.since == TemplateAnchor::kDoseCut && !entry.until) {
    reader.Problem("until", "is needed after a dose cut");
  }
  ReadTimes(reader, entry);
  if (!entry.product.empty() && catalogue.FindMedication(entry.product) == nullptr) {
    reader.Problem("product", "unknown product " + entry.product);
  }
  reader.Done();
  return entry;
}

void ReadSessions(Reader& root, PlanTemplate& plan_template) {
  for (Reader& reader : root.OptionalList("sessions")) {
    domain::SessionPlan session;
    session.session_type = reader.Text("type");
    session.per_week = reader.Int("per_week");
    session.minutes_each = reader.Int("minutes_each");
    if (session.per_week < 1 || session.per_week > 21) reader.Problem("per_week", "1 to 21");
    if (session.minutes_each < 1 || session.minutes_each > 1440) {
      reader.Problem("minutes_each", "1 to 1440");
    }
    reader.Done();
    plan_template.sessions.push_back(session);
  }
}

}  // namespace

const std::vector<std::string>& OtherCheckIns() {
  static const std::vector<std::string> names = {"vital-signs", "red-flags", "sedation"};
  return names;
}

bool IsCheckIn(const std::string& name, const Catalogue& catalogue) {
  const auto& others = OtherCheckIns();
  return std::find(others.begin(), others.end(), name) != others.end() ||
         catalogue.FindInstrument(name) != nullptr;
}

void LoadPlanTemplate(Reader& root, Catalogue& catalogue) {
  PlanTemplate plan_template;
  plan_template.id = root.Text("id");
  plan_template.title = root.Text("title");
  plan_template.programmes = ReadProgrammes(root, "programmes");
  plan_template.classes = root.OptionalTexts("classes");
  for (const std::string& name : plan_template.classes) {
    const auto& known = SubstanceClasses();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      root.Problem("classes", "unknown substance class " + name);
    }
  }
  plan_template.wake = ToLocalTime(root, "wake", root.Text("wake"));
  plan_template.bed = ToLocalTime(root, "bed", root.Text("bed"));
  std::set<std::string> ids;
  for (Reader& reader : root.List("entries")) {
    plan_template.entries.push_back(ReadEntry(reader, catalogue));
    if (!ids.insert(plan_template.entries.back().entry_id).second) {
      reader.Problem("id", "stands twice");
    }
  }
  ReadSessions(root, plan_template);
  plan_template.source = root.Text("source");
  plan_template.mark = root.MarkOf("mark");
  root.Done();
  const std::string id = plan_template.id;
  if (!catalogue.templates.emplace(id, std::move(plan_template)).second) {
    root.Problem("id", "duplicate template " + id);
  }
}

}  // namespace withdrawal::catalogue
