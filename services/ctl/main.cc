// withdrawalctl: the command line of the Withdrawal Monitor.
#include "services/ctl/call_metadata.h"
#include "services/ctl/commands.h"

int main(int argc, char** argv) {
  using namespace withdrawal::ctl;
  CLI::App app("Withdrawal Monitor from the command line", "withdrawalctl");
  Settings settings;
  int exit_code = 0;
  app.set_version_flag("--version", WITHDRAWAL_VERSION);
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default();
  app.add_option("--ingest-address", settings.ingest_address, "gRPC address of ingest")
      ->envname("WITHDRAWAL_INGEST_ADDRESS");
  app.add_option("--clinician-address", settings.clinician_address, "gRPC address of clinician")
      ->envname("WITHDRAWAL_CLINICIAN_ADDRESS");
  app.add_option("--kafka-brokers,--brokers", settings.kafka.brokers, "host:port,...")
      ->envname("WITHDRAWAL_KAFKA_BROKERS");
  app.add_option("--kafka-security", settings.kafka.security_file,
                 "File of security.*, ssl.* and sasl.* properties; empty = plaintext")
      ->envname("WITHDRAWAL_KAFKA_SECURITY");
  app.add_option("--tls-ca", settings.transport.ca,
                 "PEM file whose servers are believed; empty = plaintext")
      ->envname("WITHDRAWAL_TLS_CA");
  app.add_option("--tls-certificate", settings.transport.certificate,
                 "PEM file to show to servers that ask for one")
      ->envname("WITHDRAWAL_TLS_CERTIFICATE");
  app.add_option("--tls-key", settings.transport.key, "PEM file of its private key")
      ->envname("WITHDRAWAL_TLS_KEY");
  app.add_option("--catalogue", settings.catalogue.directory,
                 "Clinical catalogue; default: built in")
      ->envname("WITHDRAWAL_CATALOGUE");
  app.add_option("--catalogue-overrides", settings.catalogue.overrides,
                 "Folder of changes to the catalogue")
      ->envname("WITHDRAWAL_CATALOGUE_OVERRIDES");
  const CLI::Option* actor =
      app.add_option("--actor", settings.actor,
                     "Who acts: an opaque id, kept in the history; with a token its subject does")
          ->envname("WITHDRAWAL_ACTOR");
  CallMetadata metadata;
  app.add_option("--token-file", metadata.token_file,
                 "File with the token that says who calls; read again for each call")
      ->envname("WITHDRAWAL_TOKEN_FILE");
  app.add_option("--break-glass", metadata.break_glass,
                 "Why a record of another team is opened (10 to 500 characters); it is audited");
  app.parse_complete_callback([&] {  // before the subcommand runs
    if (!metadata.token_file.empty() && actor->count() == 0) settings.actor.clear();
    SetCallMetadata(metadata);
  });
  app.fallthrough();
  for (const auto add :
       {AddScore,          AddSubmit,     AddEnrol,    AddIntake,      AddPlan,      AddWatch,
        AddAlerts,         AddAck,        AddResolve,  AddShelve,      AddUnshelve,  AddCallFailed,
        AddPause,          AddResume,     AddTransfer, AddDischarge,   AddPatients,  AddOutcomes,
        AddTimeline,       AddReplay,     AddSimulate, AddTopics,      AddCatalogue, AddEvaluate,
        AddDeadLetters,    AddRescore,    AddReassign, AddComment,     AddAlert,     AddMerge,
        AddRequestCheckIn, AddStatistics, AddConsent,  AddDisclosures, AddAudit}) {
    add(app, settings, exit_code);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}
