#include "services/ctl/watch.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

constexpr absl::Duration kRedraw = absl::Seconds(1);
constexpr absl::Duration kBackOffMin = absl::Milliseconds(200);
constexpr absl::Duration kBackOffMax = absl::Seconds(5);

}  // namespace

bool MayRetry(const grpc::Status& status) {
  // The next call reads the file with the token again.
  if (RefusalReason(status) == "TOKEN_EXPIRED") return true;
  const auto code = status.error_code();
  return code != grpc::StatusCode::INVALID_ARGUMENT && code != grpc::StatusCode::UNIMPLEMENTED &&
         code != grpc::StatusCode::UNAUTHENTICATED && code != grpc::StatusCode::PERMISSION_DENIED;
}

Watch::Watch(const Settings& settings, cpb::WatchAlertsRequest request, bool lines, int events_max)
    : interrupt_([this] { Cancel(); }),
      stub_(ConnectClinician(settings)),
      request_(std::move(request)),
      lines_(lines || !IsTerminal(STDOUT_FILENO)),
      colour_(WantsColour(STDOUT_FILENO)),
      worklist_(request_.team()),
      events_left_(events_max) {}

int Watch::Run() {
  std::thread painter;
  if (!lines_) painter = std::thread([this] { PaintUntilFinished(); });
  const int code = Follow();
  {
    absl::MutexLock lock(&mutex_);
    finished_ = true;
  }
  if (painter.joinable()) painter.join();
  return code;
}

int Watch::Follow() {
  absl::Duration back_off = kBackOffMin;
  while (true) {
    bool heard = false;
    const grpc::Status status = ReadStream(heard);
    if (ended()) return 0;
    if (!MayRetry(status)) {
      PrintRefusal(status, std::cerr);
      return 1;
    }
    if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE) {
      absl::MutexLock lock(&mutex_);
      worklist_.ExpectSnapshot();
    }
    if (heard) back_off = kBackOffMin;
    SetNote(absl::StrCat("watch: ", CodeName(status.error_code()), ", trying again"));
    if (interrupt_.WaitFor(back_off)) return 0;
    back_off = std::min(back_off * 2, kBackOffMax);
  }
}

grpc::Status Watch::ReadStream(bool& heard) {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    request_.set_resume_token(worklist_.resume_token());
    context_ = &context;
  }
  const auto reader = stub_->WatchAlerts(&context, request_);
  cpb::WatchAlertsResponse message;
  while (!ended() && reader->Read(&message)) {
    heard = true;
    MakePrintable(message);
    Show(message);
  }
  if (ended()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  absl::MutexLock lock(&mutex_);
  context_ = nullptr;
  return status;
}

void Watch::Show(const cpb::WatchAlertsResponse& message) {
  absl::MutexLock lock(&mutex_);
  worklist_.Apply(message);
  note_.clear();
  changed_ = true;
  if (lines_) {
    const std::string line = EventLine(message, colour_);
    if (!line.empty()) std::cout << line << std::endl;
  }
  if (message.has_event() && events_left_ > 0 && --events_left_ == 0) done_reading_ = true;
}

void Watch::PaintUntilFinished() {
  std::cout << "\x1b[?25l";
  absl::MutexLock lock(&mutex_);
  while (!finished_) {
    changed_ = false;
    const int columns = TerminalWidth(STDOUT_FILENO);
    const int rows = TerminalRows(STDOUT_FILENO);
    std::cout << "\x1b[H\x1b[2J" << RenderWorklist(worklist_, absl::Now(), rows, columns, colour_)
              << Paint(Colour::kRed, Fit(note_, columns), colour_) << std::flush;
    const auto wake = [this] {
      mutex_.AssertHeld();
      return changed_ || finished_;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&wake), kRedraw);
  }
  std::cout << "\x1b[?25h\n" << std::flush;
}

void Watch::SetNote(std::string note) {
  absl::MutexLock lock(&mutex_);
  if (lines_) std::cerr << note << std::endl;
  note_ = std::move(note);
  changed_ = true;
}

void Watch::Cancel() {
  absl::MutexLock lock(&mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

bool Watch::ended() const {
  if (interrupt_.requested()) return true;
  absl::MutexLock lock(&mutex_);
  return done_reading_;
}

}  // namespace withdrawal::ctl
