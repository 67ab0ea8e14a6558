#include "core/results.hpp"

#include "qti/navigation/route.hpp"
#include "qti/navigation/test_session.hpp"
#include "qti/results/assessment_result.hpp"
#include "qti/results/item_result.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace proktor::core {
namespace {

namespace json = boost::json;

std::string date_of(TimeMs at_ms) {
  auto const seconds = static_cast<std::time_t>(at_ms / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), at_ms % 1000);
}

// Identifiers of a result are XML names: a letter goes first.
std::vector<qti::SessionIdentifier> sessions_of(AttemptLog const& log, Attempt const& attempt) {
  auto const* who = log.state().participant(attempt.participant);
  return {{"urn:proktor:pengerjaan", "A" + hex(attempt.id)},
          {"urn:proktor:kegiatan", "K" + log.state().info().event},
          {"urn:proktor:tes", "T" + attempt.test},
          {"urn:proktor:npsn", "N" + (who == nullptr ? std::string() : who->npsn)}};
}

class ResultWriter {
 public:
  ResultWriter(AttemptLog const& log, Attempt const& attempt, qti::Package const& package)
      : log_(log), attempt_(attempt), package_(package), trace_(log.trace(attempt.id)) {
    auto const* sitting = log.state().sitting(attempt.sitting);
    closed_ = attempt.finish || sitting == nullptr || sitting->state == SittingState::closed;
  }

  Result<AttemptResult> write(qti::TestSession const& session, std::vector<DeliveredItem> const& items) {
    qti::AssessmentResult result;
    result.context.sessions = sessions_of(log_, attempt_);
    auto const date = date_of(trace_.last_ms);
    result.test = {session.program().identifier(), date, qti::result_variables(session.state().outcomes())};
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto one = item(session, items[i], i + 1);
      if (!one) return one.error();
      one->datestamp = date;
      result.items.push_back(std::move(*one));
    }
    out_.file = hex(attempt_.id) + ".xml";
    out_.xml = qti::write_assessment_result(result);
    return std::move(out_);
  }

 private:
  Result<qti::ItemResultData> item(qti::TestSession const& session, DeliveredItem const& item, std::size_t number) {
    qti::ItemResultHead head;
    head.identifier = item.name;
    head.sequence_index = static_cast<std::int64_t>(number);
    head.presented = trace_.seen.contains(static_cast<unsigned>(number));
    head.closed = closed_;
    auto const program = package_.program(item.item);
    if (!program) return fail(Errc::package_invalid, "no scoring of item " + item.item);
    head.human_scored = program->is_human_scored();
    count(item, head);
    auto const found = std::ranges::find(session.deliveries(), item.name, &qti::Delivery::name);
    if (found != session.deliveries().end() && found->session) {
      return qti::item_result(found->session->variables(), std::move(head));
    }
    qti::ItemSessionSettings settings;
    settings.seed = qti::session_seed(attempt_.seed, item.ref, item.instance);
    qti::ItemSession const untouched(program, std::move(settings));
    return qti::item_result(untouched.variables(), std::move(head));
  }

  void count(DeliveredItem const& item, qti::ItemResultHead const& head) {
    auto& counts = out_.items;
    if (!head.presented) ++counts.not_reached;
    else if (!item.answered) ++counts.not_answered;
    else if (head.human_scored) ++counts.pending;
    else ++counts.scored;
  }

  AttemptLog const& log_;
  Attempt const& attempt_;
  qti::Package const& package_;
  AttemptTrace const& trace_;
  bool closed_ = false;
  AttemptResult out_;
};

std::string text_of(StagePart const& part) {
  return part.part + " [" + fmt::format("{}", fmt::join(part.items, " ")) + "]";
}

std::string text_of(std::optional<StagePart> const& part) { return part ? text_of(*part) : "the end"; }

}  // namespace

Result<void> ScoringPackages::add(std::string_view bytes) {
  auto package = qti::read_package(bytes);
  if (!package) {
    auto scoring = qti::read_scoring_package(bytes);
    // Of the two refusals, the one that is not about the format says what is wrong.
    bool const other = scoring.has_value() || package.error().detail.ends_with("unknown format");
    if (other) package = std::move(scoring);
  }
  if (!package) return package.error();
  return add(std::make_shared<qti::Package const>(std::move(*package)));
}

Result<void> ScoringPackages::add(std::shared_ptr<qti::Package const> package) {
  bool scores = false;
  for (auto const& test : package->tests) {
    if (!test.program) continue;
    scores = true;
    auto const [found, made] = by_test_.try_emplace(test.id, package);
    // The box's copy and the centre's of one package are the same test.
    if (!made && found->second->id != package->id) return fail(Errc::package_invalid, "two packages score " + test.id);
  }
  if (!scores) return fail(Errc::package_invalid, package->id + " scores nothing");
  by_sha256_[package->sha256] = std::move(package);
  return {};
}

std::shared_ptr<qti::Package const> ScoringPackages::of(Test const& test) const {
  auto found = by_sha256_.find(test.package);
  if (found != by_sha256_.end() && found->second->test(test.qti_test) != nullptr) return found->second;
  found = by_test_.find(test.qti_test);
  return found == by_test_.end() ? nullptr : found->second;
}

std::vector<std::string> check_route(qti::Package const& package, std::string_view qti_test,
                                     AttemptAnswers const& attempt) {
  std::vector<std::string> problems;
  auto const note = [&](std::size_t stage, std::string const& here, std::string const& there) {
    problems.push_back(fmt::format("stage {}: journal says {}, replay gives {}", stage, here, there));
  };
  if (attempt.stages.empty()) return problems;
  auto const first = first_part(package, qti_test, attempt.seed);
  if (!first || *first != attempt.stages.front().what) {
    note(1, text_of(attempt.stages.front().what), first ? text_of(*first) : describe(first.error()));
  }
  auto so_far = attempt;
  so_far.stages.clear();
  for (std::size_t i = 0; i < attempt.stages.size(); ++i) {
    so_far.stages.push_back(attempt.stages[i]);
    auto const& closed = attempt.stages[i].closed;
    if (!closed) break;
    std::optional<StagePart> journalled;
    if (i + 1 < attempt.stages.size()) journalled = attempt.stages[i + 1].what;
    auto const replayed = next_part(package, qti_test, so_far);
    if (!replayed || replayed->next != journalled) {
      note(i + 2, text_of(journalled), replayed ? text_of(replayed->next) : describe(replayed.error()));
    } else if (json::parse(replayed->outcomes) != json::parse(closed->outcomes)) {
      note(i + 1, closed->outcomes, replayed->outcomes);
    }
  }
  return problems;
}

Result<AttemptResult> result_of(AttemptLog const& log, Attempt const& attempt, qti::Package const& package) {
  auto const* test = log.state().test(attempt.test);
  auto const* scored = test == nullptr ? nullptr : package.test(test->qti_test);
  if (scored == nullptr || !scored->program) return fail(Errc::package_invalid, "no scoring of test " + attempt.test);
  auto const answers = answers_of(attempt);
  auto const items = delivered_items(package, test->qti_test, answers);
  if (!items) return items.error();
  auto const session = qti::play(scored->program, attempt.seed, submitted_parts(*scored, answers, *items));
  if (!session) return fail(Errc::package_invalid, session.error().detail);
  auto result = ResultWriter(log, attempt, package).write(**session, *items);
  if (result) result->route_problems = check_route(package, test->qti_test, answers);
  return result;
}

}  // namespace proktor::core
