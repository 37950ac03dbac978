// Words of the command line to an intake, and its verdict to words. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/domain/assessment.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::ctl {

struct IntakeWords {
  std::string patient_id;
  std::vector<std::string> programmes;
  std::vector<std::string> answers;  // "hx_withdrawal_seizure=no", "ciwa_total=12"
};

// The answers of a file: one "input=answer" a line, '#' starts a comment.
std::vector<std::string> AnswersOfText(const std::string& text);

// Later answers to the same input stand. InvalidArgument: no answer=value, an input the catalogue
// does not have, or an answer that is not of its type. Ranges are left to the service.
absl::StatusOr<clinician::v1::RecordIntakeRequest> BuildIntake(
    const IntakeWords& words, const domain::assessment::Inputs& inputs);

// Adds the answers of `earlier` that the request does not have, and its programmes if it has none.
void KeepEarlier(const events::v1::IntakeRecorded& earlier,
                 clinician::v1::RecordIntakeRequest& request);

// "not suitable, level 3.7-WM (fourth edition 3.7)": one line.
std::string VerdictLine(const events::v1::SuitabilityVerdict& verdict);
// The line, each rule that spoke, what has to be asked, the consent, the catalogue.
std::string VerdictText(const events::v1::SuitabilityVerdict& verdict);

}  // namespace withdrawal::ctl
