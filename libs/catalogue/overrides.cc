#include "libs/catalogue/overrides.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/catalogue/override_bounds.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::Programme;

constexpr char kBoundsFile[] = "override-bounds.yaml";
constexpr char kUnsigned[] = "unsigned";

struct Change {
  std::string file;  // of the override
  std::string kind;  // rule, instrument, ladder or file
  std::string id;
  std::optional<Programme> programme;
  std::vector<std::string> path;  // "schemes", "[asam2020]", "default"
  std::string value;              // the path as written
  std::string from;
  std::string to;
};

// Intake and plans are judged before or apart from a person's programme.
bool MayDifferByProgramme(const std::string& file) {
  for (const char* prefix : {"intake", "suitability/", "plan-", "templates/"}) {
    if (absl::StartsWith(file, prefix)) return false;
  }
  return true;
}

struct OverrideFile {
  std::string id;
  int version = 0;
  std::vector<Change> changes;
};

// "schemes[asam2020].bands[0].to" -> schemes, [asam2020], bands, [0], to
std::vector<std::string> SplitPath(const std::string& value) {
  std::vector<std::string> path;
  for (const absl::string_view part : absl::StrSplit(value, '.')) {
    std::vector<std::string> pieces = absl::StrSplit(part, '[');
    path.push_back(pieces[0]);
    for (size_t i = 1; i < pieces.size(); ++i) path.push_back("[" + pieces[i]);
  }
  return path;
}

Change ReadChange(Reader& reader, const std::string& file) {
  Change change;
  change.file = file;
  int kinds = 0;
  for (const char* kind : {"rule", "instrument", "ladder", "file"}) {
    if (!reader.Has(kind)) continue;
    change.kind = kind;
    change.id = reader.Text(kind);
    ++kinds;
  }
  if (kinds != 1) reader.Problem("", "needs one of rule, instrument, ladder, file");
  if (reader.Has("programme")) {
    change.programme = reader.Choice<Programme>("programme", Programmes());
  }
  change.value = reader.Text("value");
  change.path = SplitPath(change.value);
  change.from = reader.Text("from");
  change.to = reader.Text("to");
  reader.OptionalText("reason");
  reader.Done();
  return change;
}

OverrideFile ReadOverride(Reader& root, const std::string& file) {
  OverrideFile read;
  read.id = root.Text("id");
  if (read.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
    root.Problem("id", "lower-case letters, digits and hyphens only");
  }
  read.version = root.Int("version");
  if (read.version < 1) root.Problem("version", "must be 1 or more");
  root.Text("author");
  root.Text("reason");
  for (Reader& reader : root.List("changes")) read.changes.push_back(ReadChange(reader, file));
  root.Done();
  return read;
}

YAML::Node Undefined() { return YAML::Node(YAML::NodeType::Undefined); }

YAML::Node ElementWithId(const YAML::Node& list, const std::string& id) {
  for (const auto& element : list) {
    for (const char* key : {"id", "code", "class", "name"}) {
      if (!element.IsMap()) continue;
      const YAML::Node found = element[key];
      if (found.IsDefined() && found.IsScalar() && found.Scalar() == id) return element;
    }
  }
  return Undefined();
}

YAML::Node Descend(const YAML::Node& node, const std::string& part) {
  if (!absl::StartsWith(part, "[")) {
    if (!node.IsMap()) return Undefined();
    const YAML::Node found = node[part];
    return found.IsDefined() ? found : Undefined();  // one that is missing must not be kept
  }
  if (!node.IsSequence()) return Undefined();
  const std::string selector(absl::StripSuffix(part.substr(1), "]"));
  size_t index = 0;
  if (!absl::SimpleAtoi(selector, &index)) return ElementWithId(node, selector);
  return index < node.size() ? node[index] : Undefined();
}

