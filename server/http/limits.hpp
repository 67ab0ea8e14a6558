#pragma once
// Every limit and deadline of the transport, each a named setting with its default (DESIGN 3, 12). Plain data.
// The drill and the benchmarks raise the address limits in their own configuration and print them.

#include <chrono>
#include <cstddef>

namespace proktor::http {

inline constexpr std::size_t header_bytes_max_default = 8 * 1024;
inline constexpr std::size_t body_bytes_before_login_max = 4 * 1024;
inline constexpr std::size_t static_bytes_per_turn_default = 64 * 1024;
inline constexpr std::size_t read_buffer_bytes_default = 8 * 1024;
inline constexpr int listen_backlog = 4096;

// Bodies in flight, all connections together (DESIGN 13: 1,500 pupils within 400 MB, of which they take some 70 MB). A
// page sends at most 60,000 bytes at once. Of what large bodies leave, half is what every connection together can hold
// before a login.
inline constexpr std::size_t body_large_bytes = 64 * 1024;
inline constexpr std::size_t bodies_bytes_max_default = std::size_t{96} << 20U;
inline constexpr std::size_t bodies_large_bytes_max_default = std::size_t{32} << 20U;

struct Limits {
  std::size_t header_bytes_max = header_bytes_max_default;
  std::size_t read_buffer_bytes = read_buffer_bytes_default;
  std::size_t static_bytes_per_turn = static_bytes_per_turn_default;
  std::size_t bodies_bytes_max = bodies_bytes_max_default;
  std::size_t bodies_large_bytes_max = bodies_large_bytes_max_default;  // of these for bodies over body_large_bytes

  std::chrono::milliseconds handshake_deadline{5'000};
  std::chrono::milliseconds header_deadline{10'000};  // from the first byte of a request to the end of its headers
  std::chrono::milliseconds body_deadline{30'000};    // from the end of the headers to the end of the body
  std::chrono::milliseconds write_deadline{30'000};   // without the peer taking a single byte
  std::chrono::milliseconds idle_deadline{30'000};    // between requests
  std::chrono::milliseconds deadline_tick{250};       // how often deadlines are looked at

  std::size_t connections_max = 8'192;
  std::size_t connections_per_address_max = 32;
  std::size_t connections_per_address_live_max = 256;  // address that lately had a live session (many behind one NAT)
  std::size_t handshakes_per_second_max = 200;
  std::size_t handshakes_per_address_second_max = 10;
  std::size_t handshakes_per_address_live_second_max = 100;
  std::chrono::milliseconds handshake_queue_max{4'000};  // a connection over the rate waits this long, then is refused
  std::chrono::milliseconds live_session_memory{120'000};
};

}  // namespace proktor::http
