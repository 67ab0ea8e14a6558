#include "qti/navigation/panel.hpp"

#include "qti/delivery/order_tree.hpp"
#include "qti/navigation/panel_items.hpp"
#include "qti/navigation/panel_stages.hpp"
#include "qti/navigation/panel_standing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace proktor::qti {
namespace {

class PanelCheck {
 public:
  explicit PanelCheck(TestProgram const& program)
      : program_(program), reads_(routing_reads(program)), stages_(stages_of(program, reads_)) {}

  Panel run() {
    if (!program_.is_routed()) return std::move(panel_);
    check_reads(program_, reads_, panel_.findings);
    for (auto const& item : program_.items()) prepare(item);
    for (auto const& part : program_.parts()) deliver(part);
    std::map<std::vector<std::size_t>, Standings> level;
    Standing start = nothing_yet(reads_);
    leave({}, {{"", std::move(start)}}, level);
    while (!level.empty() && !stopped_) {
      auto const path = level.begin()->first;
      auto standings = std::move(level.begin()->second);
      level.erase(level.begin());
      leave(path, take(path.back(), std::move(standings)), level);
    }
    finish();
    return std::move(panel_);
  }

 private:
  void prepare(CompiledItem const& item) {
    auto possible = possible_ends(item, program_.parts()[item.part].simultaneous);
    auto const place = shares_.size();
    bool const routes = std::ranges::any_of(reads_.any.questions, [&](std::size_t question) {
      return reads_.questions[question].items.contains(place);
    });
    if (routes && !possible.unsure.empty()) {
      say(Severity::warning, "panel-not-checked",
          "item " + item.identifier + ": " + possible.unsure + "; more scores may be possible",
          item.ref->line);
    }
    shares_.push_back(shares_of(program_, reads_, place, possible.ends));
    ends_.push_back(std::move(possible.ends));
  }

  void deliver(CompiledPart const& part) {
    auto& items = deliveries_.emplace_back();
    for (auto const& leaf : order_tree(part.tree, 1)) items.push_back(leaf.leaf);
    if (part.routes_inside) {
      say(Severity::warning, "panel-not-checked",
          "part " + part.identifier + " skips items by rules inside it; all are taken here", part.part->line);
    }
    if (selects(part.tree) && !interchangeable(part.tree)) {
      say(Severity::warning, "panel-not-checked",
          "part " + part.identifier + " draws among items with different scores; one draw was tried",
          part.part->line);
    }
  }

  static bool selects(std::vector<OrderNode> const& nodes) {
    return std::ranges::any_of(nodes,
                               [](OrderNode const& node) { return node.select || selects(node.children); });
  }

  // All items below these nodes can do the same to routing.
  bool interchangeable(std::vector<OrderNode> const& nodes) const {
    std::vector<std::size_t> leaves;
    collect(nodes, leaves);
    auto const keys = [&](std::size_t place) {
      std::vector<std::string> out;
      for (auto const& share : shares_[place]) out.push_back(key_of(share.adds));
      return out;
    };
    return std::ranges::all_of(leaves, [&](std::size_t leaf) { return keys(leaf) == keys(leaves.front()); });
  }

  static void collect(std::vector<OrderNode> const& nodes, std::vector<std::size_t>& out) {
    for (auto const& node : nodes) {
      if (node.leaf) out.push_back(*node.leaf);
      collect(node.children, out);
    }
  }

  // Every way in which the part's items can end, for every standing before it.
  Standings take(std::size_t part, Standings before) {
    for (auto& [key, standing] : before) standing.score = 0;
    Standings now = std::move(before);
    for (auto const item : deliveries_[part]) {
      Standings then;
      for (auto const& [key, standing] : now) {
        for (auto const& share : shares_[item]) {
          auto next = plus(standing, share, item);
          auto its_key = key_of(next);
          then.emplace(std::move(its_key), std::move(next));
        }
        if (then.size() > panel_states_max) return give_up(part);
      }
      now = std::move(then);
    }
    return now;
  }

  Standings give_up(std::size_t part) {
    stopped_ = true;
    say(Severity::warning, "panel-not-checked",
        "more than " + std::to_string(panel_states_max) + " different standings after part " +
            program_.parts()[part].identifier + "; the rest was not tried",
        program_.parts()[part].part->line);
    return {};
  }

