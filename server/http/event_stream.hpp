#pragma once
// The server's end of one Server-Sent Events connection: frames go in, the session writes them out. Owns a bounded
// queue of frames (in number and bytes), not the socket. A reader that is too slow loses the queue, gets one `event: resync`, and the producer
// sees it through take_resync(): it then pushes a fresh snapshot. I/O thread only.

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace proktor::http {

inline constexpr std::size_t event_frames_max_default = 64;
inline constexpr std::size_t event_bytes_max = std::size_t{1} << 20U;  // that wait; one frame may be larger by itself
inline constexpr std::chrono::milliseconds event_heartbeat_default{10'000};

class EventStream {
 public:
  explicit EventStream(std::size_t frames_max = event_frames_max_default,
                       std::chrono::milliseconds heartbeat = event_heartbeat_default);
  ~EventStream();
  EventStream(EventStream const&) = delete;
  EventStream& operator=(EventStream const&) = delete;

  // One event with a name and one line of data (JSON without line feeds). False when the peer has left.
  bool push_event(std::string_view event, std::string_view data);
  // A whole frame that ends with an empty line; the shared form sends the same bytes to many. False when closed.
  bool push(std::string frame);
  bool push(std::shared_ptr<std::string const> frame);

  // True once after frames were dropped: the producer owes a whole snapshot.
  bool take_resync();
  // The peer has left, or close() was called.
  bool closed() const { return closed_; }
  // Ends the stream after what waits has been written.
  void close();
  // Called once, when the stream closes. Replaces an earlier one.
  void on_close(std::function<void()> callback) { on_close_ = std::move(callback); }

  // For the session that writes the stream out.
  std::shared_ptr<std::string const> take_frame();  // null when nothing waits
  bool empty() const { return frames_.empty(); }
  std::chrono::milliseconds heartbeat() const { return heartbeat_; }
  void set_waker(std::function<void()> waker) { waker_ = std::move(waker); }

 private:
  std::size_t const frames_max_;
  std::chrono::milliseconds const heartbeat_;
  std::deque<std::shared_ptr<std::string const>> frames_;
  std::size_t bytes_ = 0;  // of frames_
  std::function<void()> waker_;
  std::function<void()> on_close_;
  bool resync_ = false;
  bool closed_ = false;
};

// "event: <event>\ndata: <data>\n\n"
std::string event_frame(std::string_view event, std::string_view data);

}  // namespace proktor::http
