#include "services/ctl/patient_watch.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "services/ctl/alert_text.h"
#include "services/ctl/watch.h"

namespace withdrawal::ctl {
namespace {

constexpr absl::Duration kBackOffMin = absl::Milliseconds(200);
constexpr absl::Duration kBackOffMax = absl::Seconds(5);

}  // namespace

PatientWatch::PatientWatch(const Settings& settings, cpb::WatchPatientsRequest request,
                           int changes_max)
    : interrupt_([this] { Cancel(); }),
      stub_(ConnectClinician(settings)),
      request_(std::move(request)),
      changes_left_(changes_max) {}

int PatientWatch::Run() {
  absl::Duration back_off = kBackOffMin;
  while (true) {
    bool heard = false;
    const grpc::Status status = ReadStream(heard);
    if (done_ || interrupt_.requested()) return 0;
    if (!MayRetry(status)) {
      PrintRefusal(status, std::cerr);
      return 1;
    }
    if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE) {
      std::cerr << "watch: some changes may have been missed\n";
      request_.clear_resume_token();
    }
    if (heard) back_off = kBackOffMin;
    std::cerr << "watch: " << CodeName(status.error_code()) << ", trying again\n";
    if (interrupt_.WaitFor(back_off)) return 0;
    back_off = std::min(back_off * 2, kBackOffMax);
  }
}

grpc::Status PatientWatch::ReadStream(bool& heard) {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    context_ = &context;
  }
  const auto reader = stub_->WatchPatients(&context, request_);
  cpb::WatchPatientsResponse message;
  while (!done_ && !interrupt_.requested() && reader->Read(&message)) {
    heard = true;
    if (!message.resume_token().empty()) request_.set_resume_token(message.resume_token());
    MakePrintable(message);
    const std::string line = PatientChangeLine(message);
    if (line.empty()) continue;
    std::cout << line << std::endl;
    done_ = changes_left_ > 0 && --changes_left_ == 0;
  }
  if (done_ || interrupt_.requested()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  absl::MutexLock lock(&mutex_);
  context_ = nullptr;
  return status;
}

void PatientWatch::Cancel() {
  absl::MutexLock lock(&mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

}  // namespace withdrawal::ctl
