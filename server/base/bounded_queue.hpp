#pragma once
// A bounded hand-over from many producers to one consumer that takes all that waits. Locks only for a vector swap.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace proktor {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False when full or closed; the value is then untouched.
  bool try_push(T&& value) {
    {
      std::lock_guard const lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(value));
    }
    ready_.notify_one();
    return true;
  }

  // Waits for something, then moves all of it into `out` (cleared first). False once closed and empty.
  bool take_all(std::vector<T>& out) {
    out.clear();
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
    std::swap(out, items_);
    return !out.empty();
  }

  // Like take_all, but gives up after `patience`; `out` is then empty and the result true.
  template <class Duration>
  bool take_all_for(std::vector<T>& out, Duration patience) {
    out.clear();
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, patience, [this] { return closed_ || !items_.empty(); });
    std::swap(out, items_);
    return !(closed_ && out.empty());
  }

  void close() {
    {
      std::lock_guard const lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  std::size_t size() const {
    std::lock_guard const lock(mutex_);
    return items_.size();
  }

 private:
  std::size_t const capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<T> items_;
  bool closed_ = false;
};

}  // namespace proktor
