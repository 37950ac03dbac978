// Medications as the rules see them: a product and its class.
#pragma once

#include <string>
#include <vector>

namespace withdrawal::domain {

struct Medication {
  std::string product;  // lower case generic name: "buprenorphine"
  // "opioid", "opioid-antagonist", "benzodiazepine", "gabapentinoid", "alcohol", "z-drug", "other"
  std::string medication_class;
  std::vector<std::string> aliases;
};

}  // namespace withdrawal::domain
