#include "services/ctl/timeline.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/codec/time.h"
#include "services/ctl/core/sparkline.h"
#include "services/ctl/engagement_words.h"
#include "services/ctl/intake.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::TimelineEntry;
using events::v1::CheckIn;
using events::v1::CheckInScored;
using events::v1::Score;

// Without a total: the category, the subscales, and what is missing of them.
std::string PartsText(const Score& score) {
  std::string text = score.instrument();
  const bool complete = score.status() == events::v1::SCORE_STATUS_COMPLETE;
  if (score.gate_closed()) absl::StrAppend(&text, " does not apply");
  if (score.has_category_rank()) {
    absl::StrAppend(&text, complete ? " " : " at least ", score.category());
  }
  for (const auto& part : score.subscales()) {
    absl::StrAppend(&text, " ", part.id(), part.has_total() ? " " : " >=", part.partial_sum(),
                    part.flagged() ? " flagged" : "");
  }
  if (complete) return text;
  return absl::StrCat(text, " incomplete, missing ", absl::StrJoin(score.missing_items(), " "));
}

std::string ScoreText(const Score& score) {
  if (score.no_total()) return PartsText(score);
  std::string text =
      score.has_total()
          ? absl::StrCat(score.instrument(), " ", score.total(), " ", score.band())
          : absl::StrCat(score.instrument(), " >=", score.partial_sum(), " incomplete, missing ",
                         absl::StrJoin(score.missing_items(), " "));
  if (score.prorated()) {
    absl::StrAppend(&text, " prorated, missing ", absl::StrJoin(score.missing_items(), " "));
  }
  if (score.has_stated_total()) absl::StrAppend(&text, ", sender says ", score.stated_total());
  if (score.has_change_from_previous()) {
    absl::StrAppend(&text, absl::StrFormat(" (%+d)", score.change_from_previous()));
  }
  return text;
}

std::string VitalsText(const events::v1::VitalSigns& vitals) {
  std::vector<std::string> parts;
  const auto* reflection = vitals.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(vitals, &fields);
  for (const auto* field : fields) {
    if (field->message_type() != events::v1::Quantity::descriptor()) continue;
    const auto& quantity =
        static_cast<const events::v1::Quantity&>(reflection->GetMessage(vitals, field));
    parts.push_back(absl::StrCat(field->name(), " ", quantity.value()));
  }
  return absl::StrJoin(parts, ", ");
}

std::string KindText(const CheckIn& check_in) {
  switch (check_in.kind_case()) {
    case CheckIn::kInstrumentResponse:
      return check_in.instrument_response().instrument();
    case CheckIn::kVitalSigns:
      return VitalsText(check_in.vital_signs());
    case CheckIn::kDose:
      return absl::StrCat(check_in.dose().product(), " ", check_in.dose().amount().value(),
                          check_in.dose().amount().unit());
    case CheckIn::kCraving:
      return check_in.craving().has_nrs() ? absl::StrCat("NRS ", check_in.craving().nrs())
                                          : absl::StrCat("VAS ", check_in.craving().vas());
    case CheckIn::kSession:
      return check_in.session().session_type();
    case CheckIn::kRedFlags:
      return absl::StrJoin(check_in.red_flags().flags(), ", ", [](std::string* out, int flag) {
        const std::string& name = RedFlag_Name(static_cast<events::v1::RedFlag>(flag));
        *out += absl::AsciiStrToLower(name.substr(std::string("RED_FLAG_").size()));
      });
    case CheckIn::kLapse:
      return LapseText(check_in.lapse());
    case CheckIn::kTriggers:
      return TriggersText(check_in.triggers());
    case CheckIn::kTargetBehaviour:
      return absl::StrCat(check_in.target_behaviour().behaviour(),
                          check_in.target_behaviour().met() ? " met" : " not met");
    case CheckIn::KIND_NOT_SET:
      return {};
  }
  return {};
}

std::string CheckInText(const CheckInScored& scored) {
  std::string text = KindText(scored.recorded().check_in());
  for (const auto& score : scored.scores()) absl::StrAppend(&text, "; ", ScoreText(score));
  if (scored.has_reward()) {
    absl::StrAppend(&text, "; +", scored.reward().points(), " points, ", scored.reward().in_a_row(),
                    " in a row, balance ", scored.reward().balance());
  }
  for (const auto& reading : scored.recorded().set_aside()) {
    absl::StrAppend(&text, "; set aside ", reading.field(), " ", reading.original().value(),
                    reading.original().unit(), " ", reading.reason());
  }
  if (scored.disposition() == events::v1::CHECK_IN_DISPOSITION_CONFLICT) {
    absl::StrAppend(&text, "; CONFLICT: same id, other content, not scored");
  }
  if (scored.disposition() == events::v1::CHECK_IN_DISPOSITION_AMENDED) {
    absl::StrAppend(&text, "; amended, revision ", scored.recorded().check_in().revision());
  }
  return text;
}

