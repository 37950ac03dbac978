// Medications as the rules see them: a product and its class.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace withdrawal::domain {

struct Medication {
  std::string product;  // lower case generic name: "buprenorphine"
  // "opioid", "opioid-antagonist", "benzodiazepine", "gabapentinoid", "alcohol", "z-drug", "other"
  std::string medication_class;
  std::vector<std::string> aliases;
  // More than this in one dose is a wrong unit or a slip (engineering). Absent: no limit known.
  std::optional<double> dose_milligrams_max;
  bool never_prescribed = false;  // taking it is use, whatever the plan says
};

}  // namespace withdrawal::domain
