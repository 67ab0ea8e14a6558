#pragma once
// The sealed files: the second medium's container of a journal, a segment of the spool, the centre's receipt for it.
// Made once by the real follower and sealer; a damage must be told by the signature or the seal, or leave every byte of
// what is given right.

#include "tests/fault/flip/shapes.hpp"
#include "tests/fault/flip/trial.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace proktor::fault {

struct Sealed {
  std::filesystem::path data;    // of the box
  std::filesystem::path stick;
  std::filesystem::path folder;  // holds the three files below, flat
  std::map<std::string, std::string> plain{};  // file name -> what it says
  std::string medium_file{};     // on the stick
  std::string roots{}, recovery_key{}, recovery_certificate{}, centre_key{}, centre_certificate{};
  Bytes16 stream{};
  Content content{};
};

// `journal`: a shape whose journal the medium follows.
Sealed make_sealed(std::filesystem::path const& root, Shape const& journal);

// `damaged`: a copy of `folder` in which one file was damaged.
Verdict judge_sealed(Sealed const& sealed, std::filesystem::path const& damaged, std::string const& file,
                     std::filesystem::path const& work);

}  // namespace proktor::fault
