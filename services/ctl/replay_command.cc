// withdrawalctl replay FILE...
#include <fstream>
#include <iostream>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/hash/sha256.h"
#include "services/ctl/arguments.h"
#include "services/ctl/care_plan.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/outcome_reader.h"
#include "services/ctl/printable.h"
#include "services/ctl/replay_messages.h"
#include "services/ctl/replay_summary.h"
#include "services/ctl/sending.h"
#include "services/ctl/trial_replay.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "replay";

struct Words {
  std::vector<std::string> files;
  std::string format = "csv";
  std::string withdrawal;
  std::string treatment;
  TrialWords trial;
  int days_max = kTrialReplayDaysMax;
  int patients_max = 0;
  std::vector<std::string> assumptions;
  std::string programme;
  std::string team;
  std::string prefix;
  std::string summary_file;
  double speed = 0;
  int copies = 1;
  int in_flight_max = 256;
  bool wait_scored = false;
  int wait_seconds_max = 120;
};

absl::StatusOr<ReplayPlan> ReadFiles(const std::vector<std::string>& files) {
  ReplayPlan plan;
  for (const std::string& file : files) {
    const auto text = ReadInput(file);
    if (!text.ok()) return text.status();
    const std::string id = hash::Hex(hash::Sha256(*text)).substr(0, 16);
    if (const auto status = AddFile(*text, id, plan); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": ", status.message()));
    }
  }
  return plan;
}

std::set<std::string> Patients(const std::vector<Outgoing>& batch) {
  std::set<std::string> patients;
  for (const Outgoing& outgoing : batch) patients.insert(outgoing.check_in.patient_id());
  return patients;
}

bool Enrol(const Settings& settings, const Words& words, const std::set<std::string>& patients) {
  std::vector<epb::CarePlan> plans;
  for (const std::string& patient : patients) {
    CarePlanWords plan;
    plan.patient_id = patient;
    plan.programmes = {words.programme};
    plan.team = words.team;
    const auto built = BuildCarePlan(plan, absl::Now());
    if (!built.ok()) {
      std::cerr << "replay: --enrol: " << Printable(built.status().message()) << '\n';
      return false;
    }
    plans.push_back(*built);
  }
  return PutCarePlans(settings, plans);
}

ReplaySummary StartSummary(const Words& words, const ReplayPlan& plan, absl::Time now) {
  ReplaySummary summary;
  summary.files = words.files;
  summary.assumptions = words.assumptions;
  summary.programme = words.programme;
  summary.prefix = words.prefix;
  if (summary.prefix.empty()) {
    summary.prefix = absl::FormatTime("r%Y%m%dT%H%M%E3S-", now, absl::UTCTimeZone());
  }
  summary.speed = words.speed;
  summary.copies = words.copies;
  summary.starts_at = now;
  summary.ends_at = now + ReplayLength(plan, words.speed);
  summary.rows_read = plan.rows_read;
  summary.rows_refused = plan.rows_refused;
  return summary;
}

void Announce(const ReplaySummary& summary, size_t check_ins) {
  std::cout << "replaying " << check_ins << " check-ins";
  if (summary.speed > 0) {
    std::cout << " in " << absl::FormatDuration(summary.ends_at - summary.starts_at);
  }
  std::cout << '\n';
  for (const std::string& word : summary.assumptions) std::cout << "assuming " << word << '\n';
  if (summary.assumptions.empty()) {
    std::cout << "assuming nothing: what the files lack stays missing (see --assume)\n";
  }
}

int Report(const Words& words, const ReplaySummary& summary, const absl::Status& status) {
  std::cout << SummaryText(summary);
  if (!words.summary_file.empty()) {
    std::ofstream file(words.summary_file);
    file << SummaryJson(summary);
    if (!file.flush()) return Fail(kName, absl::UnknownError("cannot write " + words.summary_file));
  }
  return status.ok() ? 0 : Fail(kName, status);
}

// What there is to send, whatever it was read from.
struct Prepared {
  ReplaySummary summary;
  std::vector<Outgoing> batch;
  std::vector<epb::CarePlan> plans;  // of a trial; else --enrol says
};

absl::StatusOr<Prepared> PrepareCsv(const Words& words, const catalogue::Catalogue& catalogue,
                                    absl::Time now) {
  if (words.files.empty()) return absl::InvalidArgumentError("no file to replay");
  const auto assumptions = ParseAssumptions(words.assumptions);
  if (!assumptions.ok()) return assumptions.status();
  const auto plan = ReadFiles(words.files);
  if (!plan.ok()) return plan.status();
  Prepared prepared;
  prepared.summary = StartSummary(words, *plan, now);
  prepared.batch = ReplayMessages(catalogue, Schedule(*plan, now, words.speed), *assumptions,
                                  prepared.summary.prefix, words.copies);
  return prepared;
}

