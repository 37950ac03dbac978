#include "services/notifier/core/paging.h"

#include "absl/strings/str_cat.h"

namespace withdrawal::notifier {
namespace {

constexpr size_t kMomentsMax = 4096;
constexpr char kSecondRole[] = "secondary";

bool CallsClinicians(const AlertNews& news, domain::Instant now) {
  const auto page = PageFor(news, now);
  return page && page->audience == Audience::kClinicians;
}

Page SecondRole(const AlertNews& news) {
  Page page;
  page.event_id = absl::StrCat("flood/", news.team, "/", absl::ToUnixMicros(news.occurred_at));
  page.priority = Priority::kUrgent;
  page.team = news.team;
  page.target = kSecondRole;
  page.text = "Many alerts at once: a second person is needed. Open the worklist.";
  page.occurred_at = news.occurred_at;
  return page;
}

}  // namespace

std::vector<Page> Paging::For(const AlertNews& news, domain::Instant now) {
  const bool begins = Count(news);
  std::vector<Page> pages;
  if (auto page = PageFor(news, now)) {
    const bool clinicians = page->audience == Audience::kClinicians;
    if (!PagedAtOnce(news) && !(clinicians && PagedInFlood(news))) {
      pages.push_back(*std::move(page));
    }
    if (begins) pages.push_back(SecondRole(news));
  }
  return pages;
}

void Paging::Remember(const AlertNews& news) {
  Count(news);
  if (PageFor(news, news.occurred_at)) PagedAtOnce(news);
  if (CallsClinicians(news, news.occurred_at)) PagedInFlood(news);
}

int Paging::floods(domain::Instant now) {
  int count = 0;
  for (auto& [name, team] : teams_) {
    Forget(team, now);
    count += team.flooded_by.empty() ? 0 : 1;
  }
  return count;
}

bool Paging::Count(const AlertNews& news) {
  Team& team = teams_[news.team];
  Forget(team, news.occurred_at);
  if (!news.raised || !CallsClinicians(news, news.occurred_at)) return false;
  team.raised.insert({news.occurred_at, news.event_id});
  if (team.flooded_by.empty() && static_cast<int>(team.raised.size()) > limits_.above) {
    team.flooded_by = news.event_id;
  }
  return team.flooded_by == news.event_id;
}

void Paging::Forget(Team& team, domain::Instant now) {
  while (!team.raised.empty() && team.raised.begin()->first <= now - limits_.within) {
    team.raised.erase(team.raised.begin());
  }
  if (team.flooded_by.empty() || static_cast<int>(team.raised.size()) >= limits_.ends_below) return;
  team.flooded_by.clear();
  team.paged.clear();
}

bool Paging::Covers(Paged& known, const AlertNews& news) {
  if (known.event_id == news.event_id) return false;
  if (known.priority >= news.priority) return true;
  known = {news.priority, news.event_id};
  return false;
}

bool Paging::PagedAtOnce(const AlertNews& news) {
  const Moment moment{news.patient_id, news.occurred_at, news.target};
  const auto [known, fresh] = moments_.try_emplace(moment, Paged{news.priority, news.event_id});
  if (!fresh) return Covers(known->second, news);
  moments_order_.push_back(moment);
  if (moments_order_.size() > kMomentsMax) {
    moments_.erase(moments_order_.front());
    moments_order_.pop_front();
  }
  return false;
}

bool Paging::PagedInFlood(const AlertNews& news) {
  Team& team = teams_[news.team];
  if (team.flooded_by.empty() || news.priority == Priority::kEmergency) return false;
  const auto [known, fresh] =
      team.paged.try_emplace({news.patient_id, news.target}, Paged{news.priority, news.event_id});
  return !fresh && known->second.event_id != news.event_id;
}

}  // namespace withdrawal::notifier
