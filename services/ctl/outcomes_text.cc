#include "services/ctl/outcomes_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/codec/time.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::Rate;
using clinician::v1::Ratio;

void AddRatio(const std::string& name, const Ratio& ratio, Table& table) {
  const std::string of = absl::StrCat(ratio.numerator(), " of ", ratio.denominator());
  const std::string value =
      ratio.denominator() == 0
          ? "-"
          : absl::StrFormat("%.0f %%", 100.0 * static_cast<double>(ratio.numerator()) /
                                           static_cast<double>(ratio.denominator()));
  table.Add({name, value, of});
}

void AddRate(const std::string& name, const Rate& rate, Table& table) {
  const std::string value =
      rate.has_per_100_patient_days()
          ? absl::StrFormat("%.1f per 100 patient-days", rate.per_100_patient_days())
          : "-";
  table.Add(
      {name, value, absl::StrFormat("%d in %.1f patient-days", rate.count(), rate.patient_days())});
}

std::string Day(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", codec::FromProto(time), absl::UTCTimeZone());
}

}  // namespace

std::string OutcomesText(const clinician::v1::Outcomes& outcomes) {
  Table table({"OUTCOME", "VALUE", "COUNTED"});
  AddRatio("withdrawal management completed", outcomes.completed(), table);
  AddRatio("transferred", outcomes.transferred(), table);
  if (outcomes.has_medication_within_7_days()) {
    AddRatio("medicine for the disorder within 7 d", outcomes.medication_within_7_days(), table);
  }
  AddRatio("medicine offered", outcomes.medication_offered(), table);
  AddRatio("retained at 7 d", outcomes.retained_7_days(), table);
  AddRatio("retained at 30 d", outcomes.retained_30_days(), table);
  AddRatio("retained at 90 d", outcomes.retained_90_days(), table);
  AddRate("missed check-ins", outcomes.missed_check_ins(), table);
  AddRate("use days", outcomes.use_days(), table);
  AddRate("emergencies", outcomes.emergencies(), table);
  AddRate("overdoses", outcomes.overdoses(), table);
  AddRate("self-harm", outcomes.self_harm(), table);
  for (const auto& time : outcomes.time_to_acknowledge()) {
    const std::string value = time.has_median()
                                  ? absl::StrCat("median ", Age(codec::FromProto(time.median())),
                                                 ", p90 ", Age(codec::FromProto(time.p90())))
                                  : "-";
    table.Add({absl::StrCat("acknowledged, ", PriorityName(time.priority())), value,
               absl::StrCat(time.acknowledged(), " of ", time.alerts())});
  }
  const auto& craving = outcomes.craving();
  table.Add({"craving, 0 to 10",
             craving.has_first_half()
                 ? absl::StrFormat("%.1f, then %.1f", craving.first_half(), craving.second_half())
                 : "-",
             absl::StrCat(craving.people(), " people")});
  for (const auto& sleep : outcomes.sleep()) {
    table.Add({absl::StrCat("sleep, ", sleep.instrument()), absl::StrFormat("%.2f", sleep.mean()),
               absl::StrCat(sleep.people(), " people")});
  }
  return absl::StrCat(Day(outcomes.since()), " to ", Day(outcomes.until()), " UTC\n", table.Text());
}

}  // namespace withdrawal::ctl
