// Inputs and conditions over them (libs/domain/assessment.h) as YAML: of the intake, and of the
// review of care plans.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/sections.h"
#include "libs/domain/red_flag.h"
#include "libs/domain/satisfiable.h"

namespace withdrawal::catalogue {
namespace {

using domain::assessment::AnswerIs;
using domain::assessment::Condition;
using domain::assessment::Derived;
using domain::assessment::Feed;
using domain::assessment::Input;
using domain::assessment::Inputs;
using domain::assessment::InputType;
using domain::assessment::NumberIs;
using domain::assessment::Value;
using domain::assessment::Vocabulary;

bool IsId(const std::string& text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

void ReadItemEdges(Reader& reader, const domain::Instrument& instrument, Feed& feed) {
  Reader items = reader.Map("items_at_least");
  for (const domain::Item& item : instrument.items) {
    if (items.Has(item.code)) feed.items_at_least[item.code] = items.Int(item.code);
  }
  items.Done();
  if (feed.items_at_least.empty()) reader.Problem("items_at_least", "names no item");
}

void ReadInstrumentFeed(Reader& reader, const Catalogue& catalogue, Feed& feed) {
  feed.instrument = reader.Text("instrument");
  feed.total_at_least = reader.OptionalInt("total_at_least");
  feed.categories = reader.OptionalTexts("categories");
  const domain::Instrument* instrument = catalogue.FindInstrument(feed.instrument);
  if (instrument == nullptr) {
    reader.Problem("instrument", "unknown " + feed.instrument);
    return;
  }
  for (const std::string& category : feed.categories) {
    if (!instrument->CategoryRank(category)) reader.Problem("categories", "unknown " + category);
  }
  if (reader.Has("items_at_least")) ReadItemEdges(reader, *instrument, feed);
}

Feed ReadFeed(Reader& reader, const Input& input, const Catalogue& catalogue) {
  Feed feed;
  if (reader.Has("gives")) feed.gives = reader.Flag("gives");
  bool number = false;
  if (reader.Has("instrument")) {
    ReadInstrumentFeed(reader, catalogue, feed);
    number = !feed.total_at_least && feed.items_at_least.empty() && feed.categories.empty();
  } else if (reader.Has("red_flags")) {
    feed.red_flags = reader.Texts("red_flags");
    for (const std::string& name : feed.red_flags) {
      const auto& known = domain::kRedFlags;
      if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
        reader.Problem("red_flags", "unknown symptom " + name);
      }
    }
  } else if (reader.Has("vital")) {
    feed.vital = reader.Text("vital");
    const auto vital = domain::VitalFromCode(feed.vital);
    if (!vital || !catalogue.vitals.contains(*vital)) {
      reader.Problem("vital", "unknown vital sign " + feed.vital);
    }
    number = true;
  } else {
    feed.plan = reader.Text("plan");
    number = feed.plan == "age_years";
    if (!number && feed.plan != "pregnant") reader.Problem("plan", "unknown " + feed.plan);
  }
  const InputType gives = number ? InputType::kNumber : InputType::kYesNo;
  if (gives != input.type) reader.Problem("", "does not give what the input's type asks for");
  reader.Done();
  return feed;
}

void ReadType(Reader& reader, Input& input) {
  input.type = reader.Choice<InputType>("type", {{"yes_no", InputType::kYesNo},
                                                 {"number", InputType::kNumber},
                                                 {"choice", InputType::kChoice}});
  if (input.type == InputType::kNumber) {
    input.unit = reader.OptionalText("unit");
    input.whole = reader.Flag("whole");
    const std::vector<double> range = reader.Numbers("range");
    if (range.size() != 2 || range[0] >= range[1]) {
      reader.Problem("range", "must be the lowest and the highest possible number");
    } else {
      input.from = range[0];
      input.to = range[1];
    }
  }
  if (input.type == InputType::kChoice) {
    input.choices = reader.Texts("choices");
    if (input.choices.size() < 2) reader.Problem("choices", "must be two or more");
  }
}

std::optional<Value> ReadAnswer(Reader& reader, const std::string& key, const Input& input,
                                const std::string& text) {
  const std::optional<Value> value = domain::assessment::ParseValue(input, text);
  if (!value) {
    reader.Problem(key, "must be yes or no");
    return std::nullopt;
  }
  if (const auto error = domain::assessment::CheckValue(input, *value)) {
    reader.Problem(key, error->description);
    return std::nullopt;
  }
  return value;
}

Condition ReadAnswers(Reader& reader, const Input& input) {
  AnswerIs answer{input.id, {}};
  const bool one = reader.Has("is");
  const char* key = one ? "is" : "one_of";
  for (const std::string& text : one ? std::vector{reader.Text(key)} : reader.Texts(key)) {
    if (auto value = ReadAnswer(reader, key, input, text)) answer.any_of.push_back(*value);
  }
  return {answer};
}

Condition ReadBounds(Reader& reader, const Input& input) {
  NumberIs number;
  number.input = input.id;
  if (reader.Has("between")) {
    const std::vector<double> ends = reader.Numbers("between");
    if (ends.size() != 2) {
      reader.Problem("between", "must be two numbers");
    } else {
      number.low = ends[0];
      number.high = ends[1];
    }
    return {number};
  }
  number.low_open = reader.Has("above");
  number.high_open = reader.Has("below");
  number.low = reader.OptionalNumber(number.low_open ? "above" : "at_least");
  number.high = reader.OptionalNumber(number.high_open ? "below" : "at_most");
  if (!number.low && !number.high) reader.Problem("", "needs a bound");
  return {number};
}

Condition ReadLeaf(Reader& reader, const Vocabulary& vocabulary) {
  const std::string id = reader.Text("input");
  const auto input = vocabulary.inputs.find(id);
  if (input == vocabulary.inputs.end()) {
    reader.Problem("input", "unknown input " + id);
    return {NumberIs{id, 0, {}, false, false}};
  }
  return input->second.type == InputType::kNumber ? ReadBounds(reader, input->second)
                                                  : ReadAnswers(reader, input->second);
}

std::vector<Condition> ReadParts(Reader& reader, const std::string& key,
                                 const Vocabulary& vocabulary) {
  std::vector<Condition> parts;
  for (Reader& part : reader.List(key)) parts.push_back(ReadInputCondition(part, vocabulary));
  return parts;
}

Condition ReadDerivedUse(Reader& reader, const Vocabulary& vocabulary) {
  const std::string id = reader.Text("derived");
  const auto derived = vocabulary.derived.find(id);
  if (derived != vocabulary.derived.end()) return {derived->second};
  reader.Problem("derived", "unknown derived input " + id);
  return {domain::assessment::InProgramme{}};
}

Condition ReadPart(Reader& reader, const Vocabulary& vocabulary) {
  Condition condition;
  if (reader.Has("all")) {
    condition.kind = domain::assessment::All{ReadParts(reader, "all", vocabulary)};
  } else if (reader.Has("any")) {
    condition.kind = domain::assessment::Any{ReadParts(reader, "any", vocabulary)};
  } else if (reader.Has("not")) {
    Reader inner = reader.Map("not");
    condition.kind = domain::assessment::Not{{ReadInputCondition(inner, vocabulary)}};
  } else if (reader.Has("programme")) {
    condition.kind = domain::assessment::InProgramme{ReadProgrammes(reader, "programme")};
  } else if (reader.Has("derived")) {
    condition = ReadDerivedUse(reader, vocabulary);
  } else {
    condition = ReadLeaf(reader, vocabulary);
  }
  reader.Done();
  return condition;
}

}  // namespace

Inputs ReadInputs(Reader& root, const Catalogue& catalogue) {
  Inputs inputs;
  for (Reader& reader : root.List("inputs")) {
    Input input;
    input.id = reader.Text("id");
    if (!IsId(input.id)) reader.Problem("id", "must be lower_snake_case");
    input.label = reader.Text("label");
    input.question = reader.Text("question");
    ReadType(reader, input);
    input.required_for = ReadProgrammes(reader, "required_for");
    for (Reader& feed : reader.OptionalList("fed_by")) {
      input.fed_by.push_back(ReadFeed(feed, input, catalogue));
    }
    input.rules = reader.OptionalTexts("rules");
    input.source = reader.Text("source");
    input.mark = reader.MarkOf("mark");
    reader.OptionalText("note");
    reader.Done();
    const std::string id = input.id;
    if (!inputs.emplace(id, std::move(input)).second) {
      reader.Problem("id", "duplicate input " + id);
    }
  }
  return inputs;
}

void ReadDerived(Reader& root, Vocabulary& vocabulary) {
  for (Reader& reader : root.OptionalList("derived")) {
    Derived derived{reader.Text("id"), reader.Text("label"), {}};
    if (vocabulary.inputs.contains(derived.id)) reader.Problem("id", "is an input already");
    Reader when = reader.Map("when");
    derived.of.push_back(ReadInputCondition(when, vocabulary));
    reader.Text("source");
    reader.MarkOf("mark");
    reader.Done();
    if (!vocabulary.derived.emplace(derived.id, derived).second) {
      reader.Problem("id", "duplicate derived input " + derived.id);
    }
  }
}

Condition ReadInputCondition(Reader& reader, const Vocabulary& vocabulary) {
  Condition condition = ReadPart(reader, vocabulary);
  if (!domain::assessment::CanBeTrue(condition, vocabulary.inputs)) {
    reader.Problem("", "can never be true");
  } else if (!domain::assessment::CanBeFalse(condition, vocabulary.inputs)) {
    reader.Problem("", "always true");
  }
  return condition;
}

void LoadIntake(Reader& root, Catalogue& catalogue) {
  catalogue.intake.inputs = ReadInputs(root, catalogue);
  ReadDerived(root, catalogue.intake);
  root.Done();
}

}  // namespace withdrawal::catalogue
