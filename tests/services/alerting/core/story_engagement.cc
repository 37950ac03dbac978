#include "tests/services/alerting/core/story_engagement.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace withdrawal::alerting {
namespace {

std::pair<std::string, std::string> KeyValue(const std::string& word) {
  return absl::StrSplit(word, absl::MaxSplits('=', 1));
}

domain::LapseReport ReadLapse(const std::vector<std::string>& words) {
  domain::LapseReport lapse;
  lapse.substance_class = words.at(1);
  for (size_t i = 2; i < words.size(); ++i) {
    const auto [key, value] = KeyValue(words[i]);
    if (key == "days") {
      lapse.use_days_in_last_7 = std::atoi(value.c_str());
    } else if (key == "earlier") {
      lapse.back_to_earlier_pattern = value == "yes";
    } else if (key == "alone") {
      lapse.alone = value == "yes";
    } else if (key == "naloxone") {
      lapse.naloxone_present = value == "yes";
    } else if (key == "again") {
      lapse.intends_to_continue = value == "yes";
    } else {
      ADD_FAILURE() << words[i];
    }
  }
  return lapse;
}

}  // namespace

bool ReadEngagementWord(const std::string& key, const std::string& value, domain::CarePlan& plan) {
  if (key == "level") {
    plan.level_of_care = {"asam4", value, std::nullopt};
  } else if (key == "age") {
    plan.age_years = std::atoi(value.c_str());
  } else {
    return false;
  }
  return true;
}

std::optional<domain::CheckInKind> EngagementKind(const std::vector<std::string>& words, int id) {
  if (words.front() == "lapse") return ReadLapse(words);
  if (words.front() == "session") {
    return domain::SessionAttendance{absl::StrCat("s", id), words.at(1), std::nullopt,
                                     std::atoi(words.at(2).c_str())};
  }
  if (words.front() == "triggers") {
    domain::TriggerLog log;
    log.hungry = log.angry = log.lonely = log.tired = 3;
    return log;
  }
  return std::nullopt;
}

}  // namespace withdrawal::alerting
