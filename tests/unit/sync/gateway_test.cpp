#include "upload_support.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;

TEST_CASE("Segments may come in any order; contiguous tells what is whole") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 13);
  journal.add_people(10);
  TestCentre const centre(place, "pusat");
  auto contiguous_after = [&](std::uint64_t first, std::uint64_t last) {
    Sender sender(box, centre.port());
    auto const outcome = sender.send(seal_range(journal, box, first, last));
    REQUIRE(outcome.state == SendState::done);
    return segment::read_receipt(outcome.receipt, place.roots(), seal::build_time_floor_s)->contiguous;
  };
  CHECK(contiguous_after(4, 6) == 0);
  CHECK(contiguous_after(9, 11) == 0);
  CHECK(contiguous_after(1, 3) == 6);
  CHECK(contiguous_after(7, 8) == 11);
}

TEST_CASE("Two segments for one range: both are kept and neither gets a receipt") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal one("KOTAK-1", 14);
  TestJournal other("KOTAK-1", 14);  // the same stream, as on a cloned disk
  one.add_people(3);
  other.add_people(4);
  TestCentre const centre(place, "pusat");
  Sender sender(box, centre.port());
  std::string const shared = seal_range(one, box, 1, 3);
  REQUIRE(sender.send(shared).state == SendState::done);
  one.add("login", "0000000001", R"({"sesi":"s1"})");
  other.add("login", "0000000002", R"({"sesi":"s1"})");
  std::string const first = seal_range(one, box, 4, 7);
  std::string const second = seal_range(other, box, 4, 8);
  REQUIRE(sender.send(first).state == SendState::done);
  auto const forked = sender.send(second);
  CHECK(forked.state == SendState::refused);
  CHECK(forked.receipt.empty());
  CHECK(sender.send(first).state == SendState::refused);
  CHECK(sender.send(second).state == SendState::refused);
  auto const again = sender.send(shared);
  REQUIRE(again.state == SendState::done);
  CHECK(segment::read_receipt(again.receipt, place.roots(), seal::build_time_floor_s)->contiguous == 3);
  CHECK(files_in(place / "pusat/segments") == 3);
  // A continuation that does not join the hash before it is a fork too, although no lsn is there twice.
  Sender sender_two(box, centre.port());
  TestJournal third("KOTAK-1", 15);
  TestJournal fourth("KOTAK-1", 15);
  third.add_people(1);
  fourth.add_people(2);
  fourth.add("login", "0000000001", "{}");
  REQUIRE(sender_two.send(seal_range(third, box, 1, 4)).state == SendState::done);
  REQUIRE(sender_two.send(seal_range(fourth, box, 6, 6)).state == SendState::done);
  third.add("login", "0000000009", "{}");
  CHECK(sender_two.send(seal_range(third, box, 5, 5)).state == SendState::refused);
}

TEST_CASE("A box that sends another's stream, or a damaged or misnamed file, changes nothing") {
  Place const place;
  BoxFiles const one = place.enrol("KOTAK-1");
  BoxFiles const other = place.enrol("KOTAK-2");
  TestJournal journal("KOTAK-1", 16);
  journal.add_people(3);
  TestCentre const centre(place, "pusat");
  Sender sender(one, centre.port());
  REQUIRE(sender.send(seal_range(journal, one, 1, 3)).state == SendState::done);
  // The stream is box 1's; box 2 signs a continuation in its own name.
  Sender thief(other, centre.port());
  CHECK(thief.send(seal_range(journal, other, 4, 5)).state == SendState::refused);

  std::string const name = name_of(journal, 4, 5);
  std::string file = seal_range(journal, one, 4, 5);
  std::string damaged = file;
  damaged[damaged.size() / 2] ^= 1;
  CHECK(patch(one, centre.port(), name, damaged, 0, damaged.size()).status == 422);
  CHECK(patch(one, centre.port(), name_of(journal, 4, 6), file, 0, file.size()).status == 422);
  // What arrives is not what was announced: the sender starts over at 0.
  auto const announced = ask(one, centre.port(), http::Method::patch, "/v1/segments/" + name,
                             {{"Upload-Offset", "0"},
                              {"Upload-Length", std::to_string(damaged.size())},
                              {"Upload-Digest", hex(sha256(file))}},
                             damaged);
  CHECK(announced.status == 409);
  CHECK(announced.header("Upload-Offset") == "0");
  CHECK(files_in(place / "pusat/segments") == 1);
  CHECK(files_in(place / "pusat/incoming") == 0);
  CHECK(sender.send(file).state == SendState::done);
}

