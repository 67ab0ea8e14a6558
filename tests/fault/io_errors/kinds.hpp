#pragma once
// The ways in which an I/O call fails, by the names that trials are repeated with.

#include "disk.hpp"

#include <array>

namespace proktor::fault {

struct Kind {
  char const* name;
  disk::Fault fault;
  bool reads;
};
inline constexpr std::array<Kind, 5> kinds{{{"eio", disk::Fault::io_error, false},
                                            {"enospc", disk::Fault::no_space, false},
                                            {"short", disk::Fault::short_write, false},
                                            {"fsync", disk::Fault::failed_sync, false},
                                            {"eio_reads", disk::Fault::io_error, true}}};

}  // namespace proktor::fault
