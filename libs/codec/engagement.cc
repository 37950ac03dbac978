// Lapse reports, trigger logs and target behaviours between protobuf and the pure vocabulary.
#include "libs/codec/check_in.h"

namespace withdrawal::codec {
namespace {

template <typename T, typename Proto>
std::optional<T> Optional(bool present, Proto value) {
  return present ? std::optional<T>(value) : std::nullopt;
}

}  // namespace

domain::LapseReport FromProto(const events::v1::LapseReport& message) {
  domain::LapseReport lapse;
  lapse.substance_class = message.substance_class();
  lapse.product = message.product();
  lapse.amount = Optional<double>(message.has_amount(), message.amount().value());
  lapse.unit = message.amount().unit();
  lapse.route = message.route();
  lapse.alone = Optional<bool>(message.has_alone(), message.alone());
  lapse.naloxone_present =
      Optional<bool>(message.has_naloxone_present(), message.naloxone_present());
  lapse.intends_to_continue =
      Optional<bool>(message.has_intends_to_continue(), message.intends_to_continue());
  lapse.use_days_in_last_7 =
      Optional<int>(message.has_use_days_in_last_7(), message.use_days_in_last_7());
  lapse.back_to_earlier_pattern =
      Optional<bool>(message.has_back_to_earlier_pattern(), message.back_to_earlier_pattern());
  return lapse;
}

domain::TriggerLog FromProto(const events::v1::TriggerLog& message) {
  domain::TriggerLog log;
  log.hungry = Optional<int>(message.has_hungry(), message.hungry());
  log.angry = Optional<int>(message.has_angry(), message.angry());
  log.lonely = Optional<int>(message.has_lonely(), message.lonely());
  log.tired = Optional<int>(message.has_tired(), message.tired());
  log.people = {message.people().begin(), message.people().end()};
  log.places = {message.places().begin(), message.places().end()};
  log.things = {message.things().begin(), message.things().end()};
  log.substance_class = message.substance_class();
  log.coping = {message.coping().begin(), message.coping().end()};
  log.craving_check_in_id = message.craving_check_in_id();
  return log;
}

domain::TargetBehaviour FromProto(const events::v1::TargetBehaviour& message) {
  return {message.behaviour(), message.met()};
}

void ToProto(const domain::LapseReport& lapse, events::v1::LapseReport* message) {
  message->set_substance_class(lapse.substance_class);
  message->set_product(lapse.product);
  if (lapse.amount) {
    message->mutable_amount()->set_value(*lapse.amount);
    message->mutable_amount()->set_unit(lapse.unit);
  }
  message->set_route(lapse.route);
  if (lapse.alone) message->set_alone(*lapse.alone);
  if (lapse.naloxone_present) message->set_naloxone_present(*lapse.naloxone_present);
  if (lapse.intends_to_continue) message->set_intends_to_continue(*lapse.intends_to_continue);
  if (lapse.use_days_in_last_7) message->set_use_days_in_last_7(*lapse.use_days_in_last_7);
  if (lapse.back_to_earlier_pattern) {
    message->set_back_to_earlier_pattern(*lapse.back_to_earlier_pattern);
  }
}

void ToProto(const domain::TriggerLog& log, events::v1::TriggerLog* message) {
  if (log.hungry) message->set_hungry(*log.hungry);
  if (log.angry) message->set_angry(*log.angry);
  if (log.lonely) message->set_lonely(*log.lonely);
  if (log.tired) message->set_tired(*log.tired);
  for (const std::string& tag : log.people) message->add_people(tag);
  for (const std::string& tag : log.places) message->add_places(tag);
  for (const std::string& tag : log.things) message->add_things(tag);
  message->set_substance_class(log.substance_class);
  for (const std::string& tag : log.coping) message->add_coping(tag);
  message->set_craving_check_in_id(log.craving_check_in_id);
}

}  // namespace withdrawal::codec
