#pragma once
// Result<T>: a value or an Error. `Result<void>` for effects. Use `if (!r) return r.error();`.

#include "base/error.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace proktor {

template <class T>
using Result = boost::system::result<T, Error>;

inline Error fail(Errc code, std::string detail = {}) { return Error{code, std::move(detail)}; }

// Called by Result::value() on an error: a programmer's mistake outside tests and start-up.
[[noreturn]] inline void throw_exception_from_error(Error const& error, boost::source_location const&) {
  throw std::runtime_error(describe(error));
}

}  // namespace proktor