absl::StatusOr<Prepared> PrepareTrial(const Words& words, const catalogue::Catalogue& catalogue,
                                      absl::Time now) {
  const auto withdrawal = ReadInput(words.withdrawal);
  if (!withdrawal.ok()) return withdrawal.status();
  const auto treatment = ReadInput(words.treatment);
  if (!treatment.ok()) return treatment.status();
  const auto trial = ReadTrial(*withdrawal, *treatment);
  if (!trial.ok()) return trial.status();
  Words as_csv = words;
  as_csv.files = {words.withdrawal, words.treatment};
  as_csv.assumptions = TrialAssumptions(words.trial);
  as_csv.programme = "opioid";
  as_csv.copies = 1;
  Prepared prepared;
  prepared.summary = StartSummary(as_csv, {}, now);
  prepared.summary.rows_read = trial->rows_read;
  prepared.summary.rows_refused = trial->rows_refused;
  TrialWords trial_words = words.trial;
  trial_words.prefix = prepared.summary.prefix;
  trial_words.team = words.team;
  TrialReplay replay = PlanTrialReplay(Selected(*trial, words.patients_max, words.days_max),
                                       trial_words, catalogue, now, words.speed);
  prepared.summary.ends_at = replay.ends_at;
  prepared.batch = std::move(replay.batch);
  prepared.plans = std::move(replay.plans);
  return prepared;
}

bool EnrolAll(const Settings& settings, const Words& words, const Prepared& prepared,
              const std::set<std::string>& patients) {
  if (!prepared.plans.empty()) {
    return PutCarePlans(settings, prepared.plans);
  }
  return words.programme.empty() || Enrol(settings, words, patients);
}

int Run(const Settings& settings, const Words& words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return Fail(kName, catalogue.status());
  const absl::Time now = absl::Now();
  auto prepared = words.format == "ctn0094" ? PrepareTrial(words, *catalogue, now)
                                            : PrepareCsv(words, *catalogue, now);
  if (!prepared.ok()) return Fail(kName, prepared.status());

  const Interrupt interrupt([] {});
  std::unique_ptr<OutcomeReader> outcomes;
  if (words.wait_scored) {
    auto reader = OutcomeReader::Create(settings.kafka);
    if (!reader.ok()) return Fail(kName, reader.status());
    outcomes = *std::move(reader);
  }
  ReplaySummary& summary = prepared->summary;
  const auto& batch = prepared->batch;
  const auto patients = Patients(batch);
  summary.patients = static_cast<int>(patients.size());
  summary.planned = static_cast<int64_t>(batch.size());
  Announce(summary, batch.size());
  if (!EnrolAll(settings, words, *prepared, patients)) return 1;

  SendReport sent = SendBatch(settings, batch, words.in_flight_max, interrupt);
  summary.finished_at = absl::Now();
  summary.retries = sent.retries;
  summary.tally = std::move(sent.tally);
  if (sent.status.ok() && outcomes != nullptr) {
    sent.status = outcomes->Await(summary.tally.accepted_ids, absl::Seconds(words.wait_seconds_max),
                                  interrupt);
    summary.outcomes = outcomes->outcomes();
  }
  return Report(words, summary, sent.status);
}

}  // namespace

void AddReplay(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "replay", "Send recorded vital signs or answers as check-ins, in the original rhythm");
  auto words = std::make_shared<Words>();
  command->add_option("files", words->files,
                      "CSV: hospitalization_id,recorded_dttm,vital_category,vital_value or "
                      "patient_id,observed_at,instrument,item,value[,unit]");
  auto* format =
      command->add_option("--format", words->format, "csv, or ctn0094: the two files of a trial")
          ->check(CLI::IsMember({"csv", "ctn0094"}));
  command->add_option("--withdrawal", words->withdrawal, "ctn0094: who,withdrawal,when")
      ->needs(format);
  command->add_option("--treatment", words->treatment, "ctn0094: who,amount,when")->needs(format);
  command->add_option("--instrument", words->trial.instrument, "ctn0094: what bands are sent as")
      ->check(CLI::IsMember({"SOWS16", "COWS"}));
  command->add_option("--days", words->days_max, "ctn0094: at most, from the first dose")
      ->check(CLI::Range(1, kTrialReplayDaysMax));
  command->add_option("--patients", words->patients_max, "ctn0094: at most; 0 = all")
      ->check(CLI::Range(0, 1000000));
  command->add_option("--speed", words->speed, "Times faster than life, >= 1; 0 = at once")
      ->check([](const std::string& text) {
        return text == "0" || std::atof(text.c_str()) >= 1 ? "" : "0, or 1 and above";
      });
  command->add_option("--assume", words->assumptions,
                      "consciousness=alert, oxygen=air: taken for granted in every check-in");
  command->add_option("--enrol", words->programme, "Enrol each person in this programme");
  command->add_option("--team", words->team, "With --enrol: the responsible team");
  command->add_option("--prefix", words->prefix, "Of patient ids; default one of this run");
  command->add_option("--copies", words->copies, "Send every person so many times over")
      ->check(CLI::Range(1, 10000));
  command->add_option("--in-flight-max", words->in_flight_max, "Check-ins awaiting an answer")
      ->check(CLI::Range(1, 100000));
  command->add_flag("--wait-scored", words->wait_scored,
                    "Wait for scores and alerts and count them, from their topics");
  command->add_option("--wait-seconds", words->wait_seconds_max, "At most so long")
      ->check(CLI::Range(1, 86400));
  command->add_option("--summary", words->summary_file, "Write the summary as JSON here too");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
