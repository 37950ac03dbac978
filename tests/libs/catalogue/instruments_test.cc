// What the loader refuses in an instrument's file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::HasSubstr;

struct Change {
  const char* file;  // below instruments/
  const char* from;
  const char* to;
  const char* problem;
};

TEST(InstrumentFiles, WhatContradictsItselfIsRefusedByFileAndKey) {
  const Change changes[] = {
      {"phq-9.yaml", "missing_max: 2", "missing_max: 9", "prorate.missing_max: must be 1"},
      {"phq-9.yaml", "missing_items: prorate", "missing_items: all_required",
       "prorate: stands with missing_items: prorate"},
      {"phq-9.yaml", "never_imputed: [self_harm]", "never_imputed: [selfharm]",
       "prorate.never_imputed: unknown item selfharm"},
      {"phq-9.yaml", "loinc: 44255-8", "loinc: 44250-9", "loinc: duplicate key 44250-9"},
      {"audit.yaml", "when: [frequency]", "when: [often]", "skips[0].when: unknown item often"},
      {"audit.yaml", "when: [frequency]", "when: [guilt]",
       "skips[0].skip: guilt cannot skip itself"},
      {"c-ssrs.yaml", "{when: [q2], is: 0", "{when: [q2], is: 2",
       "skips[0].is: 2 is no value of q2"},
      {"c-ssrs.yaml", "total: none", "total: sum", "total_max: missing"},
      {"c-ssrs.yaml", "any_of: [q3, q6_life]", "any_of: [q3, q4]",
       "any_of: q4 already reaches a worse one"},
      {"c-ssrs.yaml", "    - {id: none}\n", "",
       "worst_first: must end with the category of those without any of the items"},
      {"c-ssrs.yaml", "{id: moderate, any_of: [q3, q6_life]}", "{id: moderate}",
       "categories.worst_first[2].id: can never be reached"},
      {"bam.yaml", "total_max: 12", "total_max: 16",
       "subscales[0].total_max: the items add up to 12"},
      {"bam.yaml", "flag_at_least: 1\n", "flag_at_least: 0\n", "0 would flag everybody"},
      {"bam.yaml", "flag_at_most: 12", "flag_at_most: 25", "flag_at_most: must be 0 to 24"},
      {"bam.yaml", "items: [alcohol_days,", "items: [wine_days,", "unknown item wine_days"},
      {"bam.yaml", "items: [alcohol_days, heavy", "items: [alcohol_days, alcohol_days, heavy",
       "alcohol_days stands here twice"},
      {"bam.yaml", "allowed: [0, 4]", "allowed: [1, 4]", "allowed: must start at 0"},
      {"pawss.yaml", "gate: {item: recent_alcohol", "gate: {item: blackouts",
       "gate.item: a gate is no point"},
      {"pawss.yaml", "gate: {item: recent_alcohol, source: \"S19; not scored\"",
       "gate: {item: recent_alcohol", "gate.source: missing"},
      {"ocs.yaml", "cue_urge, label: urge in a place or mood of use, range: [0, 10]",
       "cue_urge, label: urge in a place or mood of use, range: [0, 5]",
       "total: a mean needs items of one range"},
      {"bwsq.yaml", "plug_in: {items: 20,", "plug_in: {items: 0,",
       "plug_in.items: must be 1 to 99"},
      {"bwsq.yaml", "plug_in: {items: 20,", "plug_in: {items: 21,",
       "total_max: the items add up to 42"},
      {"ciwa-b.yaml", "id: clinic_not_restful", "id: busto", "forms[1].id: duplicate form busto"},
      {"dast-10.yaml", "printed_score_key: item3_already_reversed", "printed_score_key: q3",
       "printed_score_key: is the key of an item"},
      {"sds.yaml", "default_scheme: unstated", "default_scheme: alcohol",
       "default_scheme: no such scheme"},
  };
  for (const Change& change : changes) {
    SCOPED_TRACE(std::string(change.file) + ": " + change.to);
    Files files = EmbeddedFiles();
    const std::string file = std::string("instruments/") + change.file;
    ASSERT_GT(absl::StrReplaceAll({{change.from, change.to}}, &files.at(file)), 0);
    const auto loaded = LoadFiles(files);
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(std::string(loaded.status().message()), HasSubstr(change.problem));
    EXPECT_THAT(std::string(loaded.status().message()), HasSubstr(file));
  }
}

}  // namespace
}  // namespace withdrawal::catalogue
