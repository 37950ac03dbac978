#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

const Instrument& AnyInstrument() {
  std::vector<std::string> ids;
  for (const auto& [id, unused] : golden::BuiltIn().instruments) ids.push_back(id);
  return golden::BuiltIn().instruments.at(*rc::gen::elementOf(ids));
}

// A random subset of the items with allowed values.
InstrumentResponse AnyResponse(const Instrument& instrument) {
  InstrumentResponse response{instrument.id, {}, std::nullopt};
  if (!instrument.forms.empty()) response.form_id = instrument.forms.front().id;
  for (const Item& item : instrument.items) {
    if (*rc::gen::inRange(0, 4) > 0) response.items[item.code] = *rc::gen::elementOf(item.allowed);
  }
  return response;
}

bool Passes(const std::function<void()>& property) { return rc::check(property); }

TEST(ScoringProperty, ATotalLiesBetweenZeroAndTheMaximumAndInItsBand) {
  EXPECT_TRUE(Passes([] {
    const Instrument& instrument = AnyInstrument();
    const Score score = ScoreAnswers(instrument, AnyResponse(instrument));
    RC_ASSERT(score.partial_sum >= 0 && score.partial_sum <= instrument.total_max());
    RC_ASSERT(score.complete() == (score.missing_items.empty() || score.prorated));
    RC_ASSERT(score.total.has_value() == !score.band.empty());
    RC_ASSERT(score.total.has_value() == (score.complete() && !score.no_total));
    if (score.total) {
      RC_ASSERT(*score.total >= score.partial_sum && *score.total <= instrument.total_max());
      RC_ASSERT(FindBand(instrument.scheme(), *score.total)->id == score.band);
    }
    for (const SubscaleScore& part : score.subscales) {
      RC_ASSERT(part.partial_sum >= 0 && part.partial_sum <= part.total_max);
      RC_ASSERT(part.total.has_value() == part.missing_items.empty());
    }
  }));
}

TEST(ScoringProperty, APartialSumIsALowerBoundWhateverTheMissingAnswersAre) {
  EXPECT_TRUE(Passes([] {
    const Instrument& instrument = AnyInstrument();
    InstrumentResponse response = AnyResponse(instrument);
    const Score partial = ScoreAnswers(instrument, response);
    for (const Item& item : instrument.items) {
      response.items.try_emplace(item.code, *rc::gen::elementOf(item.allowed));
    }
    const Score full = ScoreAnswers(instrument, response);
    RC_ASSERT(full.complete() && !full.prorated);
    RC_ASSERT(full.partial_sum >= partial.partial_sum);
    RC_ASSERT(full.category_rank.value_or(0) >= partial.category_rank.value_or(0));
    for (size_t i = 0; i < full.subscales.size(); ++i) {
      RC_ASSERT(*full.subscales[i].total >= partial.subscales[i].partial_sum);
    }
  }));
}

TEST(ScoringProperty, AHigherAnswerNeverLowersTheTotalOrTheBand) {
  EXPECT_TRUE(Passes([] {
    const Instrument& instrument = AnyInstrument();
    InstrumentResponse response = AnyResponse(instrument);
    const Item& item = *rc::gen::elementOf(instrument.items);
    const int first = *rc::gen::elementOf(item.allowed);
    const int second = *rc::gen::elementOf(item.allowed);
    response.items[item.code] = std::min(first, second);
    const int low = ScoreAnswers(instrument, response).partial_sum;
    response.items[item.code] = std::max(first, second);
    const int high = ScoreAnswers(instrument, response).partial_sum;
    const bool plain = item.in_total && instrument.total == TotalKind::kSum;
    RC_ASSERT((plain ? high - low == std::abs(first - second) : high >= low));
    for (const BandScheme& scheme : instrument.schemes) {
      RC_ASSERT(FindBand(scheme, low)->from <= FindBand(scheme, high)->from);
    }
  }));
}

TEST(ScoringProperty, EveryValueTheFormDoesNotAllowIsRefused) {
  EXPECT_TRUE(Passes([] {
    const Instrument& instrument = AnyInstrument();
    const Item& item = *rc::gen::elementOf(instrument.items);
    const int value = *rc::gen::inRange(-3, 12);
    const auto errors = CheckAnswers(
        instrument,
        RawAnswers{instrument.id, {{item.code, value}}, {}, AnyResponse(instrument).form_id},
        Rater::kClinicianVideo);
    const bool allowed =
        std::find(item.allowed.begin(), item.allowed.end(), value) != item.allowed.end();
    RC_ASSERT(errors.empty() == allowed);
  }));
}

TEST(ScoringProperty, ANews2WithFewerReadingsNeverScoresMore) {
  EXPECT_TRUE(Passes([] {
    News2Input input;
    input.spo2_scale = *rc::gen::elementOf(std::vector{Spo2Scale::kScale1, Spo2Scale::kScale2});
    input.Set(News2Parameter::kRespiratoryRate, *rc::gen::inRange(4, 61));
    input.Set(News2Parameter::kSpo2, *rc::gen::inRange(50, 101));
    input.Set(News2Parameter::kOxygen, *rc::gen::inRange(0, 2));
    input.Set(News2Parameter::kSystolic, *rc::gen::inRange(50, 301));
    input.Set(News2Parameter::kPulse, *rc::gen::inRange(20, 251));
    input.Set(News2Parameter::kConsciousness, *rc::gen::inRange(0, 5));
    input.Set(News2Parameter::kTemperature, *rc::gen::inRange(3000, 4501) / 100.0);
    const Score full = ScoreNews2(golden::BuiltIn().news2, input);
    RC_ASSERT(full.complete());
    RC_ASSERT(*full.total >= 0 && *full.total <= 20);
    RC_ASSERT(!full.band.empty());
    input.readings[*rc::gen::inRange<size_t>(0, kNews2ParameterCount)].reset();
    const Score partial = ScoreNews2(golden::BuiltIn().news2, input);
    RC_ASSERT(!partial.complete());
    RC_ASSERT(partial.partial_sum <= *full.total);
  }));
}

}  // namespace
}  // namespace withdrawal::domain
