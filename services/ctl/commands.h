// The subcommands of withdrawalctl, one file each (<name>_command.cc).
//
// Each function adds its subcommand to the app; when the user chose it, it runs while the command
// line is parsed and leaves its exit code: 0 done, 1 refused or failed, 2 wrong usage.
#pragma once

#include "CLI/CLI.hpp"
#include "services/ctl/settings.h"

namespace withdrawal::ctl {

void AddScore(CLI::App& app, const Settings& settings, int& exit_code);
void AddSubmit(CLI::App& app, const Settings& settings, int& exit_code);
void AddEnrol(CLI::App& app, const Settings& settings, int& exit_code);
void AddPlan(CLI::App& app, const Settings& settings, int& exit_code);
void AddIntake(CLI::App& app, const Settings& settings, int& exit_code);
void AddWatch(CLI::App& app, const Settings& settings, int& exit_code);
void AddAlerts(CLI::App& app, const Settings& settings, int& exit_code);
void AddAck(CLI::App& app, const Settings& settings, int& exit_code);
void AddResolve(CLI::App& app, const Settings& settings, int& exit_code);
void AddShelve(CLI::App& app, const Settings& settings, int& exit_code);
void AddUnshelve(CLI::App& app, const Settings& settings, int& exit_code);
void AddCallFailed(CLI::App& app, const Settings& settings, int& exit_code);
void AddReassign(CLI::App& app, const Settings& settings, int& exit_code);
void AddComment(CLI::App& app, const Settings& settings, int& exit_code);
void AddAlert(CLI::App& app, const Settings& settings, int& exit_code);
void AddPause(CLI::App& app, const Settings& settings, int& exit_code);
void AddResume(CLI::App& app, const Settings& settings, int& exit_code);
void AddTransfer(CLI::App& app, const Settings& settings, int& exit_code);
void AddDischarge(CLI::App& app, const Settings& settings, int& exit_code);
void AddMerge(CLI::App& app, const Settings& settings, int& exit_code);
void AddRequestCheckIn(CLI::App& app, const Settings& settings, int& exit_code);
void AddPatients(CLI::App& app, const Settings& settings, int& exit_code);
void AddOutcomes(CLI::App& app, const Settings& settings, int& exit_code);
void AddStatistics(CLI::App& app, const Settings& settings, int& exit_code);
void AddTimeline(CLI::App& app, const Settings& settings, int& exit_code);
void AddReplay(CLI::App& app, const Settings& settings, int& exit_code);
void AddSimulate(CLI::App& app, const Settings& settings, int& exit_code);
void AddCatalogue(CLI::App& app, const Settings& settings, int& exit_code);
void AddEvaluate(CLI::App& app, const Settings& settings, int& exit_code);
void AddDeadLetters(CLI::App& app, const Settings& settings, int& exit_code);
void AddRescore(CLI::App& app, const Settings& settings, int& exit_code);
void AddConsent(CLI::App& app, const Settings& settings, int& exit_code);
void AddDisclosures(CLI::App& app, const Settings& settings, int& exit_code);
void AddAudit(CLI::App& app, const Settings& settings, int& exit_code);
void AddTopics(CLI::App& app, const Settings& settings, int& exit_code);

}  // namespace withdrawal::ctl
