// Classes of substances: what a care plan's SubstanceUse and a lapse report may name.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace withdrawal::domain {

// Of a care plan.
inline constexpr std::array<std::string_view, 10> kSubstanceClasses = {
    "alcohol",   "opioid-short-acting",  "opioid-long-acting",  "fentanyl", "buprenorphine",
    "stimulant", "benzodiazepine-short", "benzodiazepine-long", "cannabis", "nicotine"};

// Of a lapse report or a trigger log.
inline bool IsReportedClass(std::string_view name) {
  return name == "gabapentinoid" || name == "z-drug" || name == "other" ||
         std::find(kSubstanceClasses.begin(), kSubstanceClasses.end(), name) !=
             kSubstanceClasses.end();
}

// "opioid-short-acting" and "fentanyl" are of the family "opioid", "benzodiazepine-long" of
// "benzodiazepine"; others are their own.
inline std::string SubstanceFamily(std::string_view substance_class) {
  if (substance_class == "fentanyl") return "opioid";
  if (substance_class == "z-drug") return "z-drug";
  return std::string(substance_class.substr(0, substance_class.find('-')));
}

}  // namespace withdrawal::domain
