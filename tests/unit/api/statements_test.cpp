#include "api/statements.hpp"
#include "base/bytes.hpp"
#include "base/file.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace proktor;
using namespace proktor::api;

namespace {

std::string text_at(boost::json::value const& value, std::string_view key) {
  return std::string(value.at(key).as_string());
}

boost::json::value vectors() {
  auto const text = read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors.json", 16U << 20U);
  REQUIRE(text.has_value());
  return boost::json::parse(*text);
}

constexpr TimeMs now_ms = 1'795'400'000'000;

PupilSession session() {
  core::Session const inside{"0012300001", "S1", std::string(32, 'a'), {0, 3}, core::AttemptId{1, 2, 3}};
  return {"uji-1", inside};
}

}  // namespace

TEST_CASE("statements agree with the vectors, good and bad") {
  auto const all = vectors().at("statements");
  Statements const statements(*unhex(text_at(all, "site_key")));
  REQUIRE(all.at("good").as_array().size() >= 4);
  for (auto const& one : all.at("good").as_array()) {
    INFO(text_at(one, "name"));
    CHECK(statements.sign(text_at(one, "label"), text_at(one, "payload")) == text_at(one, "value"));
    auto const opened = statements.open(text_at(one, "label"), text_at(one, "value"));
    REQUIRE(opened.has_value());
    CHECK(*opened == text_at(one, "payload"));
  }
  REQUIRE(all.at("bad").as_array().size() > 5);
  for (auto const& one : all.at("bad").as_array()) {
    INFO(text_at(one, "name"));
    CHECK_FALSE(statements.open(text_at(one, "label"), text_at(one, "value")).has_value());
  }
}

TEST_CASE("card secrets agree with the vectors") {
  auto const all = vectors();
  Statements const statements(*unhex(text_at(all.at("statements"), "site_key")));
  auto const& cards = all.at("cards");
  auto const& list = cards.is_array() ? cards.as_array() : cards.at("list").as_array();
  REQUIRE_FALSE(list.empty());
  for (auto const& one : list) {
    CHECK(statements.card_secret(text_at(one, "username"), text_at(one, "password")) == text_at(one, "secret"));
  }
}

TEST_CASE("a session comes back as it was, until it expires, and no byte of it may change") {
  Statements const statements(std::string(32, 'k'));
  auto const text = statements.pupil(session(), now_ms);
  auto const back = statements.read_pupil(text, now_ms);
  REQUIRE(back.has_value());
  CHECK(back->event == "uji-1");
  CHECK(back->session.participant == "0012300001");
  CHECK(back->session.epoch == core::Epoch{0, 3});
  CHECK(back->session.attempt == session().session.attempt);
  CHECK_FALSE(statements.read_pupil(text, now_ms + pupil_session_life_ms).has_value());
  CHECK_FALSE(Statements(std::string(32, 'x')).read_pupil(text, now_ms).has_value());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(statements.read_pupil(changed, now_ms).has_value());
  }
}

TEST_CASE("one kind of statement does not pass for another") {
  Statements const statements(std::string(32, 'k'));
  auto const pupil = statements.pupil(session(), now_ms);
  auto const staff = statements.staff({"proktor1", "proktor", 1}, now_ms);
  auto const wait = statements.waiting({"uji-1", "0012300001", "S1", std::string(32, 'a')}, now_ms);
  CHECK(statements.read_staff(staff, now_ms).has_value());
  CHECK(statements.read_waiting(wait, now_ms).has_value());
  CHECK_FALSE(statements.read_staff(pupil, now_ms).has_value());
  CHECK_FALSE(statements.read_pupil(staff, now_ms).has_value());
  CHECK_FALSE(statements.read_ticket(pupil, now_ms).has_value());
  CHECK_FALSE(statements.read_waiting(pupil, now_ms).has_value());
  CHECK_FALSE(statements.read_pupil(wait, now_ms).has_value());
}
