#include "libs/domain/rule.h"

#include <algorithm>

namespace withdrawal::domain {
namespace {

// What a condition needs to become true when only time passes.
enum class Needs { kCheckIn, kNothing, kTime };

Needs NeedsOf(const Condition& condition);

struct NeedsVisitor {
  Needs operator()(const Observed& observed) const {
    return observed.within > absl::ZeroDuration() ? Needs::kNothing : Needs::kCheckIn;
  }
  Needs operator()(const Rise&) const { return Needs::kCheckIn; }
  Needs operator()(const Change&) const { return Needs::kCheckIn; }
  Needs operator()(const Untriggered&) const { return Needs::kCheckIn; }
  Needs operator()(const OnOxygen&) const { return Needs::kCheckIn; }
  Needs operator()(const Elapsed&) const { return Needs::kTime; }
  Needs operator()(const MissedDoses&) const { return Needs::kTime; }
  Needs operator()(const AllOf& all) const {
    Needs needs = Needs::kNothing;
    for (const Condition& part : all.of) {
      const Needs of_part = NeedsOf(part);
      if (of_part == Needs::kCheckIn) return of_part;
      needs = std::max(needs, of_part);
    }
    return needs;
  }
  Needs operator()(const AnyOf& any) const {
    Needs needs = Needs::kCheckIn;
    for (const Condition& part : any.of) needs = std::max(needs, NeedsOf(part));
    return needs;
  }
  template <typename Context>
  Needs operator()(const Context&) const {
    return Needs::kNothing;
  }
};

Needs NeedsOf(const Condition& condition) { return std::visit(NeedsVisitor(), condition.kind); }

}  // namespace

bool IsTimed(const Condition& condition) { return NeedsOf(condition) == Needs::kTime; }

}  // namespace withdrawal::domain
