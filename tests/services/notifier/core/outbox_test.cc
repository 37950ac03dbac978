#include "services/notifier/core/outbox.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);
const Channel kPush{ChannelKind::kWebhook, "https://push.example.org"};
const Channel kText{ChannelKind::kSms, "+441632960001"};
const Channel kMail{ChannelKind::kSmtp, "n@example.org"};

bool AnyChannel(const Channel&) { return true; }

Letter LetterTo(const std::string& recipient, const std::string& event_id,
                std::vector<Channel> channels = {kPush}) {
  Letter letter;
  letter.page.event_id = event_id;
  letter.page.alert_id = event_id.substr(0, event_id.find('/'));
  letter.page.patient_id = "p1";
  letter.page.target = "primary";
  letter.page.team = "north";
  letter.page_id = absl::StrCat(event_id, "/", recipient);
  letter.recipient = recipient;
  letter.channels = std::move(channels);
  return letter;
}

// Tries what is due and answers it as `answer` says; the page ids and channels tried.
std::vector<std::string> TryAll(Outbox& outbox, domain::Instant now,
                                const std::function<Delivery(const Outbox::Try&)>& answer) {
  std::vector<std::string> tried;
  while (const auto next = outbox.NextTry(now, AnyChannel)) {
    tried.push_back(absl::StrCat(next->letter.page_id, " ", ChannelName(next->channel.kind)));
    outbox.Finished(next->ticket, answer(*next), "answered 503", {}, now);
  }
  return tried;
}

Delivery Fails(const Outbox::Try&) { return Delivery::kFailed; }
Delivery Takes(const Outbox::Try&) { return Delivery::kDelivered; }
Delivery Refuses(const Outbox::Try&) { return Delivery::kRefused; }

// "undeliverable n1", stored at once.
std::vector<std::string> StoreReports(Outbox& outbox, domain::Instant now) {
  static const char* const kFates[] = {"", "delivered", "undeliverable", "nobody", "withheld"};
  std::vector<std::string> told;
  for (const Report& report : outbox.TakeReports(now)) {
    told.push_back(absl::StrCat(kFates[static_cast<int>(report.fate)], " ", report.recipient));
    outbox.Stored(report.id, true, now);
  }
  return told;
}

TEST(Outbox, OffsetWaitsForThePageAndItsReportAndNotForOthersOfOtherPartitions) {
  Outbox outbox({});
  outbox.Add(0, 10, {}, kNow);
  outbox.Add(0, 11, {LetterTo("n1", "a/1")}, kNow);
  outbox.Add(0, 12, {}, kNow);
  outbox.Add(1, 5, {}, kNow);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 11), Pair(1, 6)));
  EXPECT_THAT(outbox.TakeDone(), IsEmpty());
  TryAll(outbox, kNow, Takes);
  EXPECT_THAT(outbox.TakeDone(), IsEmpty());
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("delivered n1"));
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 13)));
}

TEST(Outbox, AReportThatIsNotStoredIsStoredASecondLater) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1")}, kNow);
  TryAll(outbox, kNow, Takes);
  auto reports = outbox.TakeReports(kNow);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].channel, ChannelKind::kWebhook);
  EXPECT_THAT(outbox.TakeReports(kNow), IsEmpty());
  outbox.Stored(reports[0].id, false, kNow);
  EXPECT_EQ(*outbox.NextDueAt(), kNow + absl::Seconds(1));
  EXPECT_THAT(outbox.TakeReports(kNow), IsEmpty());
  EXPECT_THAT(StoreReports(outbox, kNow + absl::Seconds(1)), ElementsAre("delivered n1"));
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 2)));
}

TEST(Outbox, AChannelThatFailsGivesWayToTheNextOneAtOnce) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1", {kPush, kText, kMail})}, kNow);
  const auto tried = TryAll(outbox, kNow, [](const Outbox::Try& one) {
    return one.channel == kMail ? Delivery::kDelivered : Delivery::kFailed;
  });
  EXPECT_THAT(tried, ElementsAre("a/1/n1 webhook", "a/1/n1 sms", "a/1/n1 smtp"));
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("delivered n1"));
}

TEST(Outbox, AllChannelsFailedIsReportedOnceAndThePageTriedOnLaterEachTime) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1", {kPush, kText})}, kNow);
  TryAll(outbox, kNow, Fails);
  const auto reports = outbox.TakeReports(kNow);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].fate, Fate::kUndeliverable);
  EXPECT_EQ(reports[0].reason, "not delivered: webhook answered 503, sms answered 503");
  outbox.Stored(reports[0].id, true, kNow);

  domain::Instant at = kNow;
  std::vector<absl::Duration> waits;
  for (int i = 0; i < 6; ++i) {
    waits.push_back(*outbox.NextDueAt() - at);
    at = *outbox.NextDueAt();
    EXPECT_THAT(TryAll(outbox, at, Fails), SizeIs(2));
    EXPECT_THAT(StoreReports(outbox, at), IsEmpty());
  }
  EXPECT_THAT(waits, ElementsAre(absl::Seconds(1), absl::Seconds(2), absl::Seconds(4),
                                 absl::Seconds(8), absl::Seconds(16), absl::Seconds(30)));
  at = *outbox.NextDueAt();
  TryAll(outbox, at, Takes);
  EXPECT_THAT(StoreReports(outbox, at), ElementsAre("delivered n1"));
}

