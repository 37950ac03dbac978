#include "services/ctl/score_report.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/domain/scoring.h"
#include "nlohmann/json.hpp"
#include "services/ctl/answers_json.h"

namespace withdrawal::ctl {
namespace {

using domain::FieldError;
using Json = nlohmann::ordered_json;

constexpr int kHallucinationFrom = 4;  // reference A.1: 4 to 7 are hallucinations

Json Frame(const catalogue::Catalogue& catalogue, const std::string& instrument) {
  Json report;
  report["instrument"] = instrument;
  report["catalogue"] = {{"version", catalogue.version.version},
                         {"checksum", catalogue.version.checksum}};
  report["status"] = "refused";
  for (const char* key : {"total", "total_max", "scheme", "band"}) report[key] = nullptr;
  report["schemes"] = Json::object();
  for (const char* key : {"partial_sum", "band_at_least"}) report[key] = nullptr;
  report["missing_items"] = Json::array();
  report["items"] = Json::object();
  report["category"] = nullptr;
  report["subscales"] = Json::object();
  for (const char* key : {"flags", "set_aside", "errors"}) report[key] = Json::array();
  return report;
}

ScoreReport Finish(const Json& report) {
  return {report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n",
          report["status"] == "refused"};
}

ScoreReport Refuse(Json report, const std::vector<FieldError>& errors) {
  for (const FieldError& error : errors) {
    report["errors"].push_back(
        {{"field", error.field}, {"reason", error.reason}, {"description", error.description}});
  }
  return Finish(report);
}

void AddFlags(const domain::Score& score, Json& report) {
  for (const domain::ItemScore& item : score.items) {
    const bool perception =
        item.code == "tactile" || item.code == "auditory" || item.code == "visual";
    if (score.instrument == "NEWS2" && item.points == 3) {
      report["flags"].push_back(absl::StrCat("single-parameter-3:", item.code));
    }
    if (score.instrument == "CIWA-Ar" && perception && item.points >= kHallucinationFrom) {
      report["flags"].push_back(absl::StrCat("hallucination:", item.code));
    }
  }
  for (const domain::SubscaleScore& part : score.subscales) {
    if (part.flagged) report["flags"].push_back(absl::StrCat("subscale:", part.id));
  }
  if (score.prorated) report["flags"].push_back("prorated");
  if (score.gate_closed) report["flags"].push_back("gate-closed");
  if (!score.complete() && !score.band_at_least.empty()) report["flags"].push_back("lower-bound");
}

void AddScore(const domain::Score& score, Json& report) {
  report["status"] = score.complete() ? "complete" : "incomplete";
  if (score.total) {
    report["total"] = *score.total;
    report["band"] = score.band;
  }
  if (!score.scheme.empty()) {
    report["total_max"] = score.total_max;
    report["scheme"] = score.scheme;
    report["partial_sum"] = score.partial_sum;
  }
  if (score.complete() && !score.category.empty()) report["category"] = score.category;
  if (!score.complete() && score.category_rank.value_or(0) > 0) {
    report["category_at_least"] = score.category;
  }
  for (const domain::SubscaleScore& part : score.subscales) {
    Json& one = report["subscales"][part.id];
    one["total"] = part.total ? Json(*part.total) : Json(nullptr);
    one["partial_sum"] = part.partial_sum;
    one["total_max"] = part.total_max;
    one["flagged"] = part.flagged;
    one["missing_items"] = part.missing_items;
  }
  if (!score.band_at_least.empty()) report["band_at_least"] = score.band_at_least;
  report["missing_items"] = score.missing_items;
  for (const domain::ItemScore& item : score.items) report["items"][item.code] = item.points;
  AddFlags(score, report);
}

// Case C28: a total that came with the answers is shown when ours differs, and never used.
void CompareStated(std::optional<int> stated, const domain::Score& score, Json& report) {
  if (!stated || stated == score.total) return;
  report["stated_total"] = *stated;
  report["flags"].push_back("stated-total-differs");
}

void AddBandsOfAllSchemes(const domain::Instrument& instrument, int total, Json& report) {
  for (const domain::BandScheme& scheme : instrument.schemes) {
    const domain::Band* band = domain::FindBand(scheme, total);
    if (band != nullptr) report["schemes"][scheme.id] = band->id;
  }
}

ScoreReport BandOfTotal(const domain::Instrument& instrument, const domain::BandScheme* chosen,
                        int total, Json report) {
  if (chosen == nullptr) {
    return Refuse(std::move(report), {{"total", "NO_TOTAL", instrument.id + " has no total"}});
  }
  const domain::BandScheme& scheme = *chosen;
  const domain::Band* band = domain::FindBand(scheme, total);
  if (band == nullptr) {
    return Refuse(std::move(report),
                  {{"total", "OUT_OF_RANGE",
                    absl::StrCat(instrument.id, " totals are 0 to ", instrument.total_max())}});
  }
  report["status"] = "band_of_total";
  report["total"] = total;
  report["total_max"] = instrument.total_max();
  report["scheme"] = scheme.id;
  report["band"] = band->id;
  AddBandsOfAllSchemes(instrument, total, report);
  return Finish(report);
}

std::optional<domain::Rater> RaterFor(const domain::Instrument& instrument,
                                      const std::string& name) {
  constexpr std::pair<std::string_view, domain::Rater> kRaters[] = {
      {"patient", domain::Rater::kPatient},
      {"support_person", domain::Rater::kSupportPerson},
      {"clinician_video", domain::Rater::kClinicianVideo},
      {"clinician_in_person", domain::Rater::kClinicianInPerson}};
  if (name.empty()) {
    return instrument.rater == domain::RaterRule::kClinician ? domain::Rater::kClinicianInPerson
                                                             : domain::Rater::kPatient;
  }
  for (const auto& [word, rater] : kRaters) {
    if (word == name) return rater;
  }
  return std::nullopt;
}

ScoreReport ScoreInstrument(const catalogue::Catalogue& catalogue,
                            const domain::Instrument& instrument, const std::string& json,
                            const std::string& scheme_id, const std::string& rater_name,
                            Json report) {
  const domain::BandScheme* scheme =
      instrument.FindScheme(scheme_id.empty() ? instrument.default_scheme : scheme_id);
  if (scheme == nullptr && (instrument.has_total() || !scheme_id.empty())) {
    return Refuse(std::move(report), {{"scheme", "UNKNOWN_SCHEME", "no such band scheme"}});
  }
  const auto rater = RaterFor(instrument, rater_name);
  if (!rater) return Refuse(std::move(report), {{"rater", "UNKNOWN_RATER", "no such rater"}});
  ParsedAnswers parsed = ParseAnswers(instrument, json);
  const std::string other = domain::BelongsTo(catalogue.instruments, instrument, parsed.all_keys);
  if (!other.empty()) {
    return Refuse(std::move(report),
                  {{"", "WRONG_INSTRUMENT", absl::StrCat("the items are those of ", other)}});
  }
  if (parsed.errors.empty() && parsed.all_keys.empty() && parsed.stated_total) {
    return BandOfTotal(instrument, scheme, *parsed.stated_total, std::move(report));
  }
  if (parsed.errors.empty()) {
    parsed.errors = domain::CheckAnswers(instrument, parsed.answers, *rater);
    NameKeys(parsed, parsed.errors);
  }
  if (!parsed.errors.empty()) return Refuse(std::move(report), parsed.errors);
  const domain::Score score =
      domain::ScoreAnswers(instrument, domain::ToResponse(parsed.answers), scheme_id);
  AddScore(score, report);
  CompareStated(parsed.stated_total, score, report);
  if (score.total) AddBandsOfAllSchemes(instrument, *score.total, report);
  return Finish(report);
}

ScoreReport ScoreVitals(const catalogue::Catalogue& catalogue, const std::string& json,
                        Json report) {
  const ParsedVitals parsed = ParseVitalsJson(catalogue.news2, catalogue.vitals, json);
  if (!parsed.errors.empty()) return Refuse(std::move(report), parsed.errors);
  const domain::JudgedVitals judged = domain::JudgeVitals(catalogue.vitals, parsed.readings);
  if (!judged.errors.empty()) return Refuse(std::move(report), judged.errors);
  domain::VitalSigns vitals = parsed.others;
  vitals.values = judged.values;
  const domain::Score score =
      domain::ScoreNews2(catalogue.news2, domain::ToNews2Input(vitals, parsed.spo2_scale));
  AddScore(score, report);
  CompareStated(parsed.stated_total, score, report);
  if (!report["band"].is_null()) {
    report["schemes"][report["scheme"].get<std::string>()] = report["band"];
  }
  for (const domain::SetAsideReading& reading : judged.set_aside) {
    report["set_aside"].push_back({{"field", reading.field},
                                   {"value", reading.value},
                                   {"unit", reading.unit},
                                   {"reason", reading.reason},
                                   {"description", reading.description}});
  }
  return Finish(report);
}

const domain::Instrument* Find(const catalogue::Catalogue& catalogue, const std::string& name) {
  for (const auto& [id, instrument] : catalogue.instruments) {
    if (absl::EqualsIgnoreCase(id, name)) return &instrument;
  }
  return nullptr;
}

}  // namespace

ScoreReport Score(const catalogue::Catalogue& catalogue, const std::string& instrument,
                  const std::string& json, const std::string& scheme, const std::string& rater) {
  if (absl::EqualsIgnoreCase(instrument, catalogue.news2.id)) {
    return ScoreVitals(catalogue, json, Frame(catalogue, catalogue.news2.id));
  }
  const domain::Instrument* found = Find(catalogue, instrument);
  if (found == nullptr) {
    std::string known = catalogue.news2.id;
    for (const auto& [id, unused] : catalogue.instruments) absl::StrAppend(&known, ", ", id);
    return Refuse(Frame(catalogue, instrument),
                  {{"instrument", "UNKNOWN_INSTRUMENT", absl::StrCat("known are ", known)}});
  }
  return ScoreInstrument(catalogue, *found, json, scheme, rater, Frame(catalogue, found->id));
}

}  // namespace withdrawal::ctl
