#include "libs/catalogue/condition_parts.h"

#include "absl/strings/str_cat.h"

namespace withdrawal::catalogue {

using domain::AnyOf;
using domain::Condition;
using domain::Measure;
using domain::Observed;

std::optional<domain::Adjustable> ReadAdjustable(Reader& reader, double edge, double low,
                                                 double high) {
  if (!reader.Has("adjustable")) return std::nullopt;
  Reader bounds = reader.Map("adjustable");
  const domain::Adjustable adjustable{bounds.Number("from"), bounds.Number("to")};
  bounds.Done();
  if (adjustable.from > edge || adjustable.to < edge) {
    reader.Problem("adjustable", "must include the edge itself");
  }
  if (adjustable.from < low || adjustable.to > high) {
    reader.Problem("adjustable", "could never be true");
  }
  return adjustable;
}

void ReadBounds(Reader& reader, double low, double high, bool low_is_bad, Observed& observed) {
  observed.at_least = reader.OptionalNumber("at_least");
  observed.at_most = reader.OptionalNumber("at_most");
  observed.margin = reader.OptionalNumber("margin").value_or(0);
  if (reader.Has("within")) observed.within = reader.DurationOf("within");
  if (!observed.at_least && !observed.at_most) {
    reader.Problem("", "needs at_least, at_most or both");
    return;
  }
  const double from = observed.at_least.value_or(low);
  const double to = observed.at_most.value_or(high);
  if (from > to) reader.Problem("at_least", "above at_most: can never be true");
  if (from > high || to < low) {
    reader.Problem("",
                   absl::StrCat("outside the possible ", low, " to ", high, ": can never be true"));
  }
  if (from <= low && to >= high) reader.Problem("", "always true");
  if (observed.margin < 0) reader.Problem("margin", "must not be negative");
  const bool low_side = !observed.at_least || (low_is_bad && observed.at_most);
  const bool can_clear = low_side ? to + observed.margin <= high : from - observed.margin >= low;
  if (!can_clear) reader.Problem("margin", "no possible value is clear of it");
  const double edge = observed.at_least ? *observed.at_least : *observed.at_most;
  const bool between = observed.at_least && observed.at_most;
  observed.adjustable = ReadAdjustable(reader, edge, low, between ? to : high);
  if (observed.adjustable && observed.within > absl::ZeroDuration()) {
    reader.Problem("adjustable", "not for a condition that looks back (within)");
  }
}

Condition AnyOfThese(std::vector<Condition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return {AnyOf{std::move(parts)}};
}

Condition ReadNamed(Reader& reader, Measure measure, const std::vector<std::string>& names,
                    double at_least) {
  std::vector<Condition> parts;
  Observed observed;
  observed.measure = measure;
  observed.at_least = at_least;
  if (reader.Has("within")) observed.within = reader.DurationOf("within");
  for (const std::string& name : names) {
    observed.subject = name;
    parts.push_back({observed});
  }
  if (parts.empty()) reader.Problem("any_of", "must not be empty: can never be true");
  return AnyOfThese(std::move(parts));
}

}  // namespace withdrawal::catalogue