TEST(Outbox, ARefusedChannelIsNotTriedAgainAndWithoutAnyLeftThePageEnds) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1", {kPush, kText})}, kNow);
  TryAll(outbox, kNow, [](const Outbox::Try& one) {
    return one.channel == kPush ? Delivery::kRefused : Delivery::kFailed;
  });
  EXPECT_THAT(TryAll(outbox, kNow + absl::Seconds(1), Refuses), ElementsAre("a/1/n1 sms"));
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("undeliverable n1"));
  EXPECT_EQ(outbox.size(), 0u);
}

TEST(Outbox, ARungIsReportedWhenNoneOfItsPeopleWasReached) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1"), LetterTo("n2", "a/1", {kText})}, kNow);
  const auto first = outbox.NextTry(kNow, AnyChannel);
  outbox.Finished(first->ticket, Delivery::kFailed, "x", {}, kNow);
  EXPECT_THAT(StoreReports(outbox, kNow), IsEmpty());
  TryAll(outbox, kNow, Fails);
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("undeliverable n2"));

  outbox.Add(0, 2, {LetterTo("n1", "b/1"), LetterTo("n2", "b/1", {kText})}, kNow);
  TryAll(outbox, kNow, [](const Outbox::Try& one) {
    return one.letter.recipient == "n1" ? Delivery::kDelivered : Delivery::kFailed;
  });
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("delivered n1"));
}

TEST(Outbox, NobodyOnCallAndNoWayToReachThemAreReportedAtOnce) {
  Outbox outbox({});
  Letter nobody = LetterTo("", "a/1", {});
  outbox.Add(0, 1, {nobody, LetterTo("ann", "b/1", {})}, kNow);
  const auto reports = outbox.TakeReports(kNow);
  ASSERT_THAT(reports, SizeIs(2));
  EXPECT_EQ(reports[0].fate, Fate::kNobodyOnCall);
  EXPECT_EQ(reports[0].reason, "nobody on call: primary of north");
  EXPECT_EQ(reports[1].fate, Fate::kUndeliverable);
  EXPECT_THAT(reports[1].reason, HasSubstr("no way"));
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 1)));
}

TEST(Outbox, OnePageThatHangsHoldsUpNobodyElse) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1")}, kNow);
  const auto hangs = outbox.NextTry(kNow, AnyChannel);
  outbox.Add(0, 2, {LetterTo("n2", "b/1", {kText})}, kNow);
  outbox.Add(0, 3, {LetterTo("n3", "c/1")}, kNow);
  const auto not_push = [](const Channel& channel) { return !(channel == kPush); };
  const auto next = outbox.NextTry(kNow, not_push);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->letter.page_id, "b/1/n2");
  EXPECT_FALSE(outbox.NextTry(kNow, not_push).has_value());
  EXPECT_EQ(outbox.NextTry(kNow, AnyChannel)->letter.page_id, "c/1/n3");
  EXPECT_EQ(outbox.Finished(hangs->ticket, Delivery::kDelivered, "", {}, kNow),
            Outbox::Result::kDelivered);
}

TEST(Outbox, AnEmergencyGoesFirst) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1")}, kNow);
  Letter emergency = LetterTo("n1", "b/1");
  emergency.page.priority = Priority::kEmergency;
  outbox.Add(0, 2, {emergency}, kNow + absl::Seconds(1));
  EXPECT_THAT(TryAll(outbox, kNow + absl::Seconds(1), Takes),
              ElementsAre("b/1/n1 webhook", "a/1/n1 webhook"));
}

TEST(Outbox, PageIsGivenUpAfterItsTime) {
  Outbox outbox({.give_up_after = absl::Minutes(1)});
  outbox.Add(0, 1, {LetterTo("n1", "a/1")}, kNow);
  const auto finish = [&](domain::Instant at) {
    const auto next = outbox.NextTry(at, AnyChannel);
    return outbox.Finished(next->ticket, Delivery::kFailed, "x", {}, at);
  };
  EXPECT_EQ(finish(kNow + absl::Seconds(59)), Outbox::Result::kGoesOn);
  EXPECT_EQ(finish(kNow + absl::Seconds(60)), Outbox::Result::kGivenUp);
  EXPECT_THAT(StoreReports(outbox, kNow + absl::Seconds(60)), ElementsAre("undeliverable n1"));
  EXPECT_EQ(outbox.size(), 0u);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 2)));
}

