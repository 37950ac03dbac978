#include "libs/codec/score.h"

#include "libs/codec/check_in.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

events::v1::SubscaleScore ToProto(const domain::SubscaleScore& subscale) {
  events::v1::SubscaleScore message;
  message.set_id(subscale.id);
  if (subscale.total) message.set_total(*subscale.total);
  message.set_partial_sum(subscale.partial_sum);
  message.set_total_max(subscale.total_max);
  message.set_flagged(subscale.flagged);
  for (const std::string& code : subscale.missing_items) message.add_missing_items(code);
  return message;
}

domain::SubscaleScore FromProto(const events::v1::SubscaleScore& message) {
  domain::SubscaleScore subscale;
  subscale.id = message.id();
  if (message.has_total()) subscale.total = message.total();
  subscale.partial_sum = message.partial_sum();
  subscale.total_max = message.total_max();
  subscale.flagged = message.flagged();
  subscale.missing_items = {message.missing_items().begin(), message.missing_items().end()};
  return subscale;
}

}  // namespace

events::v1::Score ToProto(const domain::Score& score) {
  events::v1::Score message;
  message.set_instrument(score.instrument);
  message.set_scheme(score.scheme);
  message.set_status(score.complete() ? events::v1::SCORE_STATUS_COMPLETE
                                      : events::v1::SCORE_STATUS_INCOMPLETE);
  if (score.total) message.set_total(*score.total);
  message.set_partial_sum(score.partial_sum);
  message.set_total_max(score.total_max);
  message.set_band(score.band);
  message.set_band_at_least(score.band_at_least);
  for (const std::string& code : score.missing_items) message.add_missing_items(code);
  for (const domain::ItemScore& item : score.items) {
    auto* added = message.add_items();
    added->set_code(item.code);
    added->set_points(item.points);
    if (item.age) *added->mutable_age() = ToProto(*item.age);
  }
  if (score.change_from_previous) message.set_change_from_previous(*score.change_from_previous);
  if (score.change_from_baseline) message.set_change_from_baseline(*score.change_from_baseline);
  for (const domain::PriorTotal& prior : score.prior_totals) {
    auto* added = message.add_prior_totals();
    added->set_total(prior.total);
    *added->mutable_observed_at() = ToProto(prior.observed_at);
  }
  message.set_out_of_order(score.out_of_order);
  for (const domain::SubscaleScore& subscale : score.subscales) {
    *message.add_subscales() = ToProto(subscale);
  }
  message.set_category(score.category);
  if (score.category_rank) message.set_category_rank(*score.category_rank);
  message.set_prorated(score.prorated);
  message.set_no_total(score.no_total);
  message.set_gate_closed(score.gate_closed);
  return message;
}

domain::Score FromProto(const events::v1::Score& message) {
  domain::Score score;
  score.instrument = message.instrument();
  score.scheme = message.scheme();
  if (message.has_total()) score.total = message.total();
  score.partial_sum = message.partial_sum();
  score.total_max = message.total_max();
  score.band = message.band();
  score.band_at_least = message.band_at_least();
  score.missing_items = {message.missing_items().begin(), message.missing_items().end()};
  for (const auto& item : message.items()) {
    score.items.push_back({item.code(), item.points(), std::nullopt});
    if (item.has_age()) score.items.back().age = FromProto(item.age());
  }
  if (message.has_change_from_previous()) {
    score.change_from_previous = message.change_from_previous();
  }
  if (message.has_change_from_baseline()) {
    score.change_from_baseline = message.change_from_baseline();
  }
  for (const auto& prior : message.prior_totals()) {
    score.prior_totals.push_back({prior.total(), FromProto(prior.observed_at())});
  }
  score.out_of_order = message.out_of_order();
  for (const auto& subscale : message.subscales()) {
    score.subscales.push_back(FromProto(subscale));
  }
  score.category = message.category();
  if (message.has_category_rank()) score.category_rank = message.category_rank();
  score.prorated = message.prorated();
  score.no_total = message.no_total();
  score.gate_closed = message.gate_closed();
  return score;
}

events::v1::CatalogueVersion ToProto(const domain::CatalogueVersion& version) {
  events::v1::CatalogueVersion message;
  message.set_version(version.version);
  message.set_checksum(version.checksum);
  return message;
}

domain::CatalogueVersion FromProto(const events::v1::CatalogueVersion& version) {
  return {version.version(), version.checksum()};
}

absl::StatusOr<domain::ScoredCheckIn> FromProto(const events::v1::CheckInScored& message) {
  auto check_in = FromProto(message.recorded());
  if (!check_in.ok()) return check_in.status();
  domain::ScoredCheckIn scored;
  scored.check_in = *std::move(check_in);
  for (const auto& score : message.scores()) scored.scores.push_back(FromProto(score));
  scored.catalogue = FromProto(message.catalogue());
  scored.care_plan_etag = message.care_plan_etag();
  switch (message.disposition()) {
    case events::v1::CHECK_IN_DISPOSITION_ACCEPTED:
      scored.disposition = domain::Disposition::kAccepted;
      return scored;
    case events::v1::CHECK_IN_DISPOSITION_CONFLICT:
      scored.disposition = domain::Disposition::kConflict;
      return scored;
    case events::v1::CHECK_IN_DISPOSITION_AMENDED:
      scored.disposition = domain::Disposition::kAmended;
      return scored;
    default:
      return absl::InvalidArgumentError("disposition: unspecified or unknown");
  }
}

}  // namespace withdrawal::codec
