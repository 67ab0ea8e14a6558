#pragma once
// Lets Catch2 print a Result<T> in a failed CHECK: "value" or the error. Boost's own operator<< wants T to be printable.

#include "base/result.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

template <class T>
struct StringMaker<boost::system::result<T, proktor::Error>> {
  static std::string convert(boost::system::result<T, proktor::Error> const& result) {
    return result ? std::string("value") : "error " + proktor::describe(result.error());
  }
};

}  // namespace Catch
