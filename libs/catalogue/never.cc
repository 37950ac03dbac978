#include "libs/catalogue/never.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace withdrawal::catalogue {
namespace {

using domain::Condition;
using Conjunction = std::vector<const Condition*>;

// A rule with more ways to be true than this is not looked through.
constexpr size_t kWaysMax = 4096;

std::vector<Conjunction> Ways(const Condition& condition);

std::vector<Conjunction> WaysOfAll(const domain::AllOf& all) {
  std::vector<Conjunction> ways = {{}};
  for (const Condition& part : all.of) {
    std::vector<Conjunction> longer;
    for (const Conjunction& of_part : Ways(part)) {
      for (const Conjunction& way : ways) {
        if (longer.size() >= kWaysMax) return longer;
        longer.push_back(way);
        longer.back().insert(longer.back().end(), of_part.begin(), of_part.end());
      }
    }
    ways = std::move(longer);
  }
  return ways;
}

// Each way is a set of conditions that make the whole true when all of them are.
std::vector<Conjunction> Ways(const Condition& condition) {
  if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) return WaysOfAll(*all);
  const auto* any = std::get_if<domain::AnyOf>(&condition.kind);
  if (any == nullptr) return {{&condition}};
  std::vector<Conjunction> ways;
  for (const Condition& part : any->of) {
    for (Conjunction& way : Ways(part)) ways.push_back(std::move(way));
  }
  return ways;
}

template <typename Kind>
std::vector<const Kind*> Those(const Conjunction& way) {
  std::vector<const Kind*> kinds;
  for (const Condition* part : way) {
    if (const auto* kind = std::get_if<Kind>(&part->kind)) kinds.push_back(kind);
  }
  return kinds;
}

// A person may be in several programmes, but is not in one that another condition rules out.
bool ProgrammesExclude(const Conjunction& way) {
  std::vector<domain::Programme> excluded;
  for (const auto* part : Those<domain::InProgramme>(way)) {
    excluded.insert(excluded.end(), part->none_of.begin(), part->none_of.end());
  }
  const auto is_excluded = [&excluded](domain::Programme programme) {
    return std::find(excluded.begin(), excluded.end(), programme) != excluded.end();
  };
  for (const auto* part : Those<domain::InProgramme>(way)) {
    if (!part->any_of.empty() &&
        std::all_of(part->any_of.begin(), part->any_of.end(), is_excluded)) {
      return true;
    }
  }
  return false;
}

bool ScalesExclude(const Conjunction& way) {
  const auto scales = Those<domain::OnSpo2Scale>(way);
  return std::any_of(scales.begin(), scales.end(),
                     [&](const auto* scale) { return scale->scale != scales.front()->scale; });
}

bool LastUsesExclude(const Conjunction& way) {
  const auto windows = Those<domain::SinceLastUse>(way);
  for (const auto* a : windows) {
    for (const auto* b : windows) {
      const bool same = a->classes.size() == 1 && a->classes == b->classes;
      if (same && a->to < b->from) return true;
    }
  }
  return false;
}

bool BoundsExclude(const Conjunction& way) {
  const auto observed = Those<domain::Observed>(way);
  for (const auto* a : observed) {
    for (const auto* b : observed) {
      const bool same = a->measure == b->measure && a->subject == b->subject &&
                        a->item == b->item && a->within == b->within &&
                        a->within == absl::ZeroDuration();
      if (same && a->at_least.value_or(-INFINITY) > b->at_most.value_or(INFINITY)) return true;
    }
  }
  return false;
}

std::string WhyNot(const Conjunction& way) {
  if (ProgrammesExclude(way)) return "programmes that exclude each other";
  if (ScalesExclude(way)) return "both SpO2 scales at once";
  if (LastUsesExclude(way)) return "windows since last use that do not meet";
  if (BoundsExclude(way)) return "contradictory bounds";
  return "";
}

}  // namespace

std::string WhyNever(const Condition& condition) {
  std::string why = "no way to be true";
  const auto ways = Ways(condition);
  if (ways.size() >= kWaysMax) return "";
  for (const Conjunction& way : ways) {
    why = WhyNot(way);
    if (why.empty()) return "";
  }
  return why;
}

}  // namespace withdrawal::catalogue
