#include <functional>

#include "gtest/gtest.h"
#include "tests/services/clinician/care_plan_examples.h"

namespace withdrawal::clinician {
namespace {

events::v1::MedicationOrder& AddOrder(events::v1::CarePlan& plan) {
  auto& order = *plan.add_medications();
  order.set_order_id("bup");
  order.set_product("buprenorphine");
  order.set_purpose(events::v1::MEDICATION_PURPOSE_INDUCTION);
  for (int day = 0; day < 2; ++day) {
    auto& step = *order.add_steps();
    *step.mutable_from() = At(kNoon + day * absl::Hours(24));
    step.set_milligrams(4);
    step.add_daily_at()->set_hour(8);
  }
  return order;
}

std::vector<std::string> OrderErrors(
    const std::function<void(events::v1::MedicationOrder&)>& change) {
  events::v1::CarePlan plan = GoodPlan();
  change(AddOrder(plan));
  return Errors(plan);
}

TEST(PlanMedicationsCheck, AcceptsAnOrderOfSteps) {
  EXPECT_EQ(OrderErrors([](auto&) {}), Strings{});
}

TEST(PlanMedicationsCheck, WantsAProductOfTheCatalogueByItsId) {
  EXPECT_EQ(OrderErrors([](auto& o) { o.set_product("Subutex"); }),
            Strings{"medications[0].product UNKNOWN_PRODUCT"});
  EXPECT_EQ(OrderErrors([](auto& o) { o.clear_purpose(); }),
            Strings{"medications[0].purpose REQUIRED"});
}

TEST(PlanMedicationsCheck, NamesWhatIsWrongWithAStep) {
  EXPECT_EQ(OrderErrors([](auto& o) { o.mutable_steps(1)->clear_from(); }),
            (Strings{"medications[0].steps[1].from REQUIRED",
                     "medications[0].steps[1].from NOT_ASCENDING"}));
  EXPECT_EQ(OrderErrors([](auto& o) { *o.mutable_steps(1)->mutable_from() = o.steps(0).from(); }),
            Strings{"medications[0].steps[1].from NOT_ASCENDING"});
  EXPECT_EQ(OrderErrors([](auto& o) { o.mutable_steps(0)->set_milligrams(0); }),
            Strings{"medications[0].steps[0].milligrams OUT_OF_RANGE"});
  EXPECT_EQ(OrderErrors([](auto& o) { o.mutable_steps(0)->clear_daily_at(); }),
            Strings{"medications[0].steps[0] EXACTLY_ONE"});
  EXPECT_EQ(OrderErrors([](auto& o) { o.mutable_steps(0)->mutable_every()->set_seconds(86400); }),
            Strings{"medications[0].steps[0] EXACTLY_ONE"});
  EXPECT_EQ(OrderErrors([](auto& o) { *o.mutable_ends_at() = o.steps(1).from(); }),
            Strings{"medications[0].ends_at NOT_AFTER_STEPS"});
  EXPECT_EQ(OrderErrors([](auto& o) { o.clear_steps(); }),
            Strings{"medications[0].steps REQUIRED"});
}

TEST(PlanMedicationsCheck, WantsATriggerForSymptomTriggeredOrdersOnly) {
  const auto trigger = [](auto& order) {
    order.mutable_trigger()->set_instrument("CIWA-Ar");
    order.mutable_trigger()->set_total_at_least(10);
    order.mutable_trigger()->set_milligrams(10);
    order.mutable_trigger()->mutable_interval_min()->set_seconds(3600);
  };
  EXPECT_EQ(OrderErrors([&](auto& o) { trigger(o); }),
            Strings{"medications[0].trigger NOT_ALLOWED"});
  EXPECT_EQ(OrderErrors([&](auto& o) {
              o.set_purpose(events::v1::MEDICATION_PURPOSE_SYMPTOM_TRIGGERED);
              o.clear_steps();
              trigger(o);
            }),
            Strings{});
  EXPECT_EQ(OrderErrors([&](auto& o) {
              o.set_purpose(events::v1::MEDICATION_PURPOSE_SYMPTOM_TRIGGERED);
              o.clear_steps();
              trigger(o);
              o.mutable_trigger()->set_total_at_least(68);
              o.mutable_trigger()->mutable_interval_min()->set_seconds(60);
            }),
            (Strings{"medications[0].trigger.total_at_least OUT_OF_RANGE",
                     "medications[0].trigger.interval_min OUT_OF_RANGE"}));
}

TEST(PlanMedicationsCheck, WantsATaperSchemeOfTheCatalogueForTapersOnly) {
  EXPECT_EQ(OrderErrors([](auto& o) { o.set_taper_scheme("nsw"); }),
            Strings{"medications[0].taper_scheme NOT_ALLOWED"});
  const auto tapered = [](const char* scheme) {
    return OrderErrors([&](auto& o) {
      o.set_purpose(events::v1::MEDICATION_PURPOSE_TAPER);
      o.set_taper_scheme(scheme);
    });
  };
  EXPECT_EQ(tapered("nsw"), Strings{});
  EXPECT_EQ(tapered("fast"), Strings{"medications[0].taper_scheme UNKNOWN_SCHEME"});
}

TEST(PlanMedicationsCheck, BoundsSupplyAndDoses) {
  EXPECT_EQ(OrderErrors([](auto& o) {
              o.set_days_dispensed(0);
              o.set_dose_milligrams_max(8);
              o.set_daily_milligrams_max(4);
            }),
            (Strings{"medications[0].daily_milligrams_max BELOW_DOSE_MAX",
                     "medications[0].days_dispensed OUT_OF_RANGE"}));
}

// More in one dose than ingest believes of a dose taken: a wrong unit.
TEST(PlanMedicationsCheck, NoDoseIsPlannedBeyondThePlausibleMaximumOfItsProduct) {
  EXPECT_EQ(OrderErrors([](auto& o) {
              o.mutable_steps(1)->set_milligrams(320);
              o.set_dose_milligrams_max(320);
            }),
            Strings{});
  EXPECT_EQ(OrderErrors([](auto& o) {
              o.mutable_steps(1)->set_milligrams(320.5);
              o.set_dose_milligrams_max(8000);
              o.set_daily_milligrams_max(8000);
            }),
            (Strings{"medications[0].steps[1].milligrams IMPLAUSIBLE_DOSE",
                     "medications[0].dose_milligrams_max IMPLAUSIBLE_DOSE"}));
  EXPECT_EQ(OrderErrors([](auto& o) {
              o.set_purpose(events::v1::MEDICATION_PURPOSE_SYMPTOM_TRIGGERED);
              o.clear_steps();
              o.set_product("diazepam");
              o.mutable_trigger()->set_instrument("CIWA-Ar");
              o.mutable_trigger()->set_total_at_least(10);
              o.mutable_trigger()->set_milligrams(201);
              o.mutable_trigger()->mutable_interval_min()->set_seconds(3600);
            }),
            Strings{"medications[0].trigger.milligrams IMPLAUSIBLE_DOSE"});
  EXPECT_EQ(OrderErrors([](auto& o) {
              o.set_product("bromazepam");
              o.mutable_steps(0)->set_milligrams(9000);
            }),
            Strings{});
}

}  // namespace
}  // namespace withdrawal::clinician
