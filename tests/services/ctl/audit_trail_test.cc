#include "services/ctl/audit_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace withdrawal::ctl {
namespace {

using events::v1::AuditEvent;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<AuditEvent> Written(const std::string& writer, int count) {
  audit::Chain chain(writer);
  std::vector<AuditEvent> events(static_cast<size_t>(count));
  for (AuditEvent& event : events) {
    event.set_subject("dr-1");
    event.add_patient_ids("p-1");
    chain.Append(event);
  }
  return events;
}

Trail TrailOf(const std::vector<AuditEvent>& topic, const std::vector<AuditEvent>& table) {
  Trail trail;
  for (const AuditEvent& event : topic) {
    trail.links[event.writer()].push_back(audit::LinkOf(event));
    trail.topic[event.writer()][event.sequence()] = audit::HashOf(event);
    ++trail.events;
  }
  for (const AuditEvent& event : table) {
    trail.table[event.writer()][event.sequence()] = audit::HashOf(event);
  }
  return trail;
}

TEST(AuditVerdict, AWholeTrailIsSound) {
  const auto events = Written("clinician/a", 3);
  const Verdict verdict = Judge(TrailOf(events, events), true);
  EXPECT_TRUE(verdict.sound);
  EXPECT_THAT(verdict.lines, ElementsAre("3 events of 1 processes: nothing is altered, missing or "
                                         "forged"));
}

TEST(AuditVerdict, EachFaultIsNamedWithWriterAndSequence) {
  auto topic = Written("clinician/a", 4);
  const auto table = topic;
  topic[1].set_subject("dr-9");
  topic.erase(topic.begin() + 2);
  const Verdict verdict = Judge(TrailOf(topic, table), true);
  EXPECT_FALSE(verdict.sound);
  EXPECT_THAT(verdict.lines,
              ElementsAre(HasSubstr("clinician/a 2: altered"), HasSubstr("clinician/a 2: differs"),
                          HasSubstr("clinician/a 3: missing: a later one is there"),
                          HasSubstr("clinician/a 3: missing in the topic"), HasSubstr("4 faults")));
}

TEST(AuditVerdict, AWriterTheTopicDoesNotHaveIsForged) {
  const auto events = Written("clinician/a", 1);
  auto table = events;
  table.push_back(Written("clinician/b", 1)[0]);
  EXPECT_THAT(Judge(TrailOf(events, table), true).lines,
              ElementsAre(HasSubstr("clinician/b 1: missing in the topic"), HasSubstr("1 fault")));
}

TEST(AuditVerdict, APartMayBeginAnywhereAndWhatIsNoEventIsNamed) {
  auto events = Written("clinician/a", 3);
  events.erase(events.begin());
  EXPECT_FALSE(Judge(TrailOf(events, events), true).sound);
  Trail trail = TrailOf(events, events);
  EXPECT_TRUE(Judge(trail, false).sound);
  trail.unreadable.push_back("withdrawal.audit.v1 3:17");
  EXPECT_THAT(Judge(trail, false).lines[0], HasSubstr("withdrawal.audit.v1 3:17: not an audit"));
}

TEST(AuditText, IsOneLineEachAndJsonHasTheNamesOfTheFields) {
  AuditEvent event = Written("clinician/a", 1)[0];
  event.set_rpc("withdrawal.clinician.v1.ClinicianService/GetPatient");
  event.set_action(events::v1::AUDIT_ACTION_READ);
  event.set_outcome("OK");
  event.set_break_glass(true);
  event.set_reason("found unconscious");
  for (int i = 2; i < 6; ++i) event.add_patient_ids(absl::StrCat("p-", i));
  const std::string text = AuditText({event});
  EXPECT_THAT(text, HasSubstr("ClinicianService/GetPatient"));
  EXPECT_THAT(text, HasSubstr("p-1 p-2 p-3 and 2 more"));
  EXPECT_THAT(text, HasSubstr("break-glass: found unconscious"));
  const std::string json = AuditJson(event);
  EXPECT_THAT(json, HasSubstr("\"patient_ids\":[\"p-1\""));
  EXPECT_THAT(json, HasSubstr("\"hash\":\""));
  EXPECT_EQ(json.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace withdrawal::ctl
