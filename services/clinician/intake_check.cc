#include "services/clinician/intake_check.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/codec/intake.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using domain::FieldError;
using domain::assessment::Assessment;

// Only an id that the catalogue knows is repeated to the caller.
std::optional<FieldError> CheckInput(const events::v1::InputValue& input,
                                     const domain::assessment::Inputs& inputs, Assessment& known) {
  const auto found = inputs.find(input.input());
  if (found == inputs.end()) {
    return FieldError{".input", "UNKNOWN_INPUT", "no input of the catalogue has this id"};
  }
  const auto value = codec::FromProto(input);
  if (!value) return FieldError{".value", "REQUIRED", absl::StrCat(found->first, ": no answer")};
  if (auto error = domain::assessment::CheckValue(found->second, *value)) {
    error->field = ".value";
    error->description = absl::StrCat(found->first, ": ", error->description);
    return error;
  }
  if (!known.values.emplace(found->first, *value).second) {
    return FieldError{".input", "DUPLICATE_INPUT", absl::StrCat(found->first, ": answered twice")};
  }
  return std::nullopt;
}

}  // namespace

std::vector<FieldError> CheckIntake(const v1::RecordIntakeRequest& request,
                                    const domain::SuitabilityPolicy& policy, Assessment& known) {
  std::vector<FieldError> errors;
  if (!IsPlainId(request.patient_id(), 64)) {
    errors.push_back({"patient_id", "INVALID_ID", "1 to 64 of [A-Za-z0-9._-]"});
  }
  for (int i = 0; i < request.programmes_size(); ++i) {
    const int number = request.programmes(i);
    if (number == 0 || !events::v1::Programme_IsValid(number)) {
      errors.push_back({absl::StrCat("programmes[", i, "]"), "UNKNOWN_PROGRAMME",
                        "not a programme of this service"});
    } else {
      known.programmes.push_back(static_cast<domain::Programme>(number - 1));
    }
  }
  for (int i = 0; i < request.inputs_size(); ++i) {
    if (auto error = CheckInput(request.inputs(i), policy.vocabulary.inputs, known)) {
      error->field = absl::StrCat("inputs[", i, "]", error->field);
      errors.push_back(*std::move(error));
    }
  }
  return errors;
}

}  // namespace withdrawal::clinician