// A set of files as trees, so that values in them can be replaced.
class Trees {
 public:
  // The files have been loaded before and are sound.
  explicit Trees(const Files& files) {
    for (const auto& [file, text] : files) roots_.emplace(file, YAML::Load(text));
  }

  struct Place {
    std::string file;
    YAML::Node node;  // undefined: nothing of that id
  };

  // The mapping a change is about.
  Place Find(const Change& change) const {
    if (change.kind == "file") {
      const auto found = roots_.find(change.id);
      return {change.id, found == roots_.end() ? Undefined() : YAML::Node(found->second)};
    }
    if (change.kind == "ladder") return InList("ladders", change.id);
    if (change.kind == "instrument") return WholeFile(change.id, /*instrument=*/true);
    const Place rule = InList("rules", change.id);
    return rule.node.IsDefined() ? rule : WholeFile(change.id, /*instrument=*/false);
  }

  Files Texts() const {
    Files files;
    for (const auto& [file, root] : roots_) files[file] = YAML::Dump(root) + "\n";
    return files;
  }

 private:
  // A file that is one instrument or one rule.
  Place WholeFile(const std::string& id, bool instrument) const {
    for (const auto& [file, root] : roots_) {
      if (absl::StartsWith(file, "instruments/") != instrument || !root.IsMap()) continue;
      const YAML::Node found = root["id"];
      if (found.IsDefined() && found.IsScalar() && found.Scalar() == id) return {file, root};
    }
    return {"", Undefined()};
  }

  Place InList(const std::string& list, const std::string& id) const {
    for (const auto& [file, root] : roots_) {
      if (!root.IsMap() || !root[list].IsDefined()) continue;
      YAML::Node found = ElementWithId(root[list], id);
      if (found.IsDefined()) return {file, found};
    }
    return {"", Undefined()};
  }

  std::map<std::string, const YAML::Node> roots_;
};

class Applier {
 public:
  Applier(const Files& base, OverrideBounds bounds, std::vector<std::string>& problems)
      : base_(base), base_trees_(base), bounds_(std::move(bounds)), problems_(problems) {}

  // Those for everybody, then those of the programme.
  Files Apply(const std::vector<Change>& changes, std::optional<Programme> programme) const {
    Trees trees(base_);
    for (const Change& change : changes) {
      if (!change.programme) Apply(change, trees);
    }
    for (const Change& change : changes) {
      if (change.programme && change.programme == programme) Apply(change, trees);
    }
    return trees.Texts();
  }

 private:
  void Problem(const Change& change, const std::string& why) const {
    problems_.push_back(absl::StrCat("overrides/", change.file, ": ", change.kind, " ", change.id,
                                     ": ", change.value, ": ", why));
  }

  void Apply(const Change& change, const Trees& trees) const {
    auto [file, parent] = trees.Find(change);
    YAML::Node base_parent = base_trees_.Find(change).node;
    if (!parent.IsDefined()) return Problem(change, "no such " + change.kind);
    if (change.programme && !MayDifferByProgramme(file)) {
      return Problem(change, "holds for all: leave programme out");
    }
    ValueChange value{change.kind == "file" ? change.id : change.kind, "", change.path.back(), "",
                      change.to};
    for (size_t i = 0; i + 1 < change.path.size(); ++i) {
      const std::string& part = change.path[i];
      parent.reset(Descend(parent, part));
      base_parent.reset(Descend(base_parent, part));
      if (!parent.IsDefined()) return Problem(change, "no such value");
      if (!absl::StartsWith(part, "[")) value.in = part;
    }
    if (!parent.IsMap()) return Problem(change, "no such value");
    if (parent["code"].IsDefined() && parent["code"].IsScalar()) {
      value.code = parent["code"].Scalar();
    }
    const auto current = ScalarOf(parent, value.key);
    if (!current) return Problem(change, "no such value");
    if (*current != change.from) return Problem(change, "is " + *current + ", not " + change.from);
    value.base = ScalarOf(base_parent, value.key).value_or("");
    if (const std::string why = RefusalOf(value, bounds_); !why.empty()) {
      return Problem(change, why);
    }
    parent[value.key] = change.to;
  }

