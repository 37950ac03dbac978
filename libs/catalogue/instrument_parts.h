// The parts of one instrument's file, each in a file of its own. Used by LoadInstrument only.
#pragma once

#include "libs/catalogue/reader.h"
#include "libs/domain/instrument.h"

namespace withdrawal::catalogue {

// items or plug_in, measured, forms, printed_score_key.
void ReadItems(Reader& root, domain::Instrument& instrument);

// total, missing_items, gate, skips, subscales, categories: how answers become numbers. What names
// an item that is not there, or could never matter, is a problem. After ReadItems.
void ReadPolicy(Reader& root, domain::Instrument& instrument);

}  // namespace withdrawal::catalogue
