// Intakes as rows of the read model.
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/intake.h"
#include "libs/codec/record.h"
#include "services/clinician/insert.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {

using google::protobuf::util::TimeUtil;

std::string IntakeEntryId(const std::string& intake_id) {
  return absl::StrCat("intake/", intake_id);
}

absl::Status RowBatch::AddIntake(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  auto parsed = codec::Parse<events::v1::IntakeRecorded>(record.value);
  if (!parsed.ok()) return parsed.status();
  events::v1::IntakeRecorded& intake = *parsed;
  // What alerting sets aside must not look like an intake here.
  if (const auto read = codec::FromProto(intake); !read.ok()) {
    return absl::InvalidArgumentError(read.status().message());
  }
  if (!IsKey(intake.patient_id()) || !IsKey(intake.intake_id())) {
    return absl::InvalidArgumentError("intake without patient_id or intake_id");
  }
  if (absl::Status status = codec::CheckKey(record.key, intake.patient_id()); !status.ok()) {
    return status;
  }
  const int64_t at = TimeUtil::TimestampToMicroseconds(intake.recorded_at());
  LatestIntake& latest = intakes_[intake.patient_id()];
  if (latest.intake.empty() || at >= latest.recorded_micros) {
    latest = {at, intake.SerializeAsString()};
  }
  const std::string owner = intake.patient_id();
  const std::string entry_id = IntakeEntryId(intake.intake_id());
  clinician::v1::TimelineEntry entry;
  *entry.mutable_at() = intake.recorded_at();
  *entry.mutable_intake() = std::move(intake);
  AddEntry(owner, entry_id, std::move(entry));
  return absl::OkStatus();
}

void RowBatch::WriteIntakes(Transaction& transaction) const {
  Insert known("patient", {{"patient_id", "text"}}, "ON CONFLICT (patient_id) DO NOTHING");
  Insert insert("latest_intake",
                {{"patient_id", "text"}, {"recorded_micros", "bigint"}, {"intake", "bytea"}},
                "ON CONFLICT (patient_id) DO UPDATE SET"
                " recorded_micros = excluded.recorded_micros, intake = excluded.intake"
                " WHERE excluded.recorded_micros >= latest_intake.recorded_micros");
  for (const auto& [patient, latest] : intakes_) {
    known.Add({patient});
    insert.Add({patient, absl::StrCat(latest.recorded_micros), BytesValue(latest.intake)});
  }
  known.Run(transaction);
  insert.Run(transaction);
}

}  // namespace withdrawal::clinician
