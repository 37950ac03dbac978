// What is done to an audit trail afterwards is found, and named.
#include "libs/audit/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"

namespace withdrawal::audit {
namespace {

using events::v1::AuditEvent;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kWriter[] = "clinician/0011223344556677";

std::vector<AuditEvent> Written(int count, const std::string& writer = kWriter) {
  Chain chain(writer);
  std::vector<AuditEvent> events;
  for (int i = 0; i < count; ++i) {
    AuditEvent& event = events.emplace_back();
    event.set_subject(absl::StrCat("dr-", i % 3));
    event.set_rpc("withdrawal.clinician.v1.ClinicianService/GetPatient");
    event.set_action(events::v1::AUDIT_ACTION_READ);
    event.add_patient_ids(absl::StrCat("p-", i));
    event.set_outcome("OK");
    event.mutable_occurred_at()->set_seconds(1'790'000'000 + i);
    chain.Append(event);
  }
  return events;
}

std::vector<Finding> Faults(const std::vector<AuditEvent>& events, bool whole = true) {
  std::vector<Link> links;
  for (const AuditEvent& event : events) links.push_back(LinkOf(event));
  return Verify(kWriter, links, whole);
}

Finding Of(int64_t sequence, Fault fault) { return {kWriter, sequence, fault}; }

Contents ContentsOf(const std::vector<AuditEvent>& events) {
  Contents contents;
  for (const AuditEvent& event : events) contents[event.sequence()] = HashOf(event);
  return contents;
}

TEST(AuditChain, NumbersFromOneAndEachBearsTheHashBefore) {
  const auto events = Written(3);
  EXPECT_EQ(events[0].sequence(), 1);
  EXPECT_EQ(events[0].previous_hash(), "");
  EXPECT_EQ(events[0].hash().size(), 32u);
  EXPECT_EQ(events[1].previous_hash(), events[0].hash());
  EXPECT_EQ(events[2].sequence(), 3);
  EXPECT_EQ(events[2].writer(), kWriter);
}

TEST(AuditChain, AsItWasWrittenNothingIsFound) {
  EXPECT_THAT(Faults({}), IsEmpty());
  EXPECT_THAT(Faults(Written(1)), IsEmpty());
  EXPECT_THAT(Faults(Written(40)), IsEmpty());
}

TEST(AuditChain, AnAlteredRowIsNamed) {
  auto events = Written(5);
  events[2].set_subject("dr-9");
  EXPECT_THAT(Faults(events), ElementsAre(Of(3, Fault::kAltered)));
}

TEST(AuditChain, AnAlteredRowWithANewHashIsNamedByTheNext) {
  auto events = Written(5);
  events[2].set_subject("dr-9");
  events[2].set_hash(HashOf(events[2]));
  EXPECT_THAT(Faults(events), ElementsAre(Of(4, Fault::kNotLinked)));
}

TEST(AuditChain, AMissingRowIsNamed) {
  auto events = Written(5);
  events.erase(events.begin() + 2);
  EXPECT_THAT(Faults(events), ElementsAre(Of(3, Fault::kMissing)));
  events.erase(events.begin());
  EXPECT_THAT(Faults(events), ElementsAre(Of(1, Fault::kMissing), Of(3, Fault::kMissing)));
}

TEST(AuditChain, WhatIsMissingBeforeTheFirstIsNoFaultOfAPart) {
  auto events = Written(5);
  events.erase(events.begin(), events.begin() + 2);
  EXPECT_THAT(Faults(events, /*whole=*/false), IsEmpty());
}

TEST(AuditChain, SwappedRowsAreNamed) {
  auto events = Written(5);
  std::swap(events[1], events[2]);
  EXPECT_THAT(Faults(events), ElementsAre(Of(2, Fault::kOutOfOrder)));
}

TEST(AuditChain, SwappedContentsAreNamed) {
  auto events = Written(5);
  std::swap(*events[1].mutable_subject(), *events[2].mutable_subject());
  EXPECT_THAT(Faults(events), ElementsAre(Of(2, Fault::kAltered), Of(3, Fault::kAltered)));
}

TEST(AuditChain, AForgedTailIsNamed) {
  auto events = Written(3);
  AuditEvent& forged = events.emplace_back(events.back());
  forged.set_sequence(4);
  forged.set_previous_hash(std::string(32, 'x'));
  forged.set_hash(HashOf(forged));
  EXPECT_THAT(Faults(events), ElementsAre(Of(4, Fault::kNotLinked)));
}

TEST(AuditChain, ASecondRowOfOneNumberIsNamedAndTheSameTwiceIsNot) {
  auto events = Written(3);
  events.push_back(events[1]);
  EXPECT_THAT(Faults(events), IsEmpty());
  events.back().set_outcome("NOT_FOUND");
  events.back().set_hash(HashOf(events.back()));
  EXPECT_THAT(Faults(events), ElementsAre(Of(2, Fault::kTwice)));
}

TEST(AuditCompare, ATailCutOffOrWrittenAnewIsFoundBetweenTopicAndTable) {
  const auto topic = Written(4);
  auto table = topic;
  table.pop_back();
  EXPECT_THAT(Compare(kWriter, ContentsOf(topic), ContentsOf(table)),
              ElementsAre(Of(4, Fault::kNotInTable)));
  // From the third on, with hashes that fit.
  Chain chain(kWriter);
  table = topic;
  table[2].set_outcome("NOT_FOUND");
  for (AuditEvent& event : table) chain.Append(event);
  ASSERT_THAT(Faults(table), IsEmpty());
  EXPECT_THAT(Compare(kWriter, ContentsOf(topic), ContentsOf(table)),
              ElementsAre(Of(3, Fault::kOtherInTable), Of(4, Fault::kOtherInTable)));
  EXPECT_THAT(Compare(kWriter, ContentsOf(Written(3)), ContentsOf(topic)),
              ElementsAre(Of(4, Fault::kNotInTopic)));
}

// Any one byte of any event: it is found, at that event or at the one behind it.
TEST(AuditProperty, AnyFlippedBitIsFound) {
  std::mt19937 random(20261126);
  for (int round = 0; round < 2000; ++round) {
    auto events = Written(2 + static_cast<int>(random() % 6));
    // The last one's successor would show it; so one that has none is left out.
    AuditEvent& event = events[random() % (events.size() - 1)];
    const AuditEvent before = event;
    std::string bytes = event.SerializeAsString();
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << (random() % 8));
    if (!event.ParseFromString(bytes)) continue;  // nobody can read it: set aside, so missing
    if (event.SerializeAsString() == before.SerializeAsString()) continue;
    EXPECT_THAT(Faults(events), testing::Not(IsEmpty())) << before.ShortDebugString();
  }
}

// Rows taken out at random: exactly these are named, but for the end.
TEST(AuditProperty, ExactlyTheRowsTakenOutAreNamed) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const auto all = Written(1 + static_cast<int>(random() % 12));
    std::vector<AuditEvent> left;
    for (const AuditEvent& event : all) {
      if (random() % 3 != 0) left.push_back(event);
    }
    const int64_t end = left.empty() ? 0 : left.back().sequence();
    std::vector<Finding> expected;
    for (int64_t i = 1; i < end; ++i) {
      const bool there = std::any_of(left.begin(), left.end(),
                                     [i](const AuditEvent& one) { return one.sequence() == i; });
      if (!there) expected.push_back(Of(i, Fault::kMissing));
    }
    EXPECT_EQ(Faults(left), expected);
    std::vector<Finding> compared;
    for (const AuditEvent& event : all) {
      const bool there = std::any_of(left.begin(), left.end(), [&](const AuditEvent& one) {
        return one.sequence() == event.sequence();
      });
      if (!there) compared.push_back(Of(event.sequence(), Fault::kNotInTable));
    }
    EXPECT_EQ(Compare(kWriter, ContentsOf(all), ContentsOf(left)), compared);
  }
}

// Any order but the written one has a row that stands behind a later one.
TEST(AuditProperty, AnyOtherOrderIsFound) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const auto all = Written(2 + static_cast<int>(random() % 8));
    auto shuffled = all;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const bool same = std::is_sorted(
        shuffled.begin(), shuffled.end(),
        [](const AuditEvent& a, const AuditEvent& b) { return a.sequence() < b.sequence(); });
    const auto found = Faults(shuffled);
    EXPECT_EQ(found.empty(), same);
    for (const Finding& finding : found) EXPECT_EQ(finding.fault, Fault::kOutOfOrder);
  }
}

}  // namespace
}  // namespace withdrawal::audit
