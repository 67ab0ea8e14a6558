#pragma once
// One seed from its first to its last moment: builds the world, lets people and accidents happen, heals everything at
// the end, and asks the checkers after every start and at the end.

#include "checkers/checkers.hpp"
#include "courier.hpp"
#include "people.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace proktor::sim {

struct Outcome {
  std::uint64_t seed = 0;
  std::string hash{};  // of the trace with all acknowledgements
  std::uint64_t acknowledged = 0, events = 0;
  std::vector<std::string> violations{};
  RareCounts rare{};
};

class Run {
 public:
  Run(std::filesystem::path const& root, Authority const& authority, std::uint64_t seed, bool show_trace);
  ~Run();
  Outcome play();

 private:
  void set_up();
  void settle();
  void pulse();
  void plan_write();
  bool deliver(http::Request request, Box::Answered answered);
  void heal();
  void check(bool at_end);

  // accidents.cpp
  void accident();
  void strike_disk();
  void cut_power();
  void kill();
  void crashed(bool power);
  void start();
  void started();
  void not_opened(Error const& error);
  void suspend(DurationMs for_ms);
  void flip_wal_bit();
  void strike_sync();
  void start_sync();
  std::string cookie_of_proctor();

  // losses.cpp
  void strike_stick();
  void change_stick();
  void heal_stick();
  void plug(std::size_t stick);
  DurationMs wreck(bool power);
  void take_losses();

  std::filesystem::path root_;
  std::uint64_t seed_;
  World world_;
  Plan plan_;
  Site site_;
  std::shared_ptr<qti::Package const> package_;
  std::optional<Port> port_;  // with a second medium
  std::unique_ptr<Box> box_;
  Oracle oracle_;
  Room room_;
  Network network_;
  Proctor proctor_;
  std::vector<std::unique_ptr<Pupil>> pupils_;
  Villain villain_;
  Authority const& authority_;
  Centre centre_;
  Courier courier_;
  ExamTime exam_time_;
  bool write_planned_ = false, suspended_ = false, kill_armed_ = false, healing_ = false, faulty_ = false;
  bool was_full_ = false;
  bool copy_behind_ = false;  // in this life
  bool copy_alone_ = false;   // the database or its newest part was lost, and the copy is in memory as far as it was not synced
  bool lossy_ = false;        // what comes back at the next start may be less than what was acknowledged
  bool may_refuse_ = false;   // … and it may be nothing
  Bytes16 stream_{};          // of the exam's journal in the last life
  bool over_ = false;  // nothing more can happen in this run
  unsigned failed_starts_ = 0;
  std::uint64_t deaths_ = 0;
};

}  // namespace proktor::sim
