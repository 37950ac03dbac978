// Nothing that somebody wrote into a text moves the cursor of somebody who reads it.
#include "services/ctl/printable.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/rpc/status.h"
#include "services/ctl/clients.h"
#include "services/ctl/plan_text.h"
#include "services/ctl/timeline.h"
#include "services/ctl/worklist.h"

namespace withdrawal::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

const std::string kEvil = std::string("a\0b\x1b[2J\x07\r\n", 11) + "\u009b31m\u202eb\u2028\x7f";

std::vector<std::string> Controls() {
  std::vector<std::string> controls = {"\u202e", "\u2028", "\u009b", "\x7f"};
  for (char c = 0; c < ' '; ++c) controls.push_back(std::string(1, c));
  return controls;
}

void ExpectPrintable(const std::string& text, const std::string& where) {
  for (const std::string& control : Controls()) EXPECT_THAT(text, Not(HasSubstr(control))) << where;
}

// As of a screen, whose lines end.
void ExpectLinesPrintable(std::string text, const std::string& where) {
  std::erase(text, '\n');
  ExpectPrintable(text, where);
}

TEST(Printable, ShowsWhatWouldActOnTheTerminalAsAnEscape) {
  EXPECT_EQ(Printable("plain, \u00e4\u00f6 \u6f22 \U0001f600 50 % \\"),
            "plain, \u00e4\u00f6 \u6f22 \U0001f600 50 % \\");
  EXPECT_EQ(Printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(Printable("two\nlines\ttab"), "two\\nlines\\x09tab");
  EXPECT_EQ(Printable(std::string("n\0l", 3)), "n\\x00l");
  EXPECT_EQ(Printable("\u009b2J \u202eevil \u200b"), "\\x9b2J \\u202eevil \\u200b");
  EXPECT_EQ(Printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(Printable("\xed\xa0"), "\\xed\\xa0");
  ExpectPrintable(Printable(kEvil), "kEvil");
}

// Calls `run` with the parent and the field for each text a message of the type can hold, each on a
// message of its own.
template <typename Run>
void ForEachText(const Message& prototype, std::vector<const FieldDescriptor*>& path,
                 const Descriptor& type, const Run& run) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    path.push_back(field);
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      const std::unique_ptr<Message> message(prototype.New());
      Message* at = message.get();
      for (const FieldDescriptor* step : path) {
        const auto* reflection = at->GetReflection();
        if (step == field) {
          step->is_repeated() ? reflection->AddString(at, step, kEvil)
                              : reflection->SetString(at, step, kEvil);
        } else {
          at = step->is_repeated() ? reflection->AddMessage(at, step)
                                   : reflection->MutableMessage(at, step);
        }
      }
      run(*message, *at, *field);
    } else if (field->message_type() != nullptr && path.size() < 8) {
      ForEachText(prototype, path, *field->message_type(), run);
    }
    path.pop_back();
  }
}

template <typename T>
class AnswerTest : public testing::Test {};
using Answers =
    testing::Types<cpb::ListPatientsResponse, cpb::PatientSummary, cpb::GetTimelineResponse,
                   cpb::ListAlertsResponse, cpb::WatchAlertsResponse, cpb::AlertCommandResponse,
                   cpb::PutCarePlanResponse, cpb::Outcomes, cpb::ReviewCarePlanResponse,
                   cpb::GetCarePlanHistoryResponse, cpb::RecordIntakeResponse,
                   ipb::SubmitCheckInResponse>;
TYPED_TEST_SUITE(AnswerTest, Answers);

TYPED_TEST(AnswerTest, EveryTextOfAnAnswerBecomesPrintable) {
  std::vector<const FieldDescriptor*> path;
  int texts = 0;
  ForEachText(TypeParam(), path, *TypeParam::descriptor(),
              [&](Message& message, const Message& parent, const FieldDescriptor& field) {
                MakePrintable(message);
                const auto* reflection = parent.GetReflection();
                ExpectPrintable(field.is_repeated()
                                    ? reflection->GetRepeatedString(parent, &field, 0)
                                    : reflection->GetString(parent, &field),
                                field.full_name());
                ++texts;
              });
  EXPECT_GT(texts, 0);
}

TEST(Printable, NoTextReachesTheScreenRaw) {
  std::vector<const FieldDescriptor*> path;
  ForEachText(cpb::WatchAlertsResponse(), path, *cpb::WatchAlertsResponse::descriptor(),
              [](Message& message, const Message&, const FieldDescriptor& field) {
                MakePrintable(message);
                const auto& shown = static_cast<const cpb::WatchAlertsResponse&>(message);
                Worklist worklist("");
                worklist.Apply(shown);
                ExpectLinesPrintable(EventLine(shown, false), field.full_name());
                ExpectLinesPrintable(RenderWorklist(worklist, absl::Now(), 40, 200, false),
                                     field.full_name());
              });
  ForEachText(
      cpb::GetTimelineResponse(), path, *cpb::GetTimelineResponse::descriptor(),
      [](Message& message, const Message&, const FieldDescriptor& field) {
        MakePrintable(message);
        const auto& entries = static_cast<cpb::GetTimelineResponse&>(message).entries();
        ExpectLinesPrintable(TimelineText({entries.begin(), entries.end()}), field.full_name());
      });
  ForEachText(
      cpb::GetCarePlanHistoryResponse(), path, *cpb::GetCarePlanHistoryResponse::descriptor(),
      [](Message& message, const Message&, const FieldDescriptor& field) {
        MakePrintable(message);
        const auto& versions = static_cast<cpb::GetCarePlanHistoryResponse&>(message).versions();
        ExpectLinesPrintable(HistoryText({versions.begin(), versions.end()}), field.full_name());
        if (versions.empty()) return;
        ExpectLinesPrintable(PlanText(versions[0].recorded().care_plan()), field.full_name());
      });
}

TEST(Printable, TheLinesOfATextStayAndWhatIsInThemIsHarmless) {
  EXPECT_EQ(PrintableLines("rule\n  title \x1b[2J\n"), "rule\n  title \\x1b[2J\n");
}

TEST(Printable, ARefusalIsShownWithoutWhatItWouldDoToTheTerminal) {
  std::ostringstream out;
  PrintRefusal(rpc::InvalidFields({{"field" + kEvil.substr(3), "REASON", kEvil.substr(3)}}), out);
  PrintRefusal(rpc::Error(grpc::StatusCode::ABORTED, "REASON", kEvil), out);
  EXPECT_THAT(out.str(), HasSubstr("\\x1b[2J"));
  ExpectLinesPrintable(out.str(), "refusal");
}

}  // namespace
}  // namespace withdrawal::ctl
