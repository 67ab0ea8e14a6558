#include "http/event_stream.hpp"

#include <utility>

namespace proktor::http {

std::string event_frame(std::string_view event, std::string_view data) {
  std::string frame;
  frame.reserve(event.size() + data.size() + 16);
  frame.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
  return frame;
}

EventStream::EventStream(std::size_t frames_max, std::chrono::milliseconds heartbeat)
    : frames_max_(frames_max), heartbeat_(heartbeat) {}

EventStream::~EventStream() = default;

bool EventStream::push_event(std::string_view event, std::string_view data) {
  return push(event_frame(event, data));
}

bool EventStream::push(std::string frame) {
  return push(std::make_shared<std::string const>(std::move(frame)));
}

bool EventStream::push(std::shared_ptr<std::string const> frame) {
  if (closed_) return false;
  bool const full = frames_.size() >= frames_max_ || bytes_ + frame->size() > event_bytes_max;
  if (full && !frames_.empty()) {
    frames_.clear();
    bytes_ = 0;
    frame = std::make_shared<std::string const>(event_frame("resync", "{}"));
    resync_ = true;
  }
  bytes_ += frame->size();
  frames_.push_back(std::move(frame));
  if (waker_) waker_();
  return true;
}

bool EventStream::take_resync() {
  return std::exchange(resync_, false);
}

void EventStream::close() {
  if (std::exchange(closed_, true)) return;
  if (auto callback = std::exchange(on_close_, nullptr)) callback();
  if (waker_) waker_();
}

std::shared_ptr<std::string const> EventStream::take_frame() {
  if (frames_.empty()) return nullptr;
  auto frame = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= frame->size();
  return frame;
}

}  // namespace proktor::http
