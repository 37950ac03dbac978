#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {

void LoadPatientWords(Reader& root, Catalogue& catalogue) {
  Reader emergency = root.Map("emergency");
  catalogue.emergency_text = emergency.Text("text");
  emergency.Text("source");
  emergency.MarkOf("mark");
  emergency.Done();
  root.Text("sign_off");
  root.Done();
}

}  // namespace withdrawal::catalogue
