#include "base/error.hpp"

#include <array>
#include <cstddef>

namespace proktor {
namespace {

struct Row {
  std::string_view id;
  int status;
  std::string_view sentence;
};

constexpr std::array rows{
#define PROKTOR_ERRC(name, status, sentence) Row{#name, status, sentence},
#include "base/error_list.inc"
#undef PROKTOR_ERRC
};
static_assert(rows.size() == static_cast<std::size_t>(Errc::count_));

Row const& row_of(Errc code) { return rows.at(static_cast<std::size_t>(code)); }

}  // namespace

std::string_view id_of(Errc code) { return row_of(code).id; }
int http_status_of(Errc code) { return row_of(code).status; }
std::string_view sentence_of(Errc code) { return row_of(code).sentence; }

std::string describe(Error const& error) {
  std::string text{id_of(error.code)};
  text.append(": ").append(sentence_of(error.code));
  if (!error.detail.empty()) text.append(" (").append(error.detail).append(")");
  return text;
}

}  // namespace proktor
