#include "services/clinician/vital_rows.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/clinician/insert.h"

namespace withdrawal::clinician {

using google::protobuf::util::TimeUtil;

void VitalRows::Add(const events::v1::CheckIn& check_in, const std::string& vital,
                    const events::v1::Quantity& quantity) {
  if (!std::isfinite(quantity.value()) || quantity.unit().size() > 64 ||
      quantity.unit().find('\0') != std::string::npos) {
    return;
  }
  const int64_t at = TimeUtil::TimestampToMicroseconds(check_in.observed_at());
  const auto [reading, fresh] = readings_.try_emplace({check_in.patient_id(), vital});
  if (!fresh && at < reading->second.observed_micros) return;
  reading->second = {at, quantity.value(), quantity.unit()};
}

void VitalRows::AddCheckIn(const events::v1::CheckIn& check_in) {
  if (!check_in.has_vital_signs()) return;
  const events::v1::VitalSigns& vitals = check_in.vital_signs();
  if (vitals.has_pulse()) Add(check_in, "pulse", vitals.pulse());
  if (vitals.has_respiratory_rate()) Add(check_in, "respiratory_rate", vitals.respiratory_rate());
  if (vitals.has_spo2()) Add(check_in, "spo2", vitals.spo2());
  if (vitals.has_systolic()) Add(check_in, "systolic", vitals.systolic());
  if (vitals.has_diastolic()) Add(check_in, "diastolic", vitals.diastolic());
  if (vitals.has_temperature()) Add(check_in, "temperature", vitals.temperature());
  if (vitals.has_weight()) Add(check_in, "weight", vitals.weight());
  if (vitals.has_breath_alcohol()) Add(check_in, "breath_alcohol", vitals.breath_alcohol());
}

void VitalRows::Write(Transaction& transaction) const {
  Insert insert("latest_vital",
                {{"patient_id", "text"},
                 {"vital", "text"},
                 {"observed_micros", "bigint"},
                 {"value", "double precision"},
                 {"unit", "text"}},
                "ON CONFLICT (patient_id, vital) DO UPDATE SET"
                " observed_micros = excluded.observed_micros, value = excluded.value,"
                " unit = excluded.unit"
                " WHERE excluded.observed_micros >= latest_vital.observed_micros");
  for (const auto& [key, reading] : readings_) {
    insert.Add({key.first, key.second, absl::StrCat(reading.observed_micros),
                absl::StrCat(reading.value), reading.unit});
  }
  insert.Run(transaction);
}

}  // namespace withdrawal::clinician
