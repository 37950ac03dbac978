#include "services/ctl/replay_summary.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

namespace withdrawal::ctl {
namespace {

using Json = nlohmann::ordered_json;

std::string Utc(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

template <typename Count>
std::string Counts(const std::map<std::string, Count>& counts) {
  if (counts.empty()) return "none";
  return absl::StrJoin(counts, ", ", [](std::string* out, const auto& row) {
    absl::StrAppend(out, row.first, " ", row.second);
  });
}

Json OutcomesJson(const Outcomes& outcomes) {
  Json json;
  json["check_ins_scored"] = outcomes.scored.size();
  json["scored_again"] = outcomes.scored_again;
  json["conflicts"] = outcomes.conflicts;
  json["instruments"] = Json::object();
  for (const auto& [id, instrument] : outcomes.instruments) {
    json["instruments"][id] = {{"complete", instrument.complete},
                               {"incomplete", instrument.incomplete},
                               {"bands", instrument.bands}};
  }
  json["alerts"] = outcomes.alerts;
  return json;
}

std::string OutcomesText(const Outcomes& outcomes) {
  std::string text =
      absl::StrCat("scored:             ", outcomes.scored.size(), " check-ins, ",
                   outcomes.scored_again, " twice, ", outcomes.conflicts, " in conflict\n");
  for (const auto& [id, instrument] : outcomes.instruments) {
    absl::StrAppend(&text, "  ", id, ": ", instrument.complete, " complete (",
                    Counts(instrument.bands), "), ", instrument.incomplete, " incomplete\n");
  }
  for (const auto& [kind, rules] : outcomes.alerts) {
    absl::StrAppend(&text, "alerts ", kind, ": ", Counts(rules), "\n");
  }
  return text;
}

}  // namespace

std::string SummaryJson(const ReplaySummary& summary) {
  Json json;
  json["files"] = summary.files;
  json["assumptions"] = summary.assumptions;
  json["programme"] = summary.programme;
  json["prefix"] = summary.prefix;
  json["speed"] = summary.speed;
  json["copies"] = summary.copies;
  json["starts_at"] = Utc(summary.starts_at);
  json["ends_at"] = Utc(summary.ends_at);
  json["finished_at"] = Utc(summary.finished_at);
  json["rows_read"] = summary.rows_read;
  json["rows_refused"] = summary.rows_refused;
  json["patients"] = summary.patients;
  json["check_ins"] = {{"planned", summary.planned},
                       {"accepted", summary.tally.accepted},
                       {"known_already", summary.tally.known_already},
                       {"refused", summary.tally.refused},
                       {"retries", summary.retries}};
  json["readings_set_aside"] = summary.tally.set_aside;
  json["outcomes"] = summary.outcomes ? OutcomesJson(*summary.outcomes) : Json(nullptr);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string SummaryText(const ReplaySummary& summary) {
  std::string text =
      absl::StrCat("rows read:          ", summary.rows_read, "\n",
                   "rows refused:       ", Counts(summary.rows_refused), "\n",
                   "patients:           ", summary.patients, " (", summary.prefix, "...)\n",
                   "check-ins sent:     ", summary.planned, ", accepted ", summary.tally.accepted,
                   ", of these known already ", summary.tally.known_already, ", retries ",
                   summary.retries, "\n", "check-ins refused:  ", Counts(summary.tally.refused),
                   "\n", "readings set aside: ", Counts(summary.tally.set_aside), "\n");
  if (summary.outcomes) text += OutcomesText(*summary.outcomes);
  return text;
}

}  // namespace withdrawal::ctl
