#pragma once
// What an attempt's page is given of the package: the items of the test, or of its open stage, and their assets. I/O
// thread; the views are made on the pool.

#include "api/routes.hpp"
#include "core/model.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace proktor::api {

// The package a ready or running test of the session's sitting is delivered from. `why`: not_found, token_required,
// test_locked.
std::shared_ptr<qti::Package const> package_of(Call const& call, std::string_view test, Errc& why);

// The package of a test of the kegiatan; null when it is not there.
std::shared_ptr<qti::Package const> package_of(Exam const& exam, core::Test const& test);

// RESULT of docs/api.md, of a finished attempt whose package and kegiatan allow at least `who` to see it; null
// otherwise, also when it cannot be scored (the log says why).
boost::asio::awaitable<boost::json::value> practice_result(Call& call, Exam const& exam, core::Attempt const& attempt,
                                                           qti::ResultsFor who);

// TEST of docs/delivery-view.md. Errors: package_invalid.
boost::asio::awaitable<Result<std::string>> deliver(Call& call, std::shared_ptr<qti::Package const> package,
                                                    core::Attempt const& attempt);

}  // namespace proktor::api
