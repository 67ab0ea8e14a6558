#pragma once
// A medium that misbehaves when it is told to: full, failing, or silent with what was asked done or not.

#include "base/random.hpp"
#include "medium/files.hpp"

namespace proktor::fault {

enum class Mood { good, full, failing, silent };

class FaultyFiles final : public medium::Files {
 public:
  FaultyFiles(std::filesystem::path folder, Random& random) : files_(std::move(folder)), random_(random) {}
  Mood mood = Mood::good;

  Result<medium::Place> look() override {
    auto place = files_.look();
    if (mood == Mood::silent) return fail(Errc::timeout);
    return place;
  }
  Result<std::vector<std::string>> list(std::string const& path) override {
    if (auto bad = refuse(); !bad) return bad.error();
    return files_.list(path);
  }
  Result<std::uint64_t> size(std::string const& path) override {
    if (auto bad = refuse(); !bad) return bad.error();
    return files_.size(path);
  }
  Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) override {
    if (auto bad = refuse(); !bad) return bad.error();
    return files_.read(path, offset, count);
  }
  Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) override {
    if (mood == Mood::good) return files_.append(path, at, bytes);
    auto const part = bytes.substr(0, random_.below(bytes.size() + 1));
    if (mood != Mood::failing || random_.below(2) == 0) std::ignore = files_.append(path, at, part);
    return fail(mood == Mood::full ? Errc::storage_full : mood == Mood::silent ? Errc::timeout : Errc::io_error);
  }
  Result<void> cut(std::string const& path, std::uint64_t size) override {
    if (auto bad = refuse(); !bad) return bad.error();
    return files_.cut(path, size);
  }
  Result<void> rename(std::string const& from, std::string const& to) override {
    if (auto bad = refuse(); !bad) return bad.error();
    return files_.rename(from, to);
  }

 private:
  Result<void> refuse() const {
    if (mood == Mood::silent) return fail(Errc::timeout);
    if (mood == Mood::failing) return fail(Errc::io_error);
    return {};
  }

  medium::DirectFiles files_;
  Random& random_;
};

}  // namespace proktor::fault
