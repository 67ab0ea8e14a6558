#pragma once
// The model behind disk.hpp: files and folders as nodes, each with what a power cut could undo. It changes
// the real folder only in restore(). Every function needs the lock; those that take a node, a node of this
// model.

#include "disk.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <sys/stat.h>
#include <sys/types.h>

namespace proktor::fault::disk {

constexpr std::size_t sector_bytes = 512;

struct Version {
  std::uint64_t sequence;  // of the write that replaced it
  std::string bytes;       // shorter than a sector: zeros follow
};

struct DirtySector {
  std::vector<Version> versions{};  // oldest first; the first is what the disk holds for sure
  bool gone = false;  // a sync failed over it: the disk keeps the first, whatever is synced later
};

struct Node;
class Model;

struct Change {
  std::string name;
  Node* node;  // null: the name is gone
};

// One operation on the names of a folder. Two folders share the sequence of a move between them.
struct NameOp {
  std::uint64_t sequence;
  std::vector<Change> changes;
  bool moves = false;        // between two folders
  bool file_synced = false;  // ext4's fsync of the new file has carried it along
};

struct Node {
  Model* model = nullptr;
  std::size_t id = 0;
  ino_t inode = 0;
  mode_t mode = 0;
  bool directory = false;
  bool holds_nothing = false;  // *-shm

  // One current name; parent is null when it has none.
  Node* parent = nullptr;
  std::string name{};
  std::size_t names = 0;  // current
  std::size_t uses = 0;   // in durable names and pending operations
  std::string kept{};     // where it waits when it has no name but a cut could bring one back

  // A file.
  std::uint64_t size = 0;
  std::map<std::uint64_t, DirtySector> dirty{};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes{};  // (sequence of the change, size before it)
  std::uint64_t synced_sequence = 0;
  std::string contents{};  // with keep_contents()

  // A folder.
  std::map<std::string, Node*> durable{};
  std::map<std::string, Node*> now{};
  std::deque<NameOp> pending{};
};

struct Place {
  Node* parent = nullptr;  // null: not under the root
  std::string name{};
};

struct Step {
  int error = 0;
  bool shorten = false;
  bool cut = false;
};

class Model {
 public:
  static std::array<Model, disks_max>& all();
  static bool any_active();
  // Whose disk the path is on, or would be; null: none's.
  static Model* holding(int dir, char const* path);
  static inline std::mutex mutex;

  void start(std::string root, std::uint64_t seed);
  void stop();
  bool active() const { return active_ && !aside_; }  // aside: the model itself works on the real folder
  void deactivate();  // in a child

  Step next(Op op, std::string_view what);  // counts an operation and decides about it
  void cut();                               // in a preloaded program: does not return
  void restore();
  void revive();

  Place place_of(int dir, char const* path) const;
  Node* node_of(struct stat const& status) const;
  Node* child(Place const& place);  // also one that came without the model's knowledge; null: no such name
  std::string path_of(Node const& node) const;

  void before_write(Node& node, int fd, std::uint64_t offset, std::size_t count);
  void after_write(Node& node, std::uint64_t offset, std::size_t count);
  void truncate(Node& node, int fd, std::uint64_t size, bool after);  // called before and after the real one
  void sync(Node& node);
  void fail_sync(Node& node);

  Node* create(Place const& place, struct stat const& status);
  void add_name(Place const& place, Node& node);
  void keep_before_unlink(Place const& place, Node& node);  // while the name is still there
  void remove(Place const& place, Node& node);
  void rename(Place const& from, Place const& to, Node& node, Node* replaced);

  std::string difference();

  // Settings; see disk.hpp.
  std::uint64_t cut_at = 0;
  std::uint64_t kill_at = 0;
  Failure failure{};
  std::size_t lies = 0;
  unsigned sync_delay_ms = 0;
  bool keeps_contents = false;
  bool keeps_trace = false;
  bool ends_process = false;  // at a cut
  // State to look at.
  bool dead = false;
  std::uint64_t operations = 0;
  std::uint64_t failures = 0;
  std::string failed_on{};
  Counts counts{};
  std::vector<std::string> trace{};

 private:
  struct Marker {
    Node* node;
    std::uint64_t sequence;
  };

  Node* make_node(struct stat const& status);
  void scan(Node& folder, std::string const& path);
  void forget();
  void reset_counters();
  void remember(Node& node, std::uint64_t sector, std::string_view old);
  void resize(Node& node, std::uint64_t size);
  void apply(Node& node, std::uint64_t sequence);
  void apply_names(Node& folder, std::uint64_t sequence);
  void push(Node& folder, std::uint64_t sequence, std::vector<Change> changes);
  void unname(Place const& place);
  void unuse(Node* node);
  bool fits(Op op, std::string_view what) const;

  // image.cpp
  using Names = std::map<std::string, Node*>;
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_()) % end; }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::map<Node*, Names> choose_names();
  void settle(Node& node);
  std::string settled_sector(Node const& node, std::uint64_t sector, DirtySector const& dirty, int fd,
                             unsigned kept);
  void clear(Node const& folder);
  void rebuild(std::map<Node*, Names> const& target);
  void adopt_strangers(Node& folder);
  void compare(Node const& folder, std::string const& path, std::string& out) const;

  struct Aside {
    Aside() : before(std::exchange(aside_, true)) {}
    ~Aside() { aside_ = before; }
    Aside(Aside const&) = delete;
    bool before;
  };
  static thread_local bool aside_;
  bool active_ = false;
  std::string root_{};
  std::string kept_{};  // a folder beside the root
  Node* top_ = nullptr;
  std::vector<std::unique_ptr<Node>> nodes_{};
  std::unordered_map<ino_t, Node*> by_inode_{};
  std::deque<Marker> unkept_promises_{};  // syncs that a lying disk has not done yet
  std::uint64_t sequence_ = 0;
  std::string old_{};  // before_write to after_write: whole sectors
  std::mt19937_64 random_{};
};

// Which open descriptors are modelled. Safe without the lock.
Node* node_at(int fd);
void set_node_at(int fd, Node* node);
void clear_descriptors(Model const& model);

int open_model(int dir, char const* path, int flags, mode_t mode);  // open(2), with its own lock

}  // namespace proktor::fault::disk
