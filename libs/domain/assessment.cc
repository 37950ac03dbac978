#include "libs/domain/assessment.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::domain::assessment {
namespace {

void AddOnce(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const std::string& id : from) {
    if (std::find(to.begin(), to.end(), id) == to.end()) to.push_back(id);
  }
}

Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth Negated(Truth truth) {
  if (truth == Truth::kUnknown) return truth;
  return TruthOf(truth == Truth::kFalse);
}

std::string BoundsOf(const NumberIs& number) {
  std::vector<std::string> bounds;
  if (number.low) {
    bounds.push_back(number.low_open ? absl::StrCat("above ", *number.low)
                                     : absl::StrCat(*number.low, " or more"));
  }
  if (number.high) {
    bounds.push_back(number.high_open ? absl::StrCat("below ", *number.high)
                                      : absl::StrCat(*number.high, " or less"));
  }
  return absl::StrJoin(bounds, ", ");
}

bool Holds(const NumberIs& number, double value) {
  if (number.low && (number.low_open ? value <= *number.low : value < *number.low)) return false;
  if (number.high && (number.high_open ? value >= *number.high : value > *number.high)) {
    return false;
  }
  return true;
}

class Evaluator {
 public:
  Evaluator(const Inputs& inputs, const Assessment& assessment)
      : inputs_(inputs), assessment_(assessment) {}

  Evaluation operator()(const NumberIs& number) const {
    const Value* value = Find(number.input);
    const double* known = value == nullptr ? nullptr : std::get_if<double>(value);
    if (known == nullptr) return {Truth::kUnknown, "", {number.input}};
    const Truth truth = TruthOf(Holds(number, *known));
    const std::string bounds = absl::StrCat(truth == Truth::kTrue ? "" : "not ", BoundsOf(number));
    return {truth, absl::StrCat(Said(number.input, *value), " (", bounds, ")"), {}};
  }

  Evaluation operator()(const AnswerIs& answer) const {
    const Value* value = Find(answer.input);
    if (value == nullptr) return {Truth::kUnknown, "", {answer.input}};
    const auto& any_of = answer.any_of;
    const bool holds = std::find(any_of.begin(), any_of.end(), *value) != any_of.end();
    return {TruthOf(holds), Said(answer.input, *value), {}};
  }

  Evaluation operator()(const InProgramme& programme) const {
    const auto& known = assessment_.programmes;
    if (known.empty()) return {};
    const bool holds = std::any_of(
        programme.any_of.begin(), programme.any_of.end(),
        [&](Programme one) { return std::find(known.begin(), known.end(), one) != known.end(); });
    return {TruthOf(holds), "", {}};
  }

  Evaluation operator()(const All& all) const { return Combine(all.of, Truth::kFalse); }
  Evaluation operator()(const Any& any) const { return Combine(any.of, Truth::kTrue); }

  Evaluation operator()(const Not& negation) const {
    Evaluation inner = std::visit(*this, negation.of.front().kind);
    inner.truth = Negated(inner.truth);
    return inner;
  }

  Evaluation operator()(const Derived& derived) const {
    Evaluation inner = std::visit(*this, derived.of.front().kind);
    const bool plain = inner.why.empty();
    if (inner.truth == Truth::kFalse) inner.why = absl::StrCat("no ", derived.label);
    if (inner.truth == Truth::kTrue) {
      inner.why = plain ? derived.label : absl::StrCat(derived.label, ": ", inner.why);
    }
    return inner;
  }

 private:
  const Value* Find(const std::string& id) const {
    const auto found = assessment_.values.find(id);
    return found == assessment_.values.end() || !inputs_.contains(id) ? nullptr : &found->second;
  }

  std::string Said(const std::string& id, const Value& value) const {
    const Input& input = inputs_.at(id);
    const bool number = input.type == InputType::kNumber;
    return absl::StrCat(input.label, number ? " " : ": ", ToText(input, value));
  }

