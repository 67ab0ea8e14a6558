// What a kegiatan needs once a second, on a real journal that is read again as after a power cut.
#include "api/look_after.hpp"

#include "tests/unit/journal/support.hpp"

#include <boost/asio/io_context.hpp>

using namespace proktor;
using namespace proktor::api;

namespace {

constexpr DurationMs lost_most_ms = 5'000;  // DESIGN 8

core::NewEntries open_sitting() {
  return {{"genesis", "e1", R"({"organiser":"o","organiser_name":"O","event":"e1","title":"E","mark":"LATIHAN","time_zone":"WIB",)"
           R"("participant_noun":"murid","stream":"x","box":"K","packet":"p","previous_head":"y"})", ""},
          {"school", "1", R"({"npsn":"1","name":"SMP","level":"SMP","city":"","province":""})", ""},
          {"room", "R1", R"({"id":"R1","name":"Ruang 1","npsn":"1"})", ""},
          {"sitting", "S1",
           R"({"id":"S1","name":"Sesi 1","room":"R1","starts_at":0,"ends_at":1,"token_ms":600000,)"
           R"("blocked_credit_max_ms":1,"tests":[]})", ""},
          {"sitting-opened", "S1", R"({"by":"p","x":0})", ""}};
}

}  // namespace

TEST_CASE("while a sesi is open a power cut takes less than 5 s of its time, whatever else is journalled meanwhile") {
  journal::test::TempDir dir;
  ManualClock clock;
  journal::test::Bench bench;
  boost::asio::io_context io;
  SystemRandom random;
  auto const handle = bench.create(dir / "e1");
  REQUIRE(bench.append(handle.id, open_sitting()));
  Exams exams(io.get_executor(), *bench.writer, clock, 0, {});
  Context context{io.get_executor(), io.get_executor(), clock, random, *bench.writer, exams,
                  Statements(std::string(32, 'k')), {}, {}, {}, {}, LoginGuard(LoginGuardLimits{})};
  auto loaded = exams.load(dir / "e1", handle);
  REQUIRE(loaded);
  auto& exam = **loaded;
  REQUIRE(exam.state.any_sitting_open());
  for (std::uint64_t second = 1; second <= 21; ++second) {
    clock.advance(1'000);
    look_after(context, exam, second, 60'000);
    REQUIRE(bench.append(handle.id, {{"note", "", "{}"}}));  // behind what was just asked for
    auto const after_cut = exams.load(dir / "e1", handle);
    REQUIRE(after_cut);
    INFO("second " << second);
    CHECK(exams.now(exam).x_ms - (*after_cut)->state.x_max_ms() < lost_most_ms);
  }
}
