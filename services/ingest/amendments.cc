#include "services/ingest/amendments.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/check_in.h"
#include "libs/codec/time.h"

namespace withdrawal::ingest {
namespace {

using events::v1::CheckIn;

constexpr char kReason[] = "AMENDMENT_CHANGES_IT";

std::string IdOf(const CheckIn& check_in) {
  return absl::StrCat(check_in.patient_id(), "/", check_in.check_in_id());
}

}  // namespace

std::vector<domain::FieldError> Amendments::Check(const CheckIn& check_in) const {
  if (check_in.revision() == 0) return {};
  CheckIn stored;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = subjects_.find(IdOf(check_in));
    if (found == subjects_.end()) return {};
    stored = found->second;
  }
  const CheckIn subject = codec::SubjectOf(check_in);
  std::vector<domain::FieldError> errors;
  const auto compare = [&](bool same, const char* field) {
    if (same) return;
    errors.push_back(
        {field, kReason,
         "an amendment gives other answers only: send what is another observation under "
         "an id of its own"});
  };
  compare(stored.has_instrument_response(), "kind");
  if (stored.has_instrument_response()) {
    compare(subject.instrument_response().instrument() == stored.instrument_response().instrument(),
            "instrument_response.instrument");
  }
  compare(codec::FromProto(subject.observed_at()) == codec::FromProto(stored.observed_at()),
          "observed_at");
  compare(subject.observed_precision() == stored.observed_precision(), "observed_precision");
  compare(subject.rater() == stored.rater(), "rater");
  return errors;
}

void Amendments::NoteStored(const CheckIn& check_in) {
  absl::MutexLock lock(&mutex_);
  const std::string id = IdOf(check_in);
  if (!subjects_.try_emplace(id, codec::SubjectOf(check_in)).second) return;
  order_.push_back(id);
  if (order_.size() <= entries_max_) return;
  subjects_.erase(order_.front());
  order_.pop_front();
}

}  // namespace withdrawal::ingest