  // Where every standing goes when the last part of `path` is over.
  void leave(std::vector<std::size_t> const& path, Standings standings,
             std::map<std::vector<std::size_t>, Standings>& level) {
    for (auto& [key, standing] : standings) {
      auto const to = next_of(path, standing);
      if (!path.empty()) {
        auto& record = record_[path];
        record.by_score[rounded_score(standing.score)].insert(to);
        record.by_total[rounded_score(standing.total)].insert(to);
      }
      if (to == nowhere) {
        record_end(path);
        continue;
      }
      auto longer = path;
      longer.push_back(to);
      reached_.insert(to);
      level[std::move(longer)].emplace(key, std::move(standing));
    }
  }

  // As TestSession goes from part to part.
  std::size_t next_of(std::vector<std::size_t> const& path, Standing const& standing) {
    TestState state(program_, 1);
    std::map<std::size_t, std::uint32_t> instances;
    for (auto const& [item, end] : standing.example)
      add_item(state, item, ++instances[item], ends_[item][end]);
    if (!path.empty()) state.process_outcomes();
    std::size_t next = path.empty() ? 0 : path.back() + 1;
    bool jumped = false;
    if (!path.empty()) {
      for (auto const& rule : program_.parts()[path.back()].branch_rules) {
        if (!state.is_true(rule.condition)) continue;
        if (rule.target == exit_test) return nowhere;
        auto const target = program_.find_part(rule.target);
        if (target && *target > path.back()) next = *target, jumped = true;
        break;
      }
    }
    auto const from = next;
    while (next < program_.parts().size() && !allowed(state, program_.parts()[next])) ++next;
    if (next == program_.parts().size()) next = nowhere;
    stages_.note(path, jumped ? std::optional(from) : std::nullopt, next, standing.score);
    return next;
  }

  static bool allowed(TestState& state, CompiledPart const& part) {
    return std::ranges::all_of(part.pre_conditions,
                               [&](auto const& condition) { return state.is_true(condition); });
  }

  void record_end(std::vector<std::size_t> const& path) {
    std::size_t items = 0;
    for (auto const part : path) items += deliveries_[part].size();
    panel_.most_items = std::max(panel_.most_items, items);
  }

  void finish() {
    for (auto const& [path, record] : record_) panel_.rows.push_back(row(path, record));
    std::ranges::stable_sort(panel_.rows, {}, [](PanelRow const& one) { return one.path.size(); });
    if (stopped_) {
      panel_.most_items = 0;
      for (auto const& items : deliveries_) panel_.most_items += items.size();
      return;
    }
    stages_.say(panel_.findings);
    for (std::size_t part = 0; part < program_.parts().size(); ++part) {
      if (reached_.contains(part)) continue;
      auto const& its = *program_.parts()[part].part;
      say(Severity::error, "panel-unreachable", "no score leads to part " + its.identifier, its.line);
    }
  }

  using Nexts = std::map<double, std::set<std::size_t>>;  // by score

  struct Record {
    Nexts by_score, by_total;
  };

  PanelRow row(std::vector<std::size_t> const& path, Record const& record) const {
    PanelRow out;
    for (auto const part : path) out.path.push_back(program_.parts()[part].identifier);
    out.items = deliveries_[path.back()].size();
    for (auto const& [score, nexts] : record.by_score) out.scores.push_back(score);
    auto const decides = [](Nexts const& all) {
      return std::ranges::all_of(all, [](auto const& one) { return one.second.size() == 1; });
    };
    out.by_total = !decides(record.by_score) && decides(record.by_total);
    std::map<std::size_t, std::size_t> open;  // next part -> its last route
    std::set<std::size_t> before;
    for (auto const& [score, nexts] : out.by_total ? record.by_total : record.by_score) {
      for (auto const next : nexts) {
        if (!before.contains(next)) {
          open[next] = out.routes.size();
          out.routes.push_back({score, score, 0, next == nowhere ? "" : program_.parts()[next].identifier});
        }
        auto& route = out.routes[open[next]];
        route.to = score;
        ++route.scores;
      }
      before = nexts;
    }
    return out;
  }

  void say(Severity severity, std::string code, std::string message, int line) {
    panel_.findings.push_back({severity, std::move(code), std::move(message), program_.source().file, line});
  }

  TestProgram const& program_;
  RoutingReads reads_;
  Stages stages_;
  Panel panel_;
  std::vector<std::vector<ItemEnd>> ends_;            // by item
  std::vector<std::vector<Share>> shares_;            // by item
  std::vector<std::vector<std::size_t>> deliveries_;  // by part
  std::map<std::vector<std::size_t>, Record> record_;
  std::set<std::size_t> reached_;
  bool stopped_ = false;
};

}  // namespace

Panel check_panel(TestProgram const& program) {
  return PanelCheck(program).run();
}

}  // namespace proktor::qti
