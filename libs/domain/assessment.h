// Named, typed facts about a person and conditions over them, in three-valued logic: what is not
// known is neither true nor false. Suitability (reference C) and the review of care plans judge by
// it. Inputs and conditions are data: libs/catalogue fills them from YAML. Pure and thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/field_error.h"
#include "libs/domain/instrument.h"

namespace withdrawal::domain::assessment {

enum class InputType { kYesNo, kNumber, kChoice };

// bool for kYesNo, double for kNumber, std::string for kChoice.
using Value = std::variant<bool, double, std::string>;

// Where care itself answers an input after the intake. Exactly one way is set.
struct Feed {
  std::string instrument;  // its total, as it is; or:
  // the answer is `gives` when the instrument's total (a lower bound will do) is total_at_least,
  // one of these items has at least this value, or its category (when incomplete, at least this
  // one) is one of these. Lower ones never take back what a clinician said.
  std::optional<int> total_at_least;
  std::map<std::string, int> items_at_least;
  std::vector<std::string> categories;
  std::vector<std::string> red_flags;  // any reported: `gives`. Silence says nothing
  std::string vital;                   // code; the reading, as it is
  std::string plan;                    // field of the CarePlan: "pregnant", "age_years"
  bool gives = true;
};

struct Input {
  std::string id;     // lower snake case
  std::string label;  // short, for reasons: "CIWA-Ar total"
  std::string question;
  InputType type = InputType::kYesNo;
  std::string unit;  // UCUM or a word; numbers only
  double from = 0;   // inclusive range of a number; others are refused
  double to = 0;
  bool whole = false;                   // a number without fractions
  std::vector<std::string> choices;     // of kChoice
  std::vector<Programme> required_for;  // unknown there = caution and a task
  std::vector<Feed> fed_by;
  std::vector<std::string> rules;  // ids of the rules that look at it
  std::string source;
  Mark mark = Mark::kEngineering;
};
using Inputs = std::map<std::string, Input>;  // by id

// What is known. An id that is absent is unknown; an id that is not among the Inputs is ignored.
struct Assessment {
  std::vector<Programme> programmes;  // empty = unknown
  std::map<std::string, Value> values;

  bool operator==(const Assessment&) const = default;
};

// Why `value` cannot be one of `input`: WRONG_TYPE, OUT_OF_RANGE, UNKNOWN_CHOICE. The field is left
// to the caller.
std::optional<FieldError> CheckValue(const Input& input, const Value& value);

// The other way round for what people type: "yes", "no", "21", "managed". Absent when it is not of
// the input's type; the range is not looked at.
std::optional<Value> ParseValue(const Input& input, std::string_view text);

// "yes", "21 points", "managed".
std::string ToText(const Input& input, const Value& value);

// The number lies between the ends that are there; an end belongs to it unless open.
struct NumberIs {
  std::string input;
  std::optional<double> low;
  std::optional<double> high;
  bool low_open = false;
  bool high_open = false;
};
// The answer, of yes/no or a choice, is one of these.
struct AnswerIs {
  std::string input;
  std::vector<Value> any_of;
};
struct InProgramme {
  std::vector<Programme> any_of;
};
struct Condition;
struct All {
  std::vector<Condition> of;
};
struct Any {
  std::vector<Condition> of;
};
struct Not {
  std::vector<Condition> of;  // one
};
// A condition that has a name of its own ("complicating factors").
struct Derived {
  std::string id;
  std::string label;
  std::vector<Condition> of;  // one
};
struct Condition {
  std::variant<NumberIs, AnswerIs, InProgramme, All, Any, Not, Derived> kind;
};

// What conditions may speak of.
struct Vocabulary {
  Inputs inputs;
  std::map<std::string, Derived> derived;  // by id
};

enum class Truth { kFalse, kUnknown, kTrue };

struct Evaluation {
  Truth truth = Truth::kUnknown;
  std::string why;                   // what made it true or false: "CIWA-Ar total 21 (19 or more)"
  std::vector<std::string> unknown;  // input ids that could still settle it, once each
};

// Kleene's logic: `any` with a true part is true and `all` with a false part is false whatever else
// is unknown.
Evaluation Evaluate(const Condition& condition, const Inputs& inputs, const Assessment& assessment);

// The input ids a condition looks at, once each, in order of their place.
std::vector<std::string> InputsOf(const Condition& condition);

}  // namespace withdrawal::domain::assessment
