#pragma once

#include <string>

#include "libs/domain/rule.h"

namespace withdrawal::alerting {

// Names a part of a condition that a check-in can say something of: a leaf, or a none-of as a
// whole. Empty for all else.
std::string PartCode(const domain::Condition& condition);
// The part as far as it is about one product; the same when `about` is empty.
std::string PartAbout(const std::string& code, const std::string& about);
// Whether `part` is `code`, or `code` about some product.
bool IsPart(const std::string& part, const std::string& code);
bool IsSymptomPart(const std::string& part);

}  // namespace withdrawal::alerting
