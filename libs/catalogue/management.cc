#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {

using domain::Priority;

void LoadManagement(Reader& root, Catalogue& catalogue) {
  domain::AlertManagement& management = catalogue.management;
  Reader confirm = root.Map("confirm");
  management.confirm_within = confirm.DurationOf("within");
  confirm.Text("source");
  confirm.Done();
  Reader clear = root.Map("clear");
  management.clear_vitals_for = clear.DurationOf("vitals_for");
  clear.Text("source");
  clear.Done();
  Reader shelving = root.Map("shelving");
  management.shelve_max[Priority::kUrgent] = shelving.DurationOf("urgent");
  management.shelve_max[Priority::kRoutine] = shelving.DurationOf("routine");
  shelving.Text("source");
  shelving.Done();
  Reader flood = root.Map("flood");
  management.flood.above = flood.Int("above");
  management.flood.within = flood.DurationOf("within");
  management.flood.ends_below = flood.Int("ends_below");
  if (management.flood.above < 1) flood.Problem("above", "must be 1 or more");
  if (management.flood.ends_below < 1 || management.flood.ends_below > management.flood.above) {
    flood.Problem("ends_below", "must be 1 or more and not above `above`");
  }
  flood.Text("source");
  flood.Done();
  Reader degraded = root.Map("degraded");
  management.degraded_after = degraded.DurationOf("after");
  degraded.Text("source");
  degraded.Done();
  root.Done();
}

void LoadDischarge(Reader& root, Catalogue& catalogue) {
  Reader rule = root.Map("tolerance_loss");
  catalogue.tolerance_loss = ReadRuleHead(rule, catalogue);
  catalogue.tolerance_loss.latch = true;
  rule.Done();
  root.Done();
}

}  // namespace withdrawal::catalogue
