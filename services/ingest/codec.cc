#include "services/ingest/codec.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/codec/check_in.h"
#include "libs/codec/time.h"
#include "libs/domain/units.h"
#include "libs/kafka/headers.h"

namespace withdrawal::ingest {
namespace {

using events::v1::CheckIn;
using events::v1::CheckInRecorded;
using events::v1::Quantity;

template <typename T, typename Proto>
std::optional<T> Optional(bool present, Proto value) {
  return present ? std::optional<T>(value) : std::nullopt;
}

RawVitalSigns ToRaw(const events::v1::VitalSigns& vitals) {
  RawVitalSigns raw;
  for (int i = 0; i < domain::kVitalCount; ++i) {
    const auto vital = static_cast<domain::Vital>(i);
    const Quantity* reading = codec::FindReading(vitals, vital);
    if (reading != nullptr) raw.readings.push_back({vital, reading->value(), reading->unit()});
  }
  raw.on_oxygen = Optional<bool>(vitals.has_on_oxygen(), vitals.on_oxygen());
  raw.consciousness = {vitals.consciousness(), codec::FromProto(vitals.consciousness())};
  raw.rass = Optional<int>(vitals.has_rass(), vitals.rass());
  return raw;
}

RawDose ToRaw(const events::v1::DoseEvent& dose) {
  RawDose raw;
  raw.product = dose.product();
  if (dose.has_amount()) raw.amount = RawQuantity{dose.amount().value(), dose.amount().unit()};
  raw.outcome = {dose.outcome(), codec::FromProto(dose.outcome())};
  raw.route = dose.route();
  raw.planned_dose_id = dose.planned_dose_id();
  return raw;
}

RawRedFlags ToRaw(const events::v1::RedFlagReport& report) {
  RawRedFlags raw;
  for (const int number : report.flags()) {
    std::string code = codec::RedFlagCode(static_cast<events::v1::RedFlag>(number));
    raw.flags.push_back({number, Optional<std::string>(!code.empty(), code)});
  }
  raw.vomiting_hours = Optional<double>(report.has_vomiting_hours(), report.vomiting_hours());
  raw.note = report.note();
  return raw;
}

domain::Craving ToRaw(const events::v1::Craving& craving) {
  return {Optional<int>(craving.has_nrs(), craving.nrs()),
          Optional<int>(craving.has_vas(), craving.vas()), craving.substance(),
          Optional<bool>(craving.has_intends_to_use(), craving.intends_to_use())};
}

domain::SessionAttendance ToRaw(const events::v1::SessionAttendance& session) {
  return {session.session_id(), session.session_type(),
          Optional<int>(session.has_planned_minutes(), session.planned_minutes()),
          Optional<int>(session.has_attended_minutes(), session.attended_minutes())};
}

RawKind ToRawKind(const CheckIn& check_in) {
  switch (check_in.kind_case()) {
    case CheckIn::kInstrumentResponse:
      return codec::FromProto(check_in.instrument_response());
    case CheckIn::kVitalSigns:
      return ToRaw(check_in.vital_signs());
    case CheckIn::kDose:
      return ToRaw(check_in.dose());
    case CheckIn::kCraving:
      return ToRaw(check_in.craving());
    case CheckIn::kSession:
      return ToRaw(check_in.session());
    case CheckIn::kRedFlags:
      return ToRaw(check_in.red_flags());
    case CheckIn::kLapse:
      return RawLapse{codec::FromProto(check_in.lapse()), check_in.lapse().note()};
    case CheckIn::kTriggers:
      return RawTriggers{codec::FromProto(check_in.triggers()), check_in.triggers().note()};
    case CheckIn::kTargetBehaviour: {
      const auto& target = check_in.target_behaviour();
      return RawTargetBehaviour{target.behaviour(), Optional<bool>(target.has_met(), target.met()),
                                target.note()};
    }
    case CheckIn::KIND_NOT_SET:
      break;
  }
  return std::monostate();
}

// Without the noise of the arithmetic: 100.4 [degF] is 38.0 Cel, on the right side of a band.
double WithoutNoise(double converted) { return std::round(converted * 1e6) / 1e6; }

void Convert(const std::string& field, double value, std::string_view unit, Quantity& quantity,
             CheckInRecorded& event) {
  if (quantity.unit() == unit) return;
  auto* original = event.add_converted();
  original->set_field(field);
  *original->mutable_original() = quantity;
  quantity.set_value(WithoutNoise(value));
  quantity.set_unit(std::string(unit));
}

void StoreVitals(const domain::JudgedVitals& judged, CheckInRecorded& event) {
  auto* vitals = event.mutable_check_in()->mutable_vital_signs();
  for (int i = 0; i < domain::kVitalCount; ++i) {
    const auto vital = static_cast<domain::Vital>(i);
    if (codec::FindReading(*vitals, vital) == nullptr) continue;
    if (!judged.values[i]) {
      codec::ClearReading(vitals, vital);
    } else {
      Convert("vital_signs." + std::string(domain::VitalCode(vital)), *judged.values[i],
              domain::CanonicalUnit(vital), *codec::MutableReading(vitals, vital), event);
    }
  }
  for (const auto& reading : judged.set_aside) {
    auto* added = event.add_set_aside();
    added->set_field(reading.field);
    added->mutable_original()->set_value(reading.value);
    added->mutable_original()->set_unit(reading.unit);
    added->set_reason(reading.reason);
    added->set_description(reading.description);
  }
}

Sent<domain::Precision> PrecisionOf(const CheckIn& check_in) {
  const int number = check_in.observed_precision();
  if (number == events::v1::OBSERVED_PRECISION_DAY) return {number, domain::Precision::kDay};
  return {number, std::nullopt};
}

Sent<ResponseStatus> StatusOf(const events::v1::InstrumentResponse& response) {
  switch (response.status()) {
    case events::v1::RESPONSE_STATUS_COMPLETED:
      return {response.status(), ResponseStatus::kCompleted};
    case events::v1::RESPONSE_STATUS_AMENDED:
      return {response.status(), ResponseStatus::kAmended};
    case events::v1::RESPONSE_STATUS_IN_PROGRESS:
      return {response.status(), ResponseStatus::kInProgress};
    default:
      return {response.status(), std::nullopt};
  }
}

}  // namespace

RawCheckIn ToRaw(const CheckIn& check_in) {
  RawCheckIn raw;
  raw.patient_id = check_in.patient_id();
  raw.check_in_id = check_in.check_in_id();
  raw.revision = check_in.revision();
  raw.precision = PrecisionOf(check_in);
  raw.has_started_at = check_in.has_started_at();
  if (raw.has_started_at && codec::IsValid(check_in.started_at())) {
    raw.started_at = codec::FromProto(check_in.started_at());
  }
  raw.response_status = StatusOf(check_in.instrument_response());
  if (check_in.has_observed_at() && codec::IsValid(check_in.observed_at())) {
    raw.observed_at = codec::FromProto(check_in.observed_at());
  }
  raw.utc_offset_minutes =
      Optional<int>(check_in.has_utc_offset_minutes(), check_in.utc_offset_minutes());
  raw.rater = {check_in.rater(), codec::FromProto(check_in.rater())};
  const auto& source = check_in.source();
  raw.source = {{"source.app", source.app()},
                {"source.app_version", source.app_version()},
                {"source.device_model", source.device_model()},
                {"source.device_id", source.device_id()}};
  raw.kind = ToRawKind(check_in);
  return raw;
}

CheckInRecorded ToEvent(const CheckIn& check_in, const Findings& findings,
                        domain::Instant received_at) {
  CheckInRecorded event;
  *event.mutable_check_in() = check_in;
  // A field we do not know was not examined: it is not stored.
  event.mutable_check_in()->DiscardUnknownFields();
  *event.mutable_received_at() = codec::ToProto(received_at);
  if (check_in.has_vital_signs()) StoreVitals(findings.vitals, event);
  if (findings.milligrams) {
    Convert("dose.amount", *findings.milligrams, "mg",
            *event.mutable_check_in()->mutable_dose()->mutable_amount(), event);
  }
  return event;
}

namespace {

std::string EventId(const CheckIn& check_in) {
  if (check_in.revision() == 0) return check_in.check_in_id();
  return absl::StrCat(check_in.check_in_id(), "/revision-", check_in.revision());
}

}  // namespace

stream::OutputRecord ToRecord(const CheckInRecorded& event, const std::string& topic,
                              const std::string& traceparent) {
  return {topic, event.check_in().patient_id(), event.SerializeAsString(),
          kafka::EventHeaders(event.GetTypeName(), EventId(event.check_in()), traceparent)};
}

}  // namespace withdrawal::ingest
