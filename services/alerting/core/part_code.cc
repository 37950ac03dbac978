#include "services/alerting/core/part_code.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/alerting/core/facts.h"

namespace withdrawal::alerting {
namespace {

struct CodeOf {
  std::string operator()(const domain::Observed& observed) const { return FactCode(observed); }
  std::string operator()(const domain::Rise& rise) const {
    return absl::StrCat("rise/", rise.instrument);
  }
  std::string operator()(const domain::Change& change) const {
    return absl::StrCat("change/", FactCode(change.of));
  }
  std::string operator()(const domain::UsedWithin& used) const {
    return absl::StrCat("used/", absl::StrJoin(used.classes, ","), ",",
                        absl::StrJoin(used.products, ","));
  }
  std::string operator()(const domain::Elapsed& elapsed) const {
    // The others count from no dose, so no check-in ends them.
    if (elapsed.since != domain::Elapsed::Since::kDose) return "";
    return absl::StrCat("elapsed/", absl::StrJoin(elapsed.names, ","));
  }
  std::string operator()(const domain::DoseCount& count) const {
    return absl::StrCat("doses/", absl::StrJoin(count.names, ","));
  }
  std::string operator()(const domain::MissedDoses& missed) const {
    return absl::StrCat("missed/", absl::StrJoin(missed.names, ","));
  }
  std::string operator()(const domain::Untriggered&) const { return "untriggered"; }
  std::string operator()(const domain::TotalWithin& total) const {
    return absl::StrCat("total-within/", total.instrument);
  }
  std::string operator()(const domain::NoneOf& none) const {
    std::string code = "none";
    domain::EachLeaf({none}, [&code](const domain::Condition& leaf) {
      absl::StrAppend(&code, "/", PartCode(leaf));
    });
    return code;
  }
  template <typename Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

}  // namespace

std::string PartCode(const domain::Condition& condition) {
  return std::visit(CodeOf(), condition.kind);
}

std::string PartAbout(const std::string& code, const std::string& about) {
  return about.empty() ? code : absl::StrCat(code, "@", about);
}

bool IsPart(const std::string& part, const std::string& code) {
  return part == code || absl::StartsWith(part, code + "@");
}

bool IsSymptomPart(const std::string& part) {
  return absl::StartsWith(part, FactCode(domain::Measure::kSymptom));
}

}  // namespace withdrawal::alerting
