#include "services/clinician/catalogue_view.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "libs/codec/score.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {

std::map<std::string, const domain::Rule*> RulesOf(const catalogue::Catalogue& catalogue) {
  std::map<std::string, const domain::Rule*> rules;
  for (const domain::Rule& rule : catalogue.rules) rules[rule.id] = &rule;
  const domain::MissedCheckInPolicy& missed = catalogue.missed;
  for (const domain::Rule* rule :
       {&missed.rule, &missed.device_silent, &missed.nothing_due, &missed.long_pause,
        &catalogue.tolerance_loss, &catalogue.reassessment}) {
    rules[rule->id] = rule;
  }
  return rules;
}

v1::CatalogueRule ToProto(const domain::Rule& rule) {
  v1::CatalogueRule message;
  message.set_rule_id(rule.id);
  message.set_title(rule.title);
  message.set_advice(rule.advice);
  message.set_priority(static_cast<events::v1::Priority>(rule.priority));
  message.set_source(rule.source);
  message.set_mark(domain::MarkName(rule.mark));
  message.set_sign_off(rule.sign_off);
  return message;
}

v1::CatalogueInstrument ToProto(const domain::Instrument& instrument) {
  v1::CatalogueInstrument message;
  message.set_instrument(instrument.id);
  message.set_title(instrument.title);
  message.set_source(instrument.source);
  for (const domain::Item& item : instrument.items) {
    v1::CatalogueItem& added = *message.add_items();
    added.set_code(item.code);
    added.set_text(item.label);
    for (const int points : item.allowed) added.add_points(points);
  }
  *message.mutable_fresh_for() = codec::ToProto(instrument.fresh_for);
  return message;
}

// Its items are measured: they have points, but no words.
v1::CatalogueInstrument ToProto(const domain::News2& news2) {
  v1::CatalogueInstrument message;
  message.set_instrument(news2.id);
  message.set_title(news2.title);
  message.set_source(news2.source);
  const auto add = [&message](domain::News2Parameter parameter, const std::set<int>& points) {
    v1::CatalogueItem& added = *message.add_items();
    added.set_code(std::string(domain::News2Code(parameter)));
    for (const int value : points) added.add_points(value);
  };
  const auto of = [](const std::vector<const domain::News2Table*>& tables) {
    std::set<int> points;
    for (const domain::News2Table* table : tables) {
      for (const domain::News2Range& range : *table) points.insert(range.points);
    }
    return points;
  };
  using domain::News2Parameter;
  add(News2Parameter::kRespiratoryRate, of({&news2.respiratory_rate}));
  add(News2Parameter::kSpo2,
      of({&news2.spo2_scale1, &news2.spo2_scale2_air, &news2.spo2_scale2_oxygen}));
  add(News2Parameter::kOxygen, {0, news2.oxygen_points});
  add(News2Parameter::kSystolic, of({&news2.systolic}));
  add(News2Parameter::kPulse, of({&news2.pulse}));
  add(News2Parameter::kConsciousness,
      {news2.consciousness_points.begin(), news2.consciousness_points.end()});
  add(News2Parameter::kTemperature, of({&news2.temperature}));
  *message.mutable_fresh_for() = codec::ToProto(news2.fresh_for);
  return message;
}

grpc::Status NotFound(const char* reason, const char* message) {
  return rpc::Error(grpc::StatusCode::NOT_FOUND, reason, message);
}

}  // namespace

grpc::Status ViewCatalogue(const catalogue::Catalogue& catalogue,
                           const v1::GetCatalogueRequest& request, v1::Catalogue& response) {
  response.Clear();
  const bool all = request.rule_id().empty() && request.instrument().empty();
  for (const auto& [id, rule] : RulesOf(catalogue)) {
    if (all || id == request.rule_id()) *response.add_rules() = ToProto(*rule);
  }
  for (const auto& [id, instrument] : catalogue.instruments) {
    if (all || id == request.instrument()) *response.add_instruments() = ToProto(instrument);
  }
  if (all || catalogue.news2.id == request.instrument()) {
    *response.add_instruments() = ToProto(catalogue.news2);
  }
  if (!request.rule_id().empty() && response.rules().empty()) {
    return NotFound("RULE_NOT_FOUND", "the catalogue has no rule of this id");
  }
  if (!request.instrument().empty() && response.instruments().empty()) {
    return NotFound("INSTRUMENT_NOT_FOUND", "the catalogue has no instrument of this id");
  }
  *response.mutable_version() = codec::ToProto(catalogue.version);
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
