#pragma once
// The one list of coded refusals and failures. A code's id is stable: pages, scripts and the centre rely on it.
// The table beside each code gives the HTTP status and the Indonesian sentence a person reads: what happened, what
// is safe, what to do. Pure data; any thread.

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor {

enum class Errc : std::uint8_t {
#define PROKTOR_ERRC(name, status, sentence) name,
#include "base/error_list.inc"
#undef PROKTOR_ERRC
  count_
};

// A failure as a value. `detail` is for the log and the technician, never for a pupil; it carries ids, not names.
struct Error {
  Errc code{};
  std::string detail{};

  bool operator==(Errc other) const { return code == other; }
};

std::string_view id_of(Errc code);        // stable snake_case id, e.g. "token_wrong"
int http_status_of(Errc code);            // 400..599
std::string_view sentence_of(Errc code);  // Indonesian, for a person

// "id: sentence (detail)", for a terminal or a log line.
std::string describe(Error const& error);

}  // namespace proktor
