// Whose data a call is about, and whether the caller may reach it. A person belongs to the team of
// the newest plan the tables show. Somebody whom no team has yet (sent something, or an intake, but
// has no plan) is everybody's: an alert about such a person must be seen by somebody. About a
// person of another team and about one nobody knows the answer is the same.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "libs/identity/gate.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/queries.h"

namespace withdrawal::clinician {

// What a call about data may show.
struct Access {
  std::vector<std::string> patient_ids;  // named by the request, or whose alert it names
  std::string alert_id;
  // A list shows people of these teams only, "" = people no team has yet; absent = all.
  std::optional<std::vector<std::string>> teams;
  bool break_glass = false;  // a record of another team was opened
};

// What the tables do not show yet.
struct Belonging {
  // False: they are behind the topics, so who has no team in them may have one.
  std::function<bool()> tables_current;
  // The team of the person's newest plan of this process, when it stands above the one with `etag`
  // that the tables show.
  std::function<std::optional<std::string>(const std::string& patient_id, const std::string& etag)>
      newer_team;
};

// Whether CheckAccess has to look somebody up; else its query may be null.
bool NeedsTables(const identity::Admitted& admitted, const google::protobuf::Message& request);

// Fills `access`. PERMISSION_DENIED NOT_YOUR_TEAM, NOT_YOURSELF; INVALID_ARGUMENT when the request
// names nobody although it has to; UNAVAILABLE TEAM_NOT_KNOWN_YET, else UNAVAILABLE and
// DEADLINE_EXCEEDED as of queries.
grpc::Status CheckAccess(const QueryContext* query, const AlertRing& ring,
                         const Belonging& belonging, const identity::Admitted& admitted,
                         const google::protobuf::Message& request, Access& access);

// The people a list shows, from its answer: `patient_id` and `patient_ids` of what it repeats.
std::vector<std::string> PatientsShown(const google::protobuf::Message& response);

}  // namespace withdrawal::clinician
