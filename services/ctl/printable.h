// Texts of other people on a terminal: whatever would move the cursor, change colours, break a row
// or turn the direction of writing is shown as an escape ("\x1b", "\u202e"). Pure.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace withdrawal::ctl {

std::string Printable(absl::string_view text);
// The same, and the ends of lines stay.
std::string PrintableLines(absl::string_view text);

// Every text in the message, at any depth.
void MakePrintable(google::protobuf::Message& message);

}  // namespace withdrawal::ctl
