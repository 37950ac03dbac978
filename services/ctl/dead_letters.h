// Records no service could use, as an operator sees them. Pure but for what is said.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/kafka/records.h"
#include "libs/stream/task.h"
#include "withdrawal/events/v1/dead_letter.pb.h"

namespace withdrawal::ctl {

struct Letter {
  kafka::Position at;  // in the dead-letters topic
  events::v1::DeadLetter letter;
};

// "3:17", partition and offset in the dead-letters topic: what `show` and `retry` take.
std::string LetterId(const kafka::Position& at);
// InvalidArgument when the text is no such id.
absl::StatusOr<kafka::Position> ParseLetterId(const std::string& text);

// A line each: id, when, who set it aside, from where, why.
std::string LettersText(const std::vector<Letter>& letters);

// All of one, its value as JSON when its type is known and it can be read, else as hex, cut. Health
// data: for the eyes of who may see it.
std::string LetterText(const Letter& letter);

// The record as it came, to its topic. FailedPrecondition for a topic that is none of the system's
// inputs: nothing is sent to where nobody reads.
absl::StatusOr<stream::OutputRecord> RecordOf(const events::v1::DeadLetter& letter);

}  // namespace withdrawal::ctl