TEST_CASE("The gateway tells the true offset and refuses what it cannot place") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 17);
  journal.add_people(30);
  TestCentre const centre(place, "pusat");
  std::string const name = name_of(journal, 1, 32);
  std::string const file = seal_range(journal, box, 1, 32);
  http::Fields const digest = {{"Upload-Digest", hex(sha256(file))}};
  std::string const target = "/v1/segments/" + name;
  CHECK(ask(box, centre.port(), http::Method::head, target, digest).status == 404);
  auto const partial = patch(box, centre.port(), name, file, 0, 700);
  CHECK(partial.status == 204);
  CHECK(partial.header("Upload-Offset") == "700");
  CHECK(ask(box, centre.port(), http::Method::head, target, digest).header("Upload-Offset") == "700");
  auto const ahead = patch(box, centre.port(), name, file, 900, 100);
  CHECK(ahead.status == 409);
  CHECK(ahead.header("Upload-Offset") == "700");
  CHECK(patch(box, centre.port(), name, file, 0, 700).status == 409);
  // Another file under the same name starts at its own beginning.
  CHECK(
      ask(box, centre.port(), http::Method::head, target, {{"Upload-Digest", std::string(64, 'a')}}).status ==
      404);
  CHECK(patch(box, centre.port(), name, file, 700, file.size()).status == 200);
  auto const whole = ask(box, centre.port(), http::Method::head, target, digest);
  CHECK(whole.header("Upload-Offset") == std::to_string(file.size()));

  for (std::string const& bad : {std::string("/v1/segments/x.segment"), std::string("/v1/segments/"),
                                 "/v1/segments/..%2f" + name, target + "x"})
    CHECK(ask(box, centre.port(), http::Method::head, bad, digest).status >= 400);
  CHECK(ask(box, centre.port(), http::Method::head, target).status == 400);
  CHECK(ask(box, centre.port(), http::Method::get, target, digest).status == 405);
  CHECK(ask(box, centre.port(), http::Method::get, "/v1/other").status == 404);
  http::Fields fields = {{"Upload-Offset", "0"}, {"Upload-Length", "99999999999"}, digest[0]};
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "x").status == 400);
  fields[1].second = "-1";
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "x").status == 400);
  fields[1].second = "1";
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "xx").status == 400);
}

TEST_CASE("Without a box's certificate there is no gateway") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestCentre const centre(place, "pusat");
  http::ClientRequest request;
  request.target = "/v1/hello";
  CHECK(ask(box, centre.port(), http::Method::get, "/v1/hello").status == 200);
  auto const nobody = http::send_blocking(at_port(centre.port()), *http::make_client_tls(box.roots), request);
  CHECK((!nobody || nobody->status == 403));
  segment::SigningKey const receipt = place.receipt_key();
  auto const wrong_role =
      http::send_blocking(at_port(centre.port()),
                          *http::make_client_tls(box.roots, receipt.certificate + receipt.chain, receipt.key,
                                                 seal::build_time_floor_s),
                          request);
  CHECK((!wrong_role || wrong_role->status == 403));
  Place const stranger;
  BoxFiles const foreign = stranger.enrol("KOTAK-1");
  auto const unknown =
      http::send_blocking(at_port(centre.port()),
                          *http::make_client_tls(box.roots, foreign.signer.certificate + foreign.signer.chain,
                                                 foreign.signer.key, seal::build_time_floor_s),
                          request);
  CHECK((!unknown || unknown->status == 403));
}
