#include "services/notifier/sender.h"

#include <curl/curl.h>

#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/runtime/log.h"

namespace withdrawal::notifier {
namespace {

constexpr long kTimeoutMilliseconds = 5000;
constexpr int kPerReceiverMax = 8;
constexpr size_t kInFlightMax = 64;

size_t Discard(char*, size_t size, size_t count, void*) { return size * count; }

struct Transfer {
  int64_t ticket = 0;
  std::string receiver;
  Request request;
  size_t sent = 0;  // of the body of a mail
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), curl_easy_cleanup};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list{nullptr, curl_slist_free_all};
};

size_t ReadMail(char* buffer, size_t size, size_t count, void* of) {
  auto* transfer = static_cast<Transfer*>(of);
  const std::string& body = transfer->request.body;
  const size_t bytes = std::min(size * count, body.size() - transfer->sent);
  std::memcpy(buffer, body.data() + transfer->sent, bytes);
  transfer->sent += bytes;
  return bytes;
}

// Scheme, host and port; gateways are one receiver each.
std::string ReceiverOf(const Channel& channel) {
  if (channel.kind != ChannelKind::kWebhook) return ChannelName(channel.kind);
  const size_t host = channel.to.find("//");
  return host == std::string::npos ? "" : channel.to.substr(0, channel.to.find('/', host + 2));
}

Delivery Judge(const Request& request, CURLcode code, long answer) {
  if (request.mail) {
    if (code == CURLE_OK) return Delivery::kDelivered;
    const bool refused = answer == 550 || answer == 551 || answer == 553 || answer == 554;
    return refused ? Delivery::kRefused : Delivery::kFailed;
  }
  if (code != CURLE_OK) return Delivery::kFailed;
  if (answer >= 200 && answer < 300) return Delivery::kDelivered;
  const bool again = answer == 408 || answer == 425 || answer == 429 || answer >= 500;
  return again ? Delivery::kFailed : Delivery::kRefused;
}

class CurlSender final : public Sender {
 public:
  explicit CurlSender(SendSettings settings)
      : settings_(std::move(settings)), multi_(curl_multi_init(), curl_multi_cleanup) {}

  ~CurlSender() override {
    for (auto& [curl, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), curl);
  }

  bool Free(const Channel& channel) const override {
    const auto busy = busy_.find(ReceiverOf(channel));
    return transfers_.size() < kInFlightMax &&
           (busy == busy_.end() || busy->second < kPerReceiverMax);
  }

  void Start(int64_t ticket, const Letter& letter, const Channel& channel) override {
    auto transfer = std::make_unique<Transfer>();
    transfer->ticket = ticket;
    transfer->receiver = ReceiverOf(channel);
    transfer->request = RequestFor(settings_, letter, channel);
    CURL* curl = transfer->curl.get();
    curl_easy_setopt(curl, CURLOPT_URL, transfer->request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMilliseconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Discard);
    if (transfer->request.mail) {
      SetUpMail(*transfer);
    } else {
      SetUpPost(*transfer);
    }
    curl_multi_add_handle(multi_.get(), curl);
    ++busy_[transfer->receiver];
    transfers_[curl] = std::move(transfer);
  }

  std::vector<Done> Work() override {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    std::vector<Done> done;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* curl = message->easy_handle;
      done.push_back(Ended(*transfers_.at(curl), message->data.result));
      curl_multi_remove_handle(multi_.get(), curl);
      transfers_.erase(curl);
    }
    return done;
  }

  size_t in_flight() const override { return transfers_.size(); }

 private:
  static void AddHeader(Transfer& transfer, const std::string& line) {
    transfer.list.reset(curl_slist_append(transfer.list.release(), line.c_str()));
  }

  static void SetUpPost(Transfer& transfer) {
    CURL* curl = transfer.curl.get();
    for (const std::string& line : transfer.request.headers) AddHeader(transfer, line);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.list.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, transfer.request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(transfer.request.body.size()));
  }

  void SetUpMail(Transfer& transfer) {
    CURL* curl = transfer.curl.get();
    AddHeader(transfer, transfer.request.mail_to);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, settings_.smtp_from.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, transfer.list.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, ReadMail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    if (settings_.smtp_starttls) curl_easy_setopt(curl, CURLOPT_USE_SSL, CURLUSESSL_ALL);
    if (settings_.smtp_user.empty()) return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, settings_.smtp_user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, settings_.smtp_password.c_str());
  }

  Done Ended(const Transfer& transfer, CURLcode code) {
    long answer = 0;
    curl_easy_getinfo(transfer.curl.get(), CURLINFO_RESPONSE_CODE, &answer);
    if (--busy_[transfer.receiver] == 0) busy_.erase(transfer.receiver);
    Done done{transfer.ticket, Judge(transfer.request, code, answer), ""};
    if (done.delivery == Delivery::kDelivered) return done;
    const bool answered = answer != 0 && (code == CURLE_OK || transfer.request.mail);
    done.trouble = answered ? absl::StrCat("answered ", answer)
                            : absl::AsciiStrToLower(curl_easy_strerror(code));
    return done;
  }

  const SendSettings settings_;
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
  std::map<std::string, int> busy_;  // tries that are on, by receiver
};

}  // namespace

void LogSender::Start(int64_t ticket, const Letter& letter, const Channel&) {
  const Page& page = letter.page;
  runtime::Log(spdlog::level::warn, "page",
               {{"page_id", letter.page_id},
                {"alert_id", page.alert_id},
                {"patient_id", page.patient_id},
                {"priority", PriorityName(page.priority)},
                {"rung", absl::StrCat(page.rung)},
                {"target", page.target},
                {"recipient", letter.recipient}});
  done_.push_back({ticket, Delivery::kDelivered, ""});
}

std::unique_ptr<Sender> MakeCurlSender(const SendSettings& settings) {
  return std::make_unique<CurlSender>(settings);
}

}  // namespace withdrawal::notifier
