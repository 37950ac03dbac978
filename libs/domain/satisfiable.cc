#include "libs/domain/satisfiable.h"

#include <algorithm>
#include <set>

namespace withdrawal::domain::assessment {
namespace {

// What one conjunction still allows an input to be.
struct Allowed {
  double low = 0;
  double high = 0;
  bool low_open = false;
  bool high_open = false;
  std::vector<Value> answers;

  bool empty(bool number) const {
    if (!number) return answers.empty();
    return low > high || (low == high && (low_open || high_open));
  }
};

struct Conjunction {
  std::map<std::string, Allowed> inputs;
  std::set<Programme> programmes = {Programme::kAlcohol,        Programme::kOpioid,
                                    Programme::kBenzodiazepine, Programme::kStimulant,
                                    Programme::kCannabis,       Programme::kNicotine};
  // A person may be in several programmes, so "in any of" is only a set of which one must remain.
  std::vector<std::vector<Programme>> one_of;
};
using Cases = std::vector<Conjunction>;

Allowed Everything(const Input& input) {
  Allowed allowed{input.from, input.to, false, false, {}};
  if (input.type == InputType::kYesNo) allowed.answers = {true, false};
  for (const std::string& choice : input.choices) allowed.answers.emplace_back(choice);
  return allowed;
}

// Adds conditions to a conjunction; a case that nothing can meet is dropped.
class Expander {
 public:
  explicit Expander(const Inputs& inputs) : inputs_(inputs) {}

  Cases Expand(const Condition& condition, bool wanted, const Cases& cases) const {
    return std::visit([&](const auto& kind) { return Of(kind, wanted, cases); }, condition.kind);
  }

 private:
  Cases Of(const NumberIs& number, bool wanted, const Cases& cases) const {
    if (wanted) return Bound(number, cases);
    Cases outside;
    if (number.low) {
      Append(Bound({number.input, {}, number.low, false, !number.low_open}, cases), outside);
    }
    if (number.high) {
      Append(Bound({number.input, number.high, {}, !number.high_open, false}, cases), outside);
    }
    return outside;
  }

  Cases Of(const AnswerIs& answer, bool wanted, const Cases& cases) const {
    const auto listed = [&](const Value& value) {
      return std::find(answer.any_of.begin(), answer.any_of.end(), value) != answer.any_of.end();
    };
    return Restrict(answer.input, cases, [&](Allowed& allowed) {
      std::erase_if(allowed.answers, [&](const Value& value) { return listed(value) != wanted; });
    });
  }

  Cases Of(const InProgramme& programme, bool wanted, const Cases& cases) const {
    Cases next;
    for (Conjunction one : cases) {
      if (wanted) one.one_of.push_back(programme.any_of);
      for (const Programme excluded : programme.any_of) {
        if (!wanted) one.programmes.erase(excluded);
      }
      const auto reachable = [&](const std::vector<Programme>& group) {
        return std::any_of(group.begin(), group.end(),
                           [&](Programme p) { return one.programmes.contains(p); });
      };
      const bool possible =
          !one.programmes.empty() && std::all_of(one.one_of.begin(), one.one_of.end(), reachable);
      if (possible) next.push_back(std::move(one));
    }
    return next;
  }

  Cases Of(const All& all, bool wanted, const Cases& cases) const {
    return wanted ? Each(all.of, true, cases) : Either(all.of, false, cases);
  }
  Cases Of(const Any& any, bool wanted, const Cases& cases) const {
    return wanted ? Either(any.of, true, cases) : Each(any.of, false, cases);
  }
  Cases Of(const Not& negation, bool wanted, const Cases& cases) const {
    return Expand(negation.of.front(), !wanted, cases);
  }
  Cases Of(const Derived& derived, bool wanted, const Cases& cases) const {
    return Expand(derived.of.front(), wanted, cases);
  }

  Cases Each(const std::vector<Condition>& parts, bool wanted, Cases cases) const {
    for (const Condition& part : parts) cases = Expand(part, wanted, cases);
    return cases;
  }

  Cases Either(const std::vector<Condition>& parts, bool wanted, const Cases& cases) const {
    Cases all;
    for (const Condition& part : parts) Append(Expand(part, wanted, cases), all);
    return all;
  }

  static void Append(Cases from, Cases& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }

  Cases Bound(const NumberIs& number, const Cases& cases) const {
    return Restrict(number.input, cases, [&](Allowed& allowed) {
      if (number.low && *number.low >= allowed.low) {
        allowed.low_open = number.low_open || (*number.low == allowed.low && allowed.low_open);
        allowed.low = *number.low;
      }
      if (number.high && *number.high <= allowed.high) {
        allowed.high_open = number.high_open || (*number.high == allowed.high && allowed.high_open);
        allowed.high = *number.high;
      }
    });
  }

  template <typename Change>
  Cases Restrict(const std::string& id, const Cases& cases, Change change) const {
    const auto known = inputs_.find(id);
    if (known == inputs_.end()) return cases;
    Cases next;
    for (Conjunction one : cases) {
      Allowed& allowed = one.inputs.emplace(id, Everything(known->second)).first->second;
      change(allowed);
      if (!allowed.empty(known->second.type == InputType::kNumber)) next.push_back(std::move(one));
    }
    return next;
  }

  const Inputs& inputs_;
};

}  // namespace

bool CanBeTrue(const Condition& condition, const Inputs& inputs) {
  return !Expander(inputs).Expand(condition, true, {Conjunction{}}).empty();
}

bool CanBeFalse(const Condition& condition, const Inputs& inputs) {
  return !Expander(inputs).Expand(condition, false, {Conjunction{}}).empty();
}

}  // namespace withdrawal::domain::assessment
