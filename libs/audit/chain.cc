#include "libs/audit/chain.h"

#include <algorithm>
#include <set>

#include "libs/codec/bytes.h"
#include "libs/hash/sha256.h"

namespace withdrawal::audit {

std::string HashOf(const events::v1::AuditEvent& event) {
  events::v1::AuditEvent said = event;
  said.clear_hash();
  const hash::Digest digest = hash::Sha256(event.previous_hash() + codec::DeterministicBytes(said));
  return std::string(digest.begin(), digest.end());
}

void Chain::Append(events::v1::AuditEvent& event) {
  event.set_writer(writer_);
  event.set_sequence(++sequence_);
  event.set_previous_hash(hash_);
  hash_ = HashOf(event);
  event.set_hash(hash_);
}

std::string WordsOf(Fault fault) {
  switch (fault) {
    case Fault::kAltered:
      return "altered: its hash is not that of what it says";
    case Fault::kMissing:
      return "missing: a later one is there";
    case Fault::kOutOfOrder:
      return "out of order: it stands behind a later one";
    case Fault::kNotLinked:
      return "not linked: the one before is another than it was written after";
    case Fault::kTwice:
      return "twice: another one has its number";
    case Fault::kNotInTable:
      return "missing in the table: it is in the topic only";
    case Fault::kNotInTopic:
      return "missing in the topic: it is in the table only";
    case Fault::kOtherInTable:
      return "differs: topic and table say different things";
  }
  return "";
}

Link LinkOf(const events::v1::AuditEvent& event) {
  return {event.sequence(), event.previous_hash(), event.hash(), HashOf(event)};
}

namespace {

class Proof {
 public:
  Proof(const std::string& writer, const std::vector<Link>& links) : writer_(writer) {
    for (const Link& link : links) there_.insert(link.sequence);
  }

  void Take(const Link& link, bool whole) {
    if (link.hash != link.content_hash) Add(link.sequence, Fault::kAltered);
    const auto [known, fresh] = first_.try_emplace(link.sequence, link.content_hash);
    if (!fresh) {
      if (known->second != link.content_hash) Add(link.sequence, Fault::kTwice);
      return;
    }
    if (link.sequence < last_.sequence) return Add(link.sequence, Fault::kOutOfOrder);
    const bool first = first_.size() == 1;
    if (!first || whole) {
      AddMissing(last_.sequence + 1, link.sequence);
      const bool follows = link.sequence == last_.sequence + 1;
      if (follows && link.previous_hash != last_.hash) Add(link.sequence, Fault::kNotLinked);
    }
    last_ = link;
  }

  std::vector<Finding> Findings() {
    std::sort(findings_.begin(), findings_.end());
    return std::move(findings_);
  }

 private:
  // A forged number far away would name each of the millions between: the first ones do.
  void AddMissing(int64_t from, int64_t to) {
    constexpr int64_t kNamedMax = 1000;
    int64_t named = 0;
    for (int64_t i = from; i < to && named < kNamedMax; ++i) {
      if (there_.contains(i)) continue;
      Add(i, Fault::kMissing);
      ++named;
    }
  }
  void Add(int64_t sequence, Fault fault) { findings_.push_back({writer_, sequence, fault}); }

  const std::string& writer_;
  std::set<int64_t> there_;
  std::map<int64_t, std::string> first_;  // content by number, as it came first
  Link last_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> Verify(const std::string& writer, const std::vector<Link>& links, bool whole) {
  Proof proof(writer, links);
  for (const Link& link : links) proof.Take(link, whole);
  return proof.Findings();
}

std::vector<Finding> Compare(const std::string& writer, const Contents& topic,
                             const Contents& table) {
  std::vector<Finding> findings;
  for (const auto& [sequence, content] : topic) {
    const auto row = table.find(sequence);
    if (row == table.end()) {
      findings.push_back({writer, sequence, Fault::kNotInTable});
    } else if (row->second != content) {
      findings.push_back({writer, sequence, Fault::kOtherInTable});
    }
  }
  for (const auto& [sequence, content] : table) {
    if (!topic.contains(sequence)) findings.push_back({writer, sequence, Fault::kNotInTopic});
  }
  std::sort(findings.begin(), findings.end());
  return findings;
}

}  // namespace withdrawal::audit
