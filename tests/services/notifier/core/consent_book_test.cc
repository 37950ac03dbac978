#include "services/notifier/core/consent_book.h"

#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);

ContactConsent Signed(const std::string& id, const std::string& contact) {
  return {id, contact, "to check on me", kNow - absl::Hours(48), {}};
}

TEST(ConsentBook, OnlyTheNamedContactOfThatPersonMayBeTold) {
  ConsentBook book;
  book.Record("ann", Signed("c1", "sister"));
  const Permission given = book.MayTell("ann", "sister", kNow);
  EXPECT_TRUE(given.given());
  EXPECT_EQ(given.consent_id, "c1");
  EXPECT_EQ(given.purpose, "to check on me");
  EXPECT_EQ(book.MayTell("ann", "brother", kNow).refusal, "no consent covers it");
  EXPECT_FALSE(book.MayTell("bob", "sister", kNow).given());
}

TEST(ConsentBook, AConsentRunsFromItsSignatureToItsEnd) {
  ConsentBook book;
  ContactConsent consent = Signed("c1", "sister");
  consent.expires_at = kNow + absl::Hours(1);
  book.Record("ann", consent);
  EXPECT_FALSE(book.MayTell("ann", "sister", consent.signed_at - absl::Seconds(1)).given());
  EXPECT_TRUE(book.MayTell("ann", "sister", consent.signed_at).given());
  EXPECT_TRUE(book.MayTell("ann", "sister", kNow + absl::Minutes(59)).given());
  EXPECT_FALSE(book.MayTell("ann", "sister", kNow + absl::Hours(1)).given());
}

TEST(ConsentBook, ARevocationEndsThatConsentAndNotTheOthers) {
  ConsentBook book;
  book.Record("ann", Signed("c1", "sister"));
  book.Record("ann", Signed("c2", "friend"));
  book.Revoke("ann", "c1");
  EXPECT_FALSE(book.MayTell("ann", "sister", kNow).given());
  EXPECT_TRUE(book.MayTell("ann", "friend", kNow).given());
  // The topic read again from its beginning brings it back in no way.
  book.Record("ann", Signed("c1", "sister"));
  EXPECT_FALSE(book.MayTell("ann", "sister", kNow).given());
  // A new one does.
  book.Record("ann", Signed("c3", "sister"));
  EXPECT_EQ(book.MayTell("ann", "sister", kNow).consent_id, "c3");
}

TEST(ConsentBook, ARestrictionGoesBeforeAnyConsentUntilItIsLifted) {
  ConsentBook book;
  book.Record("ann", Signed("c1", "sister"));
  book.Record("ann", Signed("c2", "friend"));
  book.Restrict("ann", {"r1", "sister", false});
  EXPECT_EQ(book.MayTell("ann", "sister", kNow).refusal, "the person asked that it be kept back");
  EXPECT_TRUE(book.MayTell("ann", "friend", kNow).given());
  book.Restrict("ann", {"r2", "", false});
  EXPECT_FALSE(book.MayTell("ann", "friend", kNow).given());
  book.Restrict("ann", {"r1", "sister", true});
  EXPECT_FALSE(book.MayTell("ann", "sister", kNow).given());
  book.Restrict("ann", {"r2", "", true});
  EXPECT_TRUE(book.MayTell("ann", "sister", kNow).given());
}

}  // namespace
}  // namespace withdrawal::notifier
