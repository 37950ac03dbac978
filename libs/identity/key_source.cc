#include "libs/identity/key_source.h"

#include <curl/curl.h>

#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/metrics/metrics.h"
#include "spdlog/spdlog.h"

namespace withdrawal::identity {
namespace {

constexpr size_t kBytesMax = 1 << 20;
constexpr absl::Duration kLookAtFileEvery = absl::Seconds(1);
constexpr long kFetchMillisecondsMax = 10'000;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string text(kBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

size_t Append(char* bytes, size_t size, size_t count, void* text) {
  auto& whole = *static_cast<std::string*>(text);
  if (whole.size() + size * count > kBytesMax) return 0;  // ends the transfer
  whole.append(bytes, size * count);
  return size * count;
}

absl::StatusOr<std::string> Fetch(const std::string& url, const std::string& ca_file) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  std::string text;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kFetchMillisecondsMax);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return absl::UnavailableError(curl_easy_strerror(code));
  return text;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::Open(const std::string& location,
                                                           const std::string& ca_file,
                                                           prometheus::Registry& registry) {
  const bool plain = absl::StartsWith(location, "http://");
  if (plain || absl::StartsWith(location, "https://")) {
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kReady != CURLE_OK) return absl::InternalError("libcurl does not start");
    if (plain) spdlog::warn("signing keys come over http: anybody on the way can change them");
    return std::make_unique<KeySource>([location, ca_file] { return Fetch(location, ca_file); },
                                       Timing(), registry);
  }
  const auto text = ReadFile(location);
  if (!text.ok()) return text.status();
  if (const auto keys = ParseKeySet(*text); !keys.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(location, ": ", keys.status().message()));
  }
  // A look at a small file costs little; an unknown key asks for one at once.
  return std::make_unique<KeySource>(
      [location] { return ReadFile(location); },
      Timing{kLookAtFileEvery, kLookAtFileEvery / 10, kLookAtFileEvery}, registry);
}

KeySource::KeySource(Reader reader, Timing timing, prometheus::Registry& registry)
    : reader_(std::move(reader)),
      timing_(timing),
      failures_(metrics::AddCounter(registry, "withdrawal_identity_key_failures_total",
                                    "Readings of the provider's signing keys that failed.")),
      thread_([this] { Run(); }) {}

KeySource::~KeySource() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

std::shared_ptr<const KeySet> KeySource::keys() const {
  absl::MutexLock lock(&mutex_);
  return keys_;
}

bool KeySource::Ask() {
  absl::MutexLock lock(&mutex_);
  if (!reading_ && absl::Now() - read_at_ >= timing_.asked_every_min) asked_ = true;
  return asked_ || reading_;
}

void KeySource::Run() {
  absl::Status before;  // the same failure again is not news
  while (true) {
    const absl::Status status = ReadOnce();
    if (!status.ok()) failures_.Increment();
    if (!status.ok() && status != before) {
      spdlog::warn("signing keys: {}", std::string(status.message()));
    }
    before = status;
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    read_at_ = absl::Now();
    const absl::Duration wait = status.ok() ? timing_.every : timing_.after_failure;
    mutex_.AwaitWithTimeout(absl::Condition(this, &KeySource::Due), wait);
    if (stop_) return;
    asked_ = false;
    reading_ = true;
  }
}

absl::Status KeySource::ReadOnce() {
  auto text = reader_();
  if (!text.ok()) return text.status();
  if (*text == text_) return absl::OkStatus();
  auto keys = ParseKeySet(*text);
  if (!keys.ok()) return keys.status();
  text_ = *std::move(text);
  absl::MutexLock lock(&mutex_);
  keys_ = std::make_shared<KeySet>(KeySet{*std::move(keys), keys_->generation + 1});
  return absl::OkStatus();
}

}  // namespace withdrawal::identity
