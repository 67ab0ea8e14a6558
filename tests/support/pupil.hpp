#pragma once
// The entries that the rules would make of one pupil's attempt; its chain holds.

#include "base/bytes.hpp"
#include "core/chain.hpp"
#include "core/entry.hpp"

#include <cstdint>
#include <string>

namespace proktor::testing {

// One pupil's attempt: makes the entries that the rules would make.
class Pupil {
 public:
  explicit Pupil(std::uint8_t number) { id_[15] = number, id_[0] = 0xa0; }

  core::AttemptId const& id() const { return id_; }
  std::uint64_t seq() const { return seq_; }
  Bytes32 const& head() const { return head_; }
  core::Epoch epoch() const { return epoch_; }

  core::NewEntry begin() {
    head_ = core::first_head(id_, epoch_, Bytes32{});
    return {"attempt", hex(id_),
            R"({"participant":"0129900001","sesi":"S1","test":"L","seed":"1","term":0,"n":1})"};
  }
  core::NewEntry take_over() {
    auto const parent = head_;
    epoch_.n += 1;
    head_ = core::first_head(id_, epoch_, parent);
    seq_ = 0;
    auto const bytes =
        R"({"term":0,"n":)" + std::to_string(epoch_.n) + R"(,"parent":")" + hex(parent) + R"("})";
    return {"epoch", hex(id_), bytes};
  }
  core::NewEntry line(std::string const& rest, std::string const& flags = {},
                      std::string const& kind = "event") {
    ++seq_;
    auto const text = R"({"v":1,"seq":)" + std::to_string(seq_) + "," + rest + "}";
    head_ = core::next_head(head_, text);
    return {kind, core::format_subject({id_, epoch_, seq_, 1'000, flags}), text, "69900001"};
  }
  core::NewEntry answer(std::string const& item, std::string const& choice, std::string const& flags = {}) {
    return line(R"("kind":"answer","item":")" + item + R"(","value":{"r1":")" + choice + R"("},"t":5)",
                flags);
  }
  core::NewEntry finish() const {
    return {"finished", hex(id_),
            R"({"term":0,"n":)" + std::to_string(epoch_.n) + R"(,"seq":)" + std::to_string(seq_) +
                R"(,"head":")" + hex(head_) + R"(","code":")" + closing_code(head_) +
                R"(","answered":1,"x":1})"};
  }

 private:
  core::AttemptId id_{};
  core::Epoch epoch_{0, 1};
  std::uint64_t seq_ = 0;
  Bytes32 head_{};
};

}  // namespace proktor::testing