TEST(Outbox, DroppedPartitionIsForgotten) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1"), LetterTo("", "c/1", {})}, kNow);
  outbox.Add(1, 1, {LetterTo("n1", "b/1")}, kNow);
  const auto on_its_way = outbox.NextTry(kNow, AnyChannel);
  outbox.Drop(0);
  EXPECT_EQ(outbox.Finished(on_its_way->ticket, Delivery::kDelivered, "", {}, kNow),
            Outbox::Result::kUnknown);
  EXPECT_THAT(TryAll(outbox, kNow, Takes), ElementsAre("b/1/n1 webhook"));
  EXPECT_THAT(StoreReports(outbox, kNow), ElementsAre("delivered n1"));
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(1, 2)));
}

// case C59
TEST(Outbox, APageThatWaitsIsNotSentOnceSomebodyHasTheAlert) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a1/1"), LetterTo("n1", "a2/1")}, kNow);
  TryAll(outbox, kNow, Fails);
  StoreReports(outbox, kNow);
  outbox.Add(0, 2, {}, kNow);
  EXPECT_EQ(outbox.Cancel("a1"), 1);
  EXPECT_THAT(TryAll(outbox, kNow + absl::Minutes(1), Fails), ElementsAre("a2/1/n1 webhook"));
  EXPECT_EQ(outbox.Cancel("a2"), 1);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 3)));
}

TEST(Outbox, APageOnItsWayWhenSomebodyHasTheAlertIsNotTriedAgain) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("n1", "a/1", {kPush, kText})}, kNow);
  const auto on_its_way = outbox.NextTry(kNow, AnyChannel);
  EXPECT_EQ(outbox.Cancel("a"), 0);
  EXPECT_EQ(outbox.Finished(on_its_way->ticket, Delivery::kFailed, "x", {}, kNow),
            Outbox::Result::kCancelled);
  EXPECT_EQ(outbox.size(), 0u);
}

TEST(Outbox, WhatMayNotBeSentIsReportedWithTheReason) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("sister", "a/1", {kText})}, kNow);
  auto next = outbox.NextTry(kNow, AnyChannel);
  EXPECT_FALSE(outbox.Postponed(next->ticket, kNow));
  EXPECT_FALSE(outbox.NextTry(kNow, AnyChannel).has_value());
  next = outbox.NextTry(kNow + absl::Seconds(1), AnyChannel);
  outbox.Withheld(next->ticket, "no consent covers it", kNow);
  const auto reports = outbox.TakeReports(kNow);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].fate, Fate::kWithheld);
  EXPECT_EQ(reports[0].reason, "no consent covers it");
}

TEST(Outbox, WhatCannotBeFoundOutInTimeIsWithheld) {
  Outbox outbox({});
  outbox.Add(0, 1, {LetterTo("sister", "a/1", {kText})}, kNow);
  const domain::Instant later = kNow + absl::Minutes(15);
  const auto next = outbox.NextTry(later, AnyChannel);
  EXPECT_TRUE(outbox.Postponed(next->ticket, later));
  EXPECT_THAT(StoreReports(outbox, later), ElementsAre("withheld sister"));
}

// A receiver that tells repeats by the idempotency key and is down for ten minutes; the notifier
// dies in the middle and another one begins where the first had committed.
TEST(OutboxOutage, NoPageIsLostNoneComesTwiceAndEachRungIsPassedInTime) {
  std::map<std::string, int> taken;
  domain::Instant now = kNow;
  const auto sink = [&](const Outbox::Try& one) {
    if (now < kNow + absl::Minutes(10)) return Delivery::kFailed;
    ++taken[one.letter.page_id];
    return Delivery::kDelivered;
  };
  std::set<std::string> reported;
  const auto run = [&](Outbox& outbox, domain::Instant until) {
    while (outbox.size() > 0 && now < until) {
      TryAll(outbox, now, sink);
      for (const std::string& one : StoreReports(outbox, now)) reported.insert(one);
      if (const auto due = outbox.NextDueAt()) now = std::max(now, *due);
    }
  };
  const auto read = [&](Outbox& outbox) {
    for (int i = 0; i < 50; ++i) {
      outbox.Add(i % 3, 100 + i, {LetterTo(absl::StrCat("n", i), absl::StrCat("a", i, "/1"))}, now);
    }
  };
  Outbox first({});
  read(first);
  run(first, kNow + absl::Minutes(4));
  EXPECT_THAT(reported, SizeIs(50));  // within the first round: the next rungs are called
  EXPECT_THAT(first.TakeDone(), ElementsAre(Pair(0, 100), Pair(1, 101), Pair(2, 102)));
  Outbox second({});
  read(second);
  run(second, kNow + absl::Minutes(60));
  EXPECT_THAT(taken, SizeIs(50));
  for (const auto& [page_id, count] : taken) EXPECT_EQ(count, 1) << page_id;
  EXPECT_THAT(second.TakeDone(), ElementsAre(Pair(0, 149), Pair(1, 150), Pair(2, 148)));
}

}  // namespace
}  // namespace withdrawal::notifier