  // A rule nobody signed has no such key.
  static std::optional<std::string> ScalarOf(const YAML::Node& parent, const std::string& key) {
    const YAML::Node node = parent[key];
    if (!node.IsDefined() && key == "sign_off") return kUnsigned;
    if (!node.IsDefined() || !node.IsScalar()) return std::nullopt;
    return node.Scalar();
  }

  const Files& base_;
  const Trees base_trees_;
  const OverrideBounds bounds_;
  std::vector<std::string>& problems_;
};

void RefuseDoubles(const std::vector<Change>& changes, std::vector<std::string>& problems) {
  std::set<std::string> seen;
  for (const Change& change : changes) {
    const int programme = change.programme ? static_cast<int>(*change.programme) : -1;
    if (!seen.insert(absl::StrCat(change.kind, "/", change.id, "/", change.value, "/", programme))
             .second) {
      problems.push_back(absl::StrCat("overrides/", change.file, ": ", change.kind, " ", change.id,
                                      ": ", change.value, ": changed twice"));
    }
  }
}

absl::Status Refusal(const std::vector<std::string>& problems) {
  return absl::InvalidArgumentError("catalogue: " + absl::StrJoin(problems, "; "));
}

}  // namespace

const Files& EffectiveFiles::For(std::optional<Programme> programme) const {
  const auto found = programme ? for_programme.find(*programme) : for_programme.end();
  return found == for_programme.end() ? all : found->second;
}

absl::StatusOr<EffectiveFiles> ApplyOverrides(const Files& base, const Files& overrides) {
  const auto loaded = LoadFiles(base);
  if (!loaded.ok()) return loaded.status();
  EffectiveFiles effective{base, {}, loaded->version};
  if (overrides.empty()) return effective;
  std::vector<std::string> problems;
  std::vector<Change> changes;
  Files written = base;
  for (const auto& [file, text] : overrides) {
    written["overrides/" + file] = text;
    // yaml-cpp reports a syntax error only by exception.
    try {
      Reader root("overrides/" + file, "", LoadDocument(text), &problems);
      OverrideFile read = ReadOverride(root, file);
      absl::StrAppend(&effective.version.version, "+", read.id, ".", read.version);
      for (Change& change : read.changes) changes.push_back(std::move(change));
    } catch (const YAML::Exception& exception) {
      problems.push_back(absl::StrCat("overrides/", file, ": ", exception.what()));
    }
  }
  RefuseDoubles(changes, problems);
  if (!problems.empty()) return Refusal(problems);

  Reader bounds(kBoundsFile, "", YAML::Load(base.at(kBoundsFile)), &problems);
  const Applier applier(base, ReadOverrideBounds(bounds), problems);
  effective.all = applier.Apply(changes, std::nullopt);
  if (!problems.empty()) return Refusal(problems);
  for (const Change& change : changes) {
    if (!change.programme || effective.for_programme.contains(*change.programme)) continue;
    effective.for_programme[*change.programme] = applier.Apply(changes, change.programme);
  }
  if (!problems.empty()) return Refusal(problems);
  effective.version.checksum = Checksum(written);
  return effective;
}

absl::StatusOr<Catalogue> LoadEffective(const EffectiveFiles& files) {
  auto catalogue = LoadFiles(files.all);
  if (!catalogue.ok()) return catalogue.status();
  catalogue->version = files.version;
  for (const auto& [programme, texts] : files.for_programme) {
    auto own = LoadFiles(texts);
    if (!own.ok()) return own.status();
    own->version = files.version;
    catalogue->for_programme[programme] = std::make_shared<const Catalogue>(*std::move(own));
  }
  return catalogue;
}

}  // namespace withdrawal::catalogue
