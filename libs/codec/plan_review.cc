#include "libs/codec/plan_review.h"

namespace withdrawal::codec {

events::v1::PlanFinding ToProto(const domain::PlanFinding& finding) {
  events::v1::PlanFinding message;
  message.set_rule_id(finding.rule_id);
  message.set_title(finding.title);
  message.set_severity(
      static_cast<events::v1::PlanSeverity>(static_cast<int>(finding.severity) + 1));
  message.set_advice(finding.advice);
  message.set_why(finding.why);
  for (const std::string& id : finding.unknown) message.add_unknown_inputs(id);
  message.set_sign_off(finding.sign_off);
  return message;
}

}  // namespace withdrawal::codec
