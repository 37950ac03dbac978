// Laws of scoring and alerting together, over random people of all programmes and the built-in
// catalogue. The services' own tasks run over bytes, as in production; only the brokers are
// missing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/alerting/state_codec.h"
#include "services/ctl/offline.h"
#include "services/scoring/codec.h"
#include "tests/services/laws/random_person.h"

namespace withdrawal::laws {
namespace {

namespace epb = events::v1;

const absl::Time kStart = absl::FromUnixSeconds(1'772'409'600);

ctl::OfflineServices& Services() {
  static auto* const kServices = new ctl::OfflineServices(BuiltIn());
  return *kServices;
}

// One thing that happens to a person, so that it can happen again to another one.
struct Happening {
  absl::Time at;
  std::optional<epb::CarePlanRecorded> plan;
  std::optional<epb::CheckIn> check_in;
  std::optional<epb::AlertCommand> command;
};

std::vector<std::string> Bytes(const ctl::OfflineOutput& output) {
  std::vector<std::string> bytes = output.scores;
  for (const epb::AlertEvent& event : output.alerts) bytes.push_back(event.SerializeAsString());
  return bytes;
}

// A person whose inputs are kept.
class Life {
 public:
  explicit Life(ctl::OfflineServices& services = Services()) : person_(services, kPatient) {}

  void Happen(const Happening& happening) {
    while (person_.NextDeadline() && *person_.NextDeadline() <= happening.at) {
      Keep(person_.RunTimer(std::max(now_, *person_.NextDeadline())));
    }
    now_ = happening.at;
    if (happening.plan) Keep(person_.PutPlan(*happening.plan, now_));
    if (happening.check_in) Keep(person_.Submit(*happening.check_in, now_));
    if (happening.command) Keep(person_.Command(*happening.command, now_));
    past_.push_back(happening);
  }

  // Open alerts: rule and priority.
  std::map<std::string, int> Open() const {
    std::map<std::string, int> open;
    const auto state = alerting::DecodeState(person_.alerting_row());
    for (const auto& one : state->open) {
      open[one.alert.rule_id] = static_cast<int>(one.alert.priority);
    }
    return open;
  }

  int Highest() const {
    int highest = 0;
    for (const auto& [rule, priority] : Open()) highest = std::max(highest, priority);
    return highest;
  }

  std::string AnyOpenAlert() const {
    const auto state = alerting::DecodeState(person_.alerting_row());
    if (state->open.empty()) return "";
    return state->open[static_cast<size_t>(AnyInt(0, static_cast<int>(state->open.size()) - 1))]
        .alert.alert_id;
  }

  bool RowsSurviveTheirCodecs() const {
    const auto alerting = alerting::DecodeState(person_.alerting_row());
    const auto scoring = scoring::DecodeState(person_.scoring_row());
    return alerting.ok() && alerting::EncodeState(*alerting) == person_.alerting_row() &&
           scoring.ok() && scoring::EncodeState(*scoring) == person_.scoring_row();
  }

  absl::Time now() const { return now_; }
  const std::vector<Happening>& past() const { return past_; }
  const std::vector<std::string>& written() const { return written_; }
  std::pair<std::string, std::string> rows() const {
    return {person_.scoring_row(), person_.alerting_row()};
  }

 private:
  void Keep(const absl::StatusOr<ctl::OfflineOutput>& output) {
    if (!output.ok()) throw std::runtime_error(std::string(output.status().message()));
    for (const std::string& bytes : Bytes(*output)) written_.push_back(bytes);
  }

  ctl::OfflinePerson person_;
  absl::Time now_ = kStart;
  std::vector<Happening> past_;
  std::vector<std::string> written_;
};

std::string AnyKind() {
  const auto kinds = Kinds();
  return kinds[static_cast<size_t>(AnyInt(0, static_cast<int>(kinds.size()) - 1))];
}

Happening AnyCommand(const std::string& alert_id, int number, absl::Time at) {
  epb::AlertCommand command;
  command.set_command_id(absl::StrCat("command", number));
  command.set_patient_id(kPatient);
  command.set_alert_id(alert_id);
  command.set_actor("nurse");
  *command.mutable_issued_at() = codec::ToProto(at);
  const int kind = AnyInt(0, 4);
  if (kind == 0) {
    command.mutable_acknowledge();
  } else if (kind == 1) {
    command.mutable_resolve()->set_reason("seen");
    command.mutable_resolve()->set_outcome(epb::ALERT_OUTCOME_TRUE);
  } else if (kind == 2) {
    command.mutable_reassign()->set_to_actor("nurse-2");
  } else if (kind == 3) {
    command.mutable_comment()->set_note("line engaged");
  } else {
    auto* report = command.mutable_report_page()->mutable_report();
    report->set_page_id(alert_id + "/1/nurse");
    report->set_rung(AnyInt(0, 2));
    report->set_target(AnyInt(0, 1) == 0 ? "primary" : "secondary");
    report->set_outcome(epb::PAGE_OUTCOME_UNDELIVERABLE);
    *report->mutable_at() = codec::ToProto(at);
  }
  return {at, {}, {}, command};
}

// A plan and up to `steps` happenings after it.
Life AnyLife(int steps_max) {
  Life life;
  life.Happen({kStart, AnyPlan(kStart), {}, {}});
  const int steps = AnyInt(0, steps_max);
  for (int i = 0; i < steps; ++i) {
    const absl::Time at = life.now() + absl::Minutes(AnyInt(0, 300));
    const int what = AnyInt(0, 9);
    const std::string alert = life.AnyOpenAlert();
    if (what == 0) {
      life.Happen({at, AnyPlan(at), {}, {}});
    } else if (what < 3 && !alert.empty()) {
      life.Happen(AnyCommand(alert, i, at));
    } else {
      const absl::Duration age = absl::Minutes(what == 3 ? AnyInt(0, 600) : 0);
      life.Happen({at, {}, AnyCheckIn(AnyKind(), i, at - age), {}});
    }
  }
  return life;
}

Life Again(const std::vector<Happening>& past, ctl::OfflineServices& services = Services()) {
  Life life(services);
  for (const Happening& happening : past) life.Happen(happening);
  return life;
}

TEST(Bands, EachTotalHasOneBandInEachSchemeAndNoneBesideIt) {
  for (const auto& [id, instrument] : BuiltIn().instruments) {
    for (const domain::BandScheme& scheme : instrument.schemes) {
      const int total_max = scheme.bands.back().to;
      for (int total = -1; total <= total_max + 1; ++total) {
        const auto holds = [total](const domain::Band& band) {
          return band.from <= total && total <= band.to;
        };
        const bool inside = total >= 0 && total <= total_max;
        EXPECT_EQ(std::count_if(scheme.bands.begin(), scheme.bands.end(), holds), inside ? 1 : 0)
            << id << " " << scheme.id << " " << total;
        EXPECT_EQ(domain::FindBand(scheme, total) != nullptr, inside) << id << " " << total;
      }
    }
  }
}

// Rating scales on which more is worse, item by item.
std::vector<const domain::Instrument*> MoreIsWorse() {
  std::vector<const domain::Instrument*> instruments;
  for (const char* id :
       {"CIWA-Ar", "COWS", "SOWS16", "SAWS", "ShOWS10", "CWS", "MNWS", "AWQ", "PHQ-9", "GAD-7"}) {
    if (const auto* instrument = BuiltIn().FindInstrument(id)) instruments.push_back(instrument);
  }
  return instruments;
}

RC_GTEST_PROP(Laws, AWorseItemNeverLowersTheHighestPriority, ()) {
  const Life before = AnyLife(6);
  const auto instruments = MoreIsWorse();
  const domain::Instrument& instrument =
      *instruments[static_cast<size_t>(AnyInt(0, static_cast<int>(instruments.size()) - 1))];
  const absl::Time at = before.now() + absl::Minutes(AnyInt(0, 120));
  epb::CheckIn better = AnyForm(instrument, 1000, at);
  epb::CheckIn worse = better;
  auto& items = *worse.mutable_instrument_response()->mutable_items();
  const int changed = AnyInt(0, items.size() - 1);
  const auto& allowed = instrument.FindItem(items[changed].code())->allowed;
  const auto current = std::find(allowed.begin(), allowed.end(), items[changed].value());
  items[changed].set_value(*(current + AnyInt(0, static_cast<int>(allowed.end() - current) - 1)));
  Life after_better = Again(before.past());
  Life after_worse = Again(before.past());
  after_better.Happen({at, {}, better, {}});
  after_worse.Happen({at, {}, worse, {}});
  RC_ASSERT(after_worse.Highest() >= after_better.Highest());
}

RC_GTEST_PROP(Laws, ADuplicateChangesNothingAndWritesNothing, ()) {
  Life life = AnyLife(8);
  const epb::CheckIn check_in = AnyCheckIn(AnyKind(), 1000, life.now());
  life.Happen({life.now(), {}, check_in, {}});
  const auto rows = life.rows();
  const size_t written = life.written().size();
  life.Happen({life.now(), {}, check_in, {}});
  RC_ASSERT(life.written().size() == written);
  RC_ASSERT(life.rows() == rows);
}

RC_GTEST_PROP(Laws, TheOrderOfCheckInsOfOneMomentDoesNotMatter, ()) {
  const Life before = AnyLife(6);
  const absl::Time at = before.now() + absl::Minutes(AnyInt(0, 120));
  // Nobody fills in one form twice at the same moment.
  std::set<std::string> kinds;
  const int count = AnyInt(2, 4);
  for (int i = 0; i < count; ++i) kinds.insert(AnyKind());
  std::vector<epb::CheckIn> check_ins;
  for (const std::string& kind : kinds) {
    check_ins.push_back(AnyCheckIn(kind, 1000 + static_cast<int>(check_ins.size()), at));
  }
  Life forwards = Again(before.past());
  for (const epb::CheckIn& check_in : check_ins) forwards.Happen({at, {}, check_in, {}});
  std::reverse(check_ins.begin(), check_ins.end());
  Life backwards = Again(before.past());
  for (const epb::CheckIn& check_in : check_ins) backwards.Happen({at, {}, check_in, {}});
  RC_ASSERT(forwards.Open() == backwards.Open());
}

RC_GTEST_PROP(Laws, AReplayGivesTheSameBytes, ()) {
  const Life life = AnyLife(25);
  ctl::OfflineServices other(BuiltIn());
  const Life again = Again(life.past(), other);
  RC_ASSERT(again.written() == life.written());
  RC_ASSERT(again.rows() == life.rows());
  RC_ASSERT(life.RowsSurviveTheirCodecs());
}

}  // namespace
}  // namespace withdrawal::laws
