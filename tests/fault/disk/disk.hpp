#pragma once
// A disk that loses what was never synced. The library proktor_fault_disk takes the place of libc's file
// functions for everything under one folder, the root: the files are real, and beside them it remembers what
// a power cut could undo: for each 512-byte sector the contents since the last fsync, for each folder the
// operations since its own fsync. Linked into a test program (before libc) or LD_PRELOADed (preload.cpp:
// PROKTOR_DISK_*). Any thread; one lock.
//
// Linux's rules, at their worst: data without fsync(file) and names without fsync(folder) may be kept or
// lost, sector by sector and as a prefix per folder; a rename is one step; by ext4's habit fsync of a new
// file may keep its name too. After a failed fsync the pages count as clean though some never reached the
// disk. A file named *-shm holds nothing. One seed and one thread: one image.
//
// A simulator has several disks, each with its own root, seed and faults; `disk` says which. Whoever has one need not.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::fault::disk {

enum class Op {
  create,
  write,
  sync,
  sync_directory,
  truncate,
  rename,
  unlink,
  mkdir,
  rmdir,
  link,
  allocate,
  close,
  read
};
constexpr std::size_t op_count = 13;
using Counts = std::array<std::uint64_t, op_count>;

constexpr std::size_t disks_max = 4;

// From now on everything under `root` is modelled; what is there counts as durable. Restarts what was
// running.
void start(std::filesystem::path const& root, std::uint64_t seed, std::size_t disk = 0);
void stop(std::size_t disk = 0);  // the folder stays as the program sees it

std::uint64_t operations(std::size_t disk = 0);  // numbered from 1 since start(); reads only while a failure wants them counted
Counts counts(std::size_t disk = 0);

// Power: operation `at` (0: never) is the last that may reach the disk; it and all later ones fail with EIO.
void cut_at(std::uint64_t at, std::size_t disk = 0);
void cut_now(std::size_t disk = 0);
bool is_cut(std::size_t disk = 0);
// Puts what a power cut may have left in place of the folder's files and goes on with that. Whoever had files
// open must have closed them. Valid without a cut, too: all pending goes its random way. Numbers start again
// at 1.
void restore_image(std::size_t disk = 0);

// SIGKILL: from operation `at` on all fail with EIO, until revive(); nothing is lost by it, nothing made
// durable.
void kill_at(std::uint64_t at, std::size_t disk = 0);
void revive(std::size_t disk = 0);  // numbers start again at 1

enum class Fault { io_error, no_space, short_write, failed_sync };
struct Failure {
  Fault fault = Fault::io_error;
  std::uint64_t at = 0;  // the operation that fails; faults that do not fit its kind hit the next that fits
  bool persistent = false;  // and every fitting one after it
  bool reads = false;       // reads are counted and fail, too (io_error)
  std::string only{};       // a file's name; empty: all
};
void fail(Failure const& failure, std::size_t disk = 0);  // at 0: no more failures
std::uint64_t failures(std::size_t disk = 0);           // how many were injected since fail()
std::string failed_on(std::size_t disk = 0);            // the first of them: "write journal.db-wal"

// The disk answers a sync before it has done it: a cut forgets the last `syncs` of them.
void lie(std::size_t syncs, std::size_t disk = 0);
void delay_syncs(unsigned milliseconds);

// What the model believes against what is there; empty when they agree. With `contents` every file is also
// kept in memory from start() on and compared byte by byte, which shows operations that went past the model.
void keep_contents(bool contents);  // before start()
std::string difference(std::size_t disk = 0);

void keep_trace(bool kept);  // one line per operation
std::vector<std::string> trace();

}  // namespace proktor::fault::disk
