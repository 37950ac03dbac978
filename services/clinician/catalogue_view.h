// What people are judged by, for clinicians. Pure.
#pragma once

#include "grpcpp/support/status.h"
#include "libs/catalogue/catalogue.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// Everything, or only what the request names. Rules by id; texts of items may be empty where a
// licence forbids them.
//   NOT_FOUND   RULE_NOT_FOUND, INSTRUMENT_NOT_FOUND
grpc::Status ViewCatalogue(const catalogue::Catalogue& catalogue,
                           const v1::GetCatalogueRequest& request, v1::Catalogue& response);

}  // namespace withdrawal::clinician
