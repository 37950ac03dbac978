// Random people for laws: plans of all programmes, check-ins of all kinds with values that ingest
// lets through. Draws from RapidCheck, so a failure shrinks.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::laws {

inline constexpr char kPatient[] = "p1";

const catalogue::Catalogue& BuiltIn();

// One or two programmes, a last use, a schedule, baselines.
events::v1::CarePlanRecorded AnyPlan(absl::Time now);

// Kinds of a random check-in; each instrument is a kind of its own.
std::vector<std::string> Kinds();

// Complete or with answers left out. The id is made of `number`.
events::v1::CheckIn AnyCheckIn(const std::string& kind, int number, absl::Time observed_at);

// A complete form of the instrument. REQUIRES: it is in the catalogue.
events::v1::CheckIn AnyForm(const domain::Instrument& instrument, int number,
                            absl::Time observed_at);

int AnyInt(int from, int to);  // both ends included

}  // namespace withdrawal::laws
