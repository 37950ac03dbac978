// The changes that fuzzing makes: of the corpus, the same ones each time. A short fuzz run without
// clang, so that sanitizer builds meet changed inputs too.
#include "tests/fuzz/mutator.h"

#include <gtest/gtest.h>

#include <set>

#include "google/protobuf/text_format.h"
#include "tests/fuzz/corpus.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/session.pb.h"

namespace withdrawal::fuzz {
namespace {

using google::protobuf::TextFormat;

constexpr uint64_t kChangesPerInput = 30;

std::vector<Session> Sessions() {
  std::vector<Session> sessions;
  for (const auto& [name, text] : Corpus("topics")) {
    Session& session = sessions.emplace_back();
    EXPECT_TRUE(TextFormat::ParseFromString(text, &session)) << name;
    EXPECT_GT(session.steps_size(), 0) << name;
  }
  return sessions;
}

std::string TextOf(const Session& session) {
  std::string text;
  TextFormat::PrintToString(session, &text);
  return text;
}

TEST(Mutator, OneSeedIsOneChangeAndAnotherIsAnother) {
  const Session before = Sessions().front();
  std::set<std::string> texts;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Session one = before;
    Session same = before;
    Mutate(one, seed);
    Mutate(same, seed);
    EXPECT_EQ(TextOf(one), TextOf(same));
    texts.insert(TextOf(one));
  }
  EXPECT_GT(texts.size(), 40u);
}

TEST(Mutator, ChangedSessionsAreStillSessions) {
  for (const Session& before : Sessions()) {
    Session session = before;
    for (uint64_t seed = 0; seed < 100; ++seed) Mutate(session, seed);
    Session read;
    EXPECT_TRUE(TextFormat::ParseFromString(TextOf(session), &read));
  }
}

TEST(Mutator, ChangedInputsKeepThePromisesOfTheTopics) {
  for (const Session& before : Sessions()) {
    for (uint64_t seed = 0; seed < kChangesPerInput; ++seed) {
      Session session = before;
      Mutate(session, seed);
      SCOPED_TRACE(TextOf(session));
      TestOne(TextOf(session));
    }
  }
}

}  // namespace
}  // namespace withdrawal::fuzz
