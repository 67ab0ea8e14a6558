#pragma once
// A pupil's page in a test whose items are single choices: keeps every reply, answers by the choice's text, hands in
// stages.

#include "box.hpp"

#include "base/bytes.hpp"
#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"
#include "tests/unit/core/staged_content.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <set>
#include <string>

namespace proktor::test {

inline std::string staged_paket(qti::ResultsFor results = qti::ResultsFor::nobody, bool for_scoring = false) {
  package::BuildSettings settings;
  settings.results = results;
  settings.for_scoring = for_scoring;
  auto const built = package::build_package(package::import_content(staged::content()), settings);
  INFO((built ? "" : describe(built.error())));
  REQUIRE(built.has_value());
  return built->bytes;
}

struct StagedPupil : Pupil {
  boost::json::object stage{};      // STAGE of the newest reply that had one
  boost::json::object test{};       // TEST, likewise
  std::string replies{};            // all of them, for looking at what went out

  using Pupil::Pupil;

  Reply keep(Reply reply) {
    replies += reply.body + "\n";
    if (reply.status != 200) return reply;
    auto const body = reply.json().as_object();
    if (auto const* one = body.if_contains("stage")) stage = one->as_object();
    if (auto const* one = body.if_contains("test")) test = one->as_object();
    return reply;
  }

  Reply open(std::string const& id = "t1") { return keep(prepare(id)); }

  void enter(std::string const& username, std::string const& password, std::string const& with_token) {
    REQUIRE(keep(login(username, password)).status == 200);
    REQUIRE(keep(token(with_token)).status == 200);
    REQUIRE(open().status == 200);
    REQUIRE(keep(browser.post("/api/attempt/start", R"({"t":1000})")).status == 200);
  }

  std::vector<std::string> items() const {
    std::vector<std::string> out;
    for (auto const& item : test.at("items").as_array()) out.emplace_back(item.at("id").as_string());
    return out;
  }

  // The id of the choice that reads `text`.
  static std::string choice_in(boost::json::value const& node, std::string_view text) {
    if (auto const* list = node.if_array()) {
      for (auto const& one : *list) {
        if (auto id = choice_in(one, text); !id.empty()) return id;
      }
    }
    auto const* object = node.if_object();
    if (object == nullptr) return {};
    if (object->contains("id") && boost::json::serialize(object->at("c")).find(text) != std::string::npos) {
      return std::string(object->at("id").as_string());
    }
    for (auto const& [key, value] : *object) {
      if (auto id = choice_in(value, text); !id.empty()) return id;
    }
    return {};
  }

  std::string answer_line(boost::json::value const& item, std::string_view text) {
    auto const choice = choice_in(item.at("body"), text);
    REQUIRE_FALSE(choice.empty());
    return next_line(fmt::format(R"("kind":"answer","item":"{}","value":{{"r1":"{}"}})",
                                 std::string(item.at("id").as_string()), choice));
  }

  // Answers every item of what is open with the choice that reads `text`.
  void answer_all(std::string_view text) {
    std::string lines;
    for (auto const& item : test.at("items").as_array()) lines += answer_line(item, text) + "\n";
    auto const reply = keep(events(lines));
    REQUIRE(reply.status == 200);
    REQUIRE(reply.text("head") == hex(head));
  }

  Reply hand_in(std::int64_t number) {
    return keep(browser.post("/api/attempt/stage", fmt::format(R"({{"stage":{},"seq":{},"head":"{}"}})", number, seq,
                                                              hex(head))));
  }

  Reply finish() {
    if (keep(events(next_line(R"("kind":"submit")"))).status != 200) FAIL("submit");
    return finish_again();
  }
  Reply finish_again() {
    return keep(browser.post("/api/attempt/finish", fmt::format(R"({{"seq":{},"head":"{}"}})", seq, hex(head))));
  }
};

}  // namespace proktor::test
