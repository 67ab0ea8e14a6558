#include "run.hpp"

#include "disk.hpp"

#include <fmt/format.h>

namespace proktor::sim {

namespace disk = fault::disk;
namespace fs = std::filesystem;

namespace {

constexpr DurationMs accident_every_ms = 10'000;
constexpr DurationMs healing_ms = 170'000;

}  // namespace

Run::Run(fs::path const& root, Authority const& authority, std::uint64_t seed, bool show_trace)
    : root_(root),
      seed_(seed),
      world_(seed, show_trace),
      plan_(draw_plan(world_)),
      site_(world_),
      package_(sample_package(plan_.items)),
      network_(world_, plan_, [this](http::Request request, Box::Answered answered) {
        return deliver(std::move(request), std::move(answered));
      }),
      proctor_(world_, plan_, network_, oracle_, room_, [this] { return cookie_of_proctor(); }),
      villain_(world_, network_, pupils_),
      authority_(authority),
      centre_(world_, authority, root_ / "pusat"),
      courier_(world_, plan_, authority, site_, root_ / "disk" / "spool", centre_,
               [this](sync::Peer peer, http::Request request, Box::Answered answered) {
                 if (!box_ || suspended_) return false;
                 box_->ask(peer == sync::Peer::feed ? box_->feed() : box_->control(), std::move(request),
                           std::move(answered));
                 return true;
               }) {
  seed_openssl(seed);
  site_.data = root_ / "disk" / "kotak";
  site_.box_id = authority.box.box;
  site_.certificate_pem = authority.box.signer.certificate;
  site_.roots_pem = authority.box.roots;
  site_.site_key = std::string(32, 'k');
}

Run::~Run() {
  courier_.kill();
  centre_.kill();
  box_.reset();
  port_.reset();
  disk::stop();
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void Run::set_up() {
  fs::remove_all(root_);
  fs::create_directories(root_ / "disk");
  fs::create_directories(root_ / "pusat");
  {
    Box first(world_, plan_, site_, package_, nullptr);
    if (auto done = first.found(); !done) world_.blame("set-up", describe(done.error()));
  }
  fs::copy(authority_.data / "box", site_.data / "box", fs::copy_options::recursive);
  disk::start(root_ / "disk", seed_);
  disk::fail({});
  disk::lie(plan_.lying_syncs);
  world_.say(plan_.text());
  if (plan_.medium) {
    port_.emplace(world_, root_, seed_);
    plug(0);
  }
  start();
  if (plan_.sync) start_sync();
}

Outcome Run::play() {
  set_up();
  proctor_.open();
  for (unsigned i = 1; i <= plan_.pupils; ++i) {
    pupils_.push_back(std::make_unique<Pupil>(world_, plan_, network_, oracle_, room_, i));
    auto* pupil = pupils_.back().get();
    world_.after(world_.between(0, 10'000), [pupil] { pupil->come(); });
  }
  world_.after(1'000, [this] { pulse(); });
  world_.after(accident_every_ms, [this] { accident(); });
  if (world_.chance(plan_.close_early)) world_.after(plan_.length_ms * 3 / 4, [this] { proctor_.close(); });
  Outcome out;
  out.seed = seed_;
  auto const goes_on = [this] { return !over_ && world_.violations().empty(); };
  while (goes_on() && world_.step(plan_.length_ms)) settle(), ++out.events;
  heal();
  while (goes_on() && world_.step(plan_.length_ms + healing_ms)) settle(), ++out.events;
  if (goes_on() && !box_) world_.blame("recovery", "the box is down at the end");
  if (goes_on()) check(true);
  out.hash = world_.trace_hash();
  out.acknowledged = oracle_.acknowledged;
  out.violations = world_.violations();
  out.rare = world_.rare();
  return out;
}

std::string Run::cookie_of_proctor() {
  return api::Statements(site_.site_key).staff({proctor_name, "proktor", 1}, site_.clock.wall_ms());
}

bool Run::deliver(http::Request request, Box::Answered answered) {
  if (!box_) return false;
  if (suspended_) return true;  // nobody answers
  world_.say(fmt::format("{} {}", request.peer.address, request.target));
  box_->ask(box_->web(), std::move(request), std::move(answered));
  return true;
}

// Everything that is ready happens now; what has to reach the disk follows a moment later.
void Run::settle() {
  if (suspended_) return;
  if (!box_) {
    while (courier_.turn()) {
    }
    return;
  }
  bool any = false;
  do {
    while (box_->turn()) any = true;
    for (auto& [answered, reply] : box_->take_replies()) answered(std::move(reply));
    while (courier_.turn()) any = true;
  } while (box_->work());
  if (any) plan_write();
  if (disk::is_cut() && !kill_armed_) return crashed(true);
  if (box_->fatal() || disk::is_cut()) {
    if (box_->fatal()) world_.say("stopped: " + describe(*box_->fatal()));
    if (!kill_armed_) world_.reach(Rare::io_error_stop);
    return crashed(false);
  }
  if (port_ && port_->torn()) {
    world_.reach(Rare::medium_torn);
    change_stick();
  }
  exam_time_.look(world_, *box_);
  bool const full = box_->exam().stale;
  if (was_full_ && !full) world_.reach(Rare::storage_resumed);
  was_full_ = full;
}

void Run::plan_write() {
  if (std::exchange(write_planned_, true)) return;
  world_.after(world_.between(0, plan_.commit_most_ms), [this, life = deaths_] {
    if (life != deaths_) return;
    write_planned_ = false;
    if (!box_ || suspended_) return;
    if (box_->write()) plan_write();
    auto const status = box_->writer().status(box_->exam().journal);
    copy_behind_ = status.copy_behind;
    if (copy_behind_) world_.reach(Rare::copy_behind);
    if (box_->writer().status().checkpoints > 0) world_.reach(Rare::wal_checkpoint);
  });
}

void Run::pulse() {
  world_.after(1'000, [this] { pulse(); });
  if (!box_ || suspended_) return;
  box_->each_second();
  if (!disk::is_cut()) box_->follow();
  plan_write();
}

// No more mischief: the room works, the disk works, everybody brings home what they have.
void Run::heal() {
  world_.say("healing");
  healing_ = room_.healing = true;
  network_.heal();
  disk::fail({});
  disk::cut_at(0);
  disk::kill_at(0);
  kill_armed_ = false;
  courier_.heal();
  if (port_) {
    heal_stick();
    if (!port_->plugged()) plug(0);
  }
  for (auto const& pupil : pupils_) {
    for (DurationMs at : {1'000LL, 40'000LL, 80'000LL}) world_.after(at, [&pupil] { pupil->bring_home(); });
  }
  world_.after(90'000, [this] {
    if (!room_.closed) proctor_.close();
  });
}

void Run::check(bool at_end) {
  auto const seen = read_journal(site_.exam());
  if (!seen) return world_.blame("chains", describe(seen.error()));
  Evidence const evidence{world_, plan_, *seen, oracle_, *box_, site_, pupils_, centre_, authority_,
                          port_ ? &*port_ : nullptr, stream_, at_end};
  check_acked_is_durable(evidence);
  check_applied_once(evidence);
  check_chains(evidence);
  check_final_answer(evidence);
  check_fencing(evidence);
  check_time_fairness(evidence);
  check_medium_keeps(evidence);
  if (plan_.sync && at_end) check_centre_complete(evidence);
}

}  // namespace proktor::sim
