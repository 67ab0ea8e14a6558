#pragma once
// The kode bukti of a kegiatan as they are printed after the sitting: one line per attempt. Pure.

#include "journal/entry.hpp"

#include <map>
#include <string>

namespace proktor::exporting {

class Codes {
 public:
  void take(journal::Entry const& entry);  // in order of lsn

  // "username,test,sesi,attempt,code" and a line per attempt, by username, test, attempt; `code` is empty where
  // there was no submit. Lines end with LF.
  std::string csv() const;
  std::size_t attempts() const { return attempts_.size(); }

 private:
  struct Attempt {
    std::string participant{}, test{}, sitting{}, code{};
  };
  std::map<std::string, std::string> usernames_;  // by NISN
  std::map<std::string, Attempt> attempts_;
};

}  // namespace proktor::exporting
