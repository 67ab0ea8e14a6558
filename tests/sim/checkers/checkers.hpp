#pragma once
// What must hold, each promise in a file of its own. They read the journal as any reader would and hold it against what
// was acknowledged, and against what the running box believes.

#include "../courier.hpp"
#include "../people.hpp"

#include "journal/reader.hpp"

#include <vector>

namespace proktor::sim {

struct SeenJournal {
  std::vector<journal::Entry> entries{};
};
Result<SeenJournal> read_journal(std::filesystem::path const& directory);

struct Evidence {
  World& world;
  Plan const& plan;
  SeenJournal const& journal;
  Oracle const& oracle;
  Box& box;
  Site const& site;
  std::vector<std::unique_ptr<Pupil>> const& pupils;
  Centre const& centre;
  Authority const& authority;
  Port* port;              // null without a second medium
  Bytes16 earlier_stream;  // of the box's life before this one
  bool at_end;
};

void check_acked_is_durable(Evidence const& evidence);  // I1
void check_applied_once(Evidence const& evidence);      // I2
void check_chains(Evidence const& evidence);            // I3
void check_final_answer(Evidence const& evidence);      // I4
void check_fencing(Evidence const& evidence);
void check_time_fairness(Evidence const& evidence);
void check_centre_complete(Evidence const& evidence);  // at the end, where there is a centre
void check_medium_keeps(Evidence const& evidence);     // at a start and at the end

// Watches the exam clock of the running box against true time.
class ExamTime {
 public:
  void started(World& world, Plan const& plan, Box& box);
  void died(World const& world, Box& box);
  void slept(DurationMs for_ms) { base_true_ms_ += for_ms; }
  void look(World& world, Box& box);
  void journal_was_lost() { lived_ = false; }

 private:
  DurationMs base_true_ms_ = 0, base_x_ms_ = 0;  // of this life
  DurationMs x_at_death_ms_ = 0;
  DurationMs last_full_x_ms_ = 0;  // when the disk last took nothing
  bool open_at_death_ = false, lived_ = false, running_ = false;
};

}  // namespace proktor::sim
