#pragma once
// The loop of a drill: gives every virtual pupil its time and its socket's readiness, keeps the token fresh,
// and measures the span between "all have begun" and the end. Owns the pupils. One thread; blocking.

#include "provisioning/drill/demo_file.hpp"
#include "provisioning/drill/report.hpp"

#include <memory>
#include <queue>
#include <utility>
#include <vector>

namespace proktor::drill {

class Fleet {
 public:
  Fleet(DrillOptions const& options, Scene& scene, Tally& tally);

  // Until all pupils are done (play), or the measured minutes are over and everything sent is answered.
  // Errors: io_error.
  Result<Outcome> run();

 private:
  struct Usage {
    double own_cpu_s = 0;
    std::optional<double> server_cpu_s{};
    int server_pid = 0;
    std::uint64_t acked = 0;
  };

  void step(std::size_t pupil, TimeUs at);
  void look_around(TimeUs at);
  bool over(TimeUs at);
  void begin_measuring(TimeUs at);
  void end_measuring(TimeUs at);
  Usage usage() const;
  Outcome sum_up(TimeUs at) const;

  DrillOptions const& options_;
  Scene& scene_;
  Tally& tally_;
  Plan const plan_;
  Fd epoll_;
  std::vector<std::unique_ptr<Pupil>> pupils_;
  std::vector<TimeUs> due_;
  using Due = std::pair<TimeUs, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> queue_;
  TimeUs begun_ = 0;
  TimeUs look_at_ = 0;
  TimeUs measure_from_ = 0;
  TimeUs measure_until_ = 0;
  bool measuring_over_ = false;
  Usage before_{};
  Usage after_{};
};

}  // namespace proktor::drill
