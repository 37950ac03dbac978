#include "libs/codec/intake.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

events::v1::SuitabilityRemedy ToProto(domain::Remedy remedy) {
  return static_cast<events::v1::SuitabilityRemedy>(static_cast<int>(remedy) + 1);
}

events::v1::AsamEdition ToProto(domain::AsamEdition edition) {
  return edition == domain::AsamEdition::kThird ? events::v1::ASAM_EDITION_THIRD
                                                : events::v1::ASAM_EDITION_FOURTH;
}

void Encode(const domain::SuitabilityFinding& finding, events::v1::SuitabilityFinding& message) {
  message.set_rule_id(finding.rule_id);
  message.set_title(finding.title);
  message.set_consequence(codec::ToProto(finding.consequence));
  message.set_remedy(ToProto(finding.remedy));
  message.set_level(finding.level);
  message.set_why(finding.why);
  message.set_task(finding.task);
  message.set_variant(finding.variant);
  message.set_sign_off(finding.sign_off);
  for (const domain::Dimension& dimension : finding.dimensions) {
    auto* added = message.add_dimensions();
    added->set_edition(ToProto(dimension.edition));
    added->set_number(dimension.number);
    added->set_meaning(dimension.meaning);
  }
}

}  // namespace

events::v1::InputValue ToProto(const std::string& input, const domain::assessment::Value& value) {
  events::v1::InputValue message;
  message.set_input(input);
  if (const bool* yes = std::get_if<bool>(&value)) message.set_yes_no(*yes);
  if (const double* number = std::get_if<double>(&value)) message.set_number(*number);
  if (const auto* choice = std::get_if<std::string>(&value)) message.set_choice(*choice);
  return message;
}

std::optional<domain::assessment::Value> FromProto(const events::v1::InputValue& value) {
  switch (value.value_case()) {
    case events::v1::InputValue::kYesNo:
      return value.yes_no();
    case events::v1::InputValue::kNumber:
      return value.number();
    case events::v1::InputValue::kChoice:
      return value.choice();
    case events::v1::InputValue::VALUE_NOT_SET:
      return std::nullopt;
  }
  return std::nullopt;
}

events::v1::SuitabilityConsequence ToProto(domain::Consequence consequence) {
  return static_cast<events::v1::SuitabilityConsequence>(static_cast<int>(consequence) + 1);
}

domain::Consequence FromProto(events::v1::SuitabilityConsequence consequence) {
  if (consequence == events::v1::SUITABILITY_CONSEQUENCE_SUITABLE) {
    return domain::Consequence::kSuitable;
  }
  return consequence == events::v1::SUITABILITY_CONSEQUENCE_NOT_SUITABLE
             ? domain::Consequence::kNotSuitable
             : domain::Consequence::kCaution;
}

events::v1::SuitabilityVerdict ToProto(const domain::SuitabilityVerdict& verdict) {
  events::v1::SuitabilityVerdict message;
  message.set_consequence(ToProto(verdict.consequence));
  message.set_level(verdict.level);
  message.set_level_fourth_edition(verdict.level_fourth_edition);
  message.set_for_now(verdict.for_now);
  for (const auto& finding : verdict.findings) Encode(finding, *message.add_findings());
  for (const domain::MissingInput& missing : verdict.missing) {
    auto* added = message.add_missing();
    added->set_input(missing.input);
    added->set_question(missing.question);
    for (const std::string& rule : missing.rules) added->add_rule_ids(rule);
  }
  if (verdict.transfer_consent) message.set_transfer_consent(*verdict.transfer_consent);
  message.mutable_catalogue()->set_version(verdict.catalogue.version);
  message.mutable_catalogue()->set_checksum(verdict.catalogue.checksum);
  return message;
}

absl::StatusOr<domain::Intake> FromProto(const events::v1::IntakeRecorded& recorded) {
  if (recorded.patient_id().empty() || !recorded.has_recorded_at() ||
      !IsValid(recorded.recorded_at())) {
    return absl::InvalidArgumentError("intake without patient_id or recorded_at");
  }
  domain::Intake intake;
  intake.patient_id = recorded.patient_id();
  intake.intake_id = recorded.intake_id();
  intake.recorded_at = FromProto(recorded.recorded_at());
  for (const int number : recorded.programmes()) {
    if (number == 0 || !events::v1::Programme_IsValid(number)) {
      return absl::InvalidArgumentError("intake: programmes: unspecified or unknown");
    }
    intake.known.programmes.push_back(static_cast<domain::Programme>(number - 1));
  }
  for (const events::v1::InputValue& input : recorded.inputs()) {
    auto value = FromProto(input);
    if (!value || !intake.known.values.emplace(input.input(), *std::move(value)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("intake: inputs: ", input.input(), ": without a value, or twice"));
    }
  }
  return intake;
}

}  // namespace withdrawal::codec
