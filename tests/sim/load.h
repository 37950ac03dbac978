// What people and clinicians send during a simulation, and what of it was acknowledged to them:
// the oracle's ground truth.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/brokers.h"

namespace withdrawal::sim {

// Every person is due every half hour and in the danger window of alcohol: silence is an alert
// (MC-01) an hour after the last check-in was received.
inline constexpr Duration kDueEvery = absl::Minutes(30);
inline constexpr Duration kSilentAfter = absl::Minutes(60);

class Load {
 public:
  enum class Kind { kWell, kUrgent, kEmergency };  // SAWS 0, SAWS 14 (SC-02), a seizure (RF-01)
  struct CheckIn {
    std::string patient_id;
    std::string id;
    Kind kind = Kind::kWell;
    Instant received_at;
  };

  Load(Random& random, Brokers& brokers, Instant start);

  // Something is sent: a new check-in, an old one again, nonsense, or an acknowledgement of an
  // alert that a clinician can see.
  void SendSomething(Instant now);
  // Every check-in again, as a client does whose answers were lost.
  void SendAllAgain(Instant now);

  const std::vector<std::string>& patients() const { return patients_; }
  Instant enrolled_at() const { return enrolled_at_; }
  const std::vector<CheckIn>& check_ins() const { return check_ins_; }  // in order of sending
  const std::set<std::string>& acknowledged() const { return acknowledged_; }  // alert ids
  int nonsense() const { return nonsense_; }

 private:
  void Enrol(const std::string& patient, Instant now);
  void SendCheckIn(Instant now);
  void SendAgain(const CheckIn& check_in, Instant now);
  void SendNonsense(Instant now);
  void Acknowledge(Instant now);

  Random& random_;
  Brokers& brokers_;
  const Instant enrolled_at_;
  std::vector<std::string> patients_;
  std::vector<CheckIn> check_ins_;
  std::set<std::string> acknowledged_;
  int nonsense_ = 0;
};

}  // namespace withdrawal::sim