std::string AlertText(const events::v1::AlertEvent& event) {
  const auto* kind = event.GetDescriptor()->FindOneofByName("kind");
  const auto* field = event.GetReflection()->GetOneofFieldDescriptor(event, kind);
  const auto& alert = event.alert();
  std::string what = field == nullptr ? "changed" : field->name();
  if (event.has_suppressed()) absl::StrAppend(&what, " (", event.suppressed().reason(), ")");
  return absl::StrCat(PriorityName(alert.priority()), " ", alert.rule_id(), " ", what, ": ",
                      alert.title(),
                      alert.evidence().empty() ? "" : absl::StrCat(" [", alert.evidence(), "]"));
}

// The highest revision of each check-in: an earlier one is shown but no longer counts.
std::map<std::string, int> Revisions(const std::vector<TimelineEntry>& entries) {
  std::map<std::string, int> revisions;
  for (const TimelineEntry& entry : entries) {
    if (entry.check_in().disposition() == events::v1::CHECK_IN_DISPOSITION_CONFLICT) continue;
    const CheckIn& check_in = entry.check_in().recorded().check_in();
    int& highest = revisions[check_in.check_in_id()];
    highest = std::max(highest, check_in.revision());
  }
  return revisions;
}

std::string AtText(const TimelineEntry& entry) {
  const std::string at = LocalTimeText(codec::FromProto(entry.at()));
  const auto precision = entry.check_in().recorded().check_in().observed_precision();
  // "2026-07-01 14:00:00": of a day there is no hour.
  return precision == events::v1::OBSERVED_PRECISION_DAY ? at.substr(0, at.find(' ')) : at;
}

struct Series {
  std::vector<int> totals;  // oldest first
  int top = 0;
};

std::string Sparklines(const std::map<std::string, Series>& series) {
  Table table({"INSTRUMENT", "TOTALS", "LOWEST", "HIGHEST", "LATEST", "OF"});
  for (const auto& [instrument, one] : series) {
    const auto [low, high] = std::minmax_element(one.totals.begin(), one.totals.end());
    table.Add({instrument, Sparkline(one.totals, one.top), std::to_string(*low),
               std::to_string(*high), std::to_string(one.totals.back()), std::to_string(one.top)});
  }
  return series.empty() ? "" : table.Text();
}

}  // namespace

std::string TimelineText(const std::vector<TimelineEntry>& entries) {
  Table table({"AT", "WHAT", "DETAIL"});
  std::map<std::string, Series> series;
  const std::map<std::string, int> revisions = Revisions(entries);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const std::string at = AtText(*entry);
    if (entry->has_check_in()) {
      const CheckIn& check_in = entry->check_in().recorded().check_in();
      const auto known = revisions.find(check_in.check_in_id());
      const int revision = known == revisions.end() ? 0 : known->second;
      const bool replaced = check_in.revision() < revision;
      table.Add({at, "check-in",
                 absl::StrCat(CheckInText(entry->check_in()),
                              replaced ? absl::StrCat("; replaced by revision ", revision) : "")});
      if (replaced) continue;
      for (const Score& score : entry->check_in().scores()) {
        if (!score.has_total()) continue;
        series[score.instrument()].totals.push_back(score.total());
        series[score.instrument()].top = score.total_max();
      }
    } else if (entry->has_alert_event()) {
      table.Add({at, "alert", AlertText(entry->alert_event())});
    } else if (entry->has_care_plan()) {
      table.Add(
          {at, "care plan",
           absl::StrCat("by ", entry->care_plan().author(), ": ", entry->care_plan().reason())});
    } else if (entry->has_intake()) {
      table.Add({at, "intake",
                 absl::StrCat(VerdictLine(entry->intake().verdict()), "; by ",
                              entry->intake().author(), ": ", entry->intake().reason())});
    }
  }
  const std::string lines = Sparklines(series);
  return absl::StrCat(table.Text(), lines.empty() ? "" : "\n", lines);
}

}  // namespace withdrawal::ctl