  // One part of truth `decides` decides the whole; else unknown parts leave it unknown.
  Evaluation Combine(const std::vector<Condition>& parts, Truth decides) const {
    Evaluation whole{Negated(decides), "", {}};
    std::vector<std::string> deciding;
    std::vector<std::string> others;
    for (const Condition& part : parts) {
      const Evaluation one = std::visit(*this, part.kind);
      AddOnce(one.unknown, whole.unknown);
      if (one.truth == decides) {
        whole.truth = decides;
      } else if (one.truth == Truth::kUnknown && whole.truth != decides) {
        whole.truth = Truth::kUnknown;
      }
      if (!one.why.empty()) (one.truth == decides ? deciding : others).push_back(one.why);
    }
    if (whole.truth == Truth::kUnknown) return whole;
    whole.unknown.clear();
    whole.why = absl::StrJoin(whole.truth == decides ? deciding : others, "; ");
    return whole;
  }

  const Inputs& inputs_;
  const Assessment& assessment_;
};

struct Collector {
  std::vector<std::string>& ids;

  void operator()(const NumberIs& number) const { AddOnce({number.input}, ids); }
  void operator()(const AnswerIs& answer) const { AddOnce({answer.input}, ids); }
  void operator()(const InProgramme&) const {}
  template <typename Parts>
  void operator()(const Parts& parts) const {
    for (const Condition& part : parts.of) std::visit(*this, part.kind);
  }
};

}  // namespace

std::optional<FieldError> CheckValue(const Input& input, const Value& value) {
  const auto error = [](const char* reason, std::string description) {
    return FieldError{"", reason, std::move(description)};
  };
  if (input.type == InputType::kYesNo) {
    if (std::holds_alternative<bool>(value)) return std::nullopt;
    return error("WRONG_TYPE", "must be yes or no");
  }
  if (input.type == InputType::kNumber) {
    const auto* number = std::get_if<double>(&value);
    if (number == nullptr) return error("WRONG_TYPE", "must be a number");
    const bool inside = *number >= input.from && *number <= input.to;
    if (inside && (!input.whole || *number == std::floor(*number))) return std::nullopt;
    return error("OUT_OF_RANGE",
                 absl::StrCat("must be ", input.whole ? "a whole number, " : "", input.from, " to ",
                              input.to, input.unit.empty() ? "" : " ", input.unit));
  }
  const auto* choice = std::get_if<std::string>(&value);
  const std::string choices = absl::StrJoin(input.choices, ", ");
  if (choice == nullptr) return error("WRONG_TYPE", "must be one of " + choices);
  const auto& known = input.choices;
  if (std::find(known.begin(), known.end(), *choice) != known.end()) return std::nullopt;
  return error("UNKNOWN_CHOICE", "must be one of " + choices);
}

std::optional<Value> ParseValue(const Input& input, std::string_view text) {
  if (input.type == InputType::kChoice) return Value(std::string(text));
  if (input.type == InputType::kYesNo) {
    if (text != "yes" && text != "no") return std::nullopt;
    return Value(text == "yes");
  }
  double number = 0;
  if (!absl::SimpleAtod(std::string(text), &number) || !std::isfinite(number)) return std::nullopt;
  return Value(number);
}

std::string ToText(const Input& input, const Value& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  if (const auto* number = std::get_if<double>(&value)) {
    return absl::StrCat(*number, input.unit.empty() ? "" : " ", input.unit);
  }
  return std::get<std::string>(value);
}

Evaluation Evaluate(const Condition& condition, const Inputs& inputs,
                    const Assessment& assessment) {
  return std::visit(Evaluator(inputs, assessment), condition.kind);
}

std::vector<std::string> InputsOf(const Condition& condition) {
  std::vector<std::string> ids;
  std::visit(Collector{ids}, condition.kind);
  return ids;
}

}  // namespace withdrawal::domain::assessment
