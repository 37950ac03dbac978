// withdrawalctl catalogue show | diff
#include <iostream>
#include <memory>

#include "libs/catalogue/describe.h"
#include "libs/catalogue/overrides.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string programme;
  catalogue::Selection selection;
  std::string before;
  std::string after;
};

int Fail(const absl::Status& status) {
  std::cerr << "catalogue: " << Printable(status.message()) << '\n';
  return 1;
}

// Refuses what does not fit together, as a service would.
absl::StatusOr<catalogue::EffectiveFiles> Read(const catalogue::Location& location) {
  auto effective = catalogue::ReadEffective(location);
  if (!effective.ok()) return effective;
  if (const auto loaded = catalogue::LoadEffective(*effective); !loaded.ok()) {
    return loaded.status();
  }
  return effective;
}

int Show(const Settings& settings, const Words& words) {
  const auto effective = Read(settings.catalogue);
  if (!effective.ok()) return Fail(effective.status());
  std::optional<domain::Programme> programme;
  if (!words.programme.empty()) {
    programme = catalogue::ProgrammeFromName(words.programme);
    if (!programme) return Fail(absl::InvalidArgumentError("unknown programme " + words.programme));
  }
  const catalogue::Files& files = effective->For(programme);
  const std::string text = catalogue::Describe(files, words.selection);
  if (text.empty()) return Fail(absl::NotFoundError("nothing of that id"));
  std::cout << "catalogue " << effective->version.version << "  checksum "
            << effective->version.checksum << '\n';
  if (programme) std::cout << "as it holds for the programme " << words.programme << '\n';
  std::cout << '\n' << PrintableLines(text);
  const auto base = catalogue::ReadEffective({settings.catalogue.directory, ""});
  const std::string changes = base.ok() ? catalogue::Differences(base->all, files) : "";
  if (!changes.empty() && words.selection.rule.empty() && words.selection.instrument.empty()) {
    std::cout << "\nChanged by overrides\n" << PrintableLines(changes);
  }
  return 0;
}

int Diff(const Settings& settings, const Words& words) {
  const std::string directory = words.before == "built-in" ? "" : words.before;
  const auto before = Read({directory, ""});
  if (!before.ok()) return Fail(before.status());
  const auto after = words.after.empty() ? Read(settings.catalogue)
                                         : Read({words.after == "built-in" ? "" : words.after, ""});
  if (!after.ok()) return Fail(after.status());
  std::cout << "catalogue " << before->version.version << ", now " << after->version.version
            << '\n';
  std::string text = catalogue::Differences(before->all, after->all);
  for (const auto& [name, programme] : catalogue::Programmes()) {
    if (!after->for_programme.contains(programme)) continue;
    text += "\nin the programme " + name + "\n" +
            catalogue::Differences(after->all, after->For(programme));
  }
  std::cout << (text.empty() ? "no difference\n" : PrintableLines(text));
  return 0;
}

}  // namespace

void AddCatalogue(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "catalogue", "The clinical catalogue for people: instruments, rules, ladders, their sources");
  command->require_subcommand(1);
  command->fallthrough();
  auto words = std::make_shared<Words>();
  auto* show = command->add_subcommand("show", "What people are judged by, overrides applied");
  show->add_option("--programme", words->programme, "As it holds for this programme");
  show->add_option("--rule", words->selection.rule, "One rule only: SC-01a");
  show->add_option("--instrument", words->selection.instrument, "One instrument only: COWS");
  show->callback([=, &settings, &exit_code] { exit_code = Show(settings, *words); });
  auto* diff = command->add_subcommand("diff", "How two catalogues differ, in words");
  diff->add_option("before", words->before, "Folder, or built-in")->required();
  diff->add_option("after", words->after,
                   "Folder, or built-in; default: that of --catalogue and --catalogue-overrides");
  diff->callback([=, &settings, &exit_code] { exit_code = Diff(settings, *words); });
}

}  // namespace withdrawal::ctl
