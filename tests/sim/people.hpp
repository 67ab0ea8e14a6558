#pragma once
// Who is in the room: pupils with their PCs, the proctor, and one who means harm. Each lives by acts at random times and
// talks to the box over the network alone.

#include "page.hpp"

#include <memory>
#include <vector>

namespace proktor::sim {

class Pupil {
 public:
  Pupil(World& world, Plan const& plan, Network& network, Oracle& oracle, Room& room, unsigned number);
  void come();  // sits down at the first PC
  void act();   // and again after a while
  // The end of the run: every PC brings home what it still has.
  void bring_home();
  bool everything_sent() const;
  Page const& page() const { return *pages_.back(); }
  bool changed_pc() const { return pcs_.size() > 1; }
  unsigned number() const { return number_; }
  std::string page_cookie() const;

 private:
  void open_page(Pc& pc);
  Pc& new_pc();

  World& world_;
  Plan const& plan_;
  Network& network_;
  Oracle& oracle_;
  Room& room_;
  unsigned number_;
  std::vector<std::unique_ptr<Pc>> pcs_;
  std::vector<std::shared_ptr<Page>> pages_;  // the newest is the one the pupil sits at
};

class Proctor {
 public:
  using Cookie = std::function<std::string()>;  // a login of hers, without the slow password
  Proctor(World& world, Plan const& plan, Network& network, Oracle& oracle, Room& room, Cookie cookie)
      : world_(world), plan_(plan), network_(network), oracle_(oracle), room_(room), cookie_(std::move(cookie)) {}
  void open();
  void watch();  // and again after a while
  void close();

 private:
  void post(std::string const& target, boost::json::object body, Network::Heard heard);
  void approve(std::string const& nisn, std::string const& digits);
  void release();

  World& world_;
  Plan const& plan_;
  Network& network_;
  Oracle& oracle_;
  Room& room_;
  Cookie cookie_;
};

// Requests that no honest page sends, under a pupil's own cookie and under none.
class Villain {
 public:
  Villain(World& world, Network& network, std::vector<std::unique_ptr<Pupil>>& victims)
      : world_(world), network_(network), victims_(victims) {}
  void strike();

 private:
  World& world_;
  Network& network_;
  std::vector<std::unique_ptr<Pupil>>& victims_;
};

}  // namespace proktor::sim
