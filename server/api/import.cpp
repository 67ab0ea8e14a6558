#include "api/import.hpp"

#include "base/crypto.hpp"
#include "core/json_fields.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace proktor::api {
namespace {

namespace json = boost::json;

constexpr std::size_t participants_max = 5'000;
constexpr std::size_t id_length_max = 64;
constexpr std::size_t nisn_length = 10;
constexpr std::size_t card_text_bytes_max = 64;
constexpr DurationMs duration_ms_max = 24LL * 3600 * 1000;
constexpr DurationMs token_ms_min = 10'000;
constexpr std::array<std::string_view, 4> staff_roles{"proktor", "pengawas", "teknisi", "kepala"};

// docs/protocol.md, "Names": what may be a part of a path, a subject or a URL.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= id_length_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_nisn(std::string_view text) {
  return text.size() == nisn_length && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

// What no single entry shows: everything that is referred to is there, and every length of time makes sense.
Result<void> check_whole(core::State const& state) {
  for (auto const& id : state.test_order()) {
    auto const* test = state.test(id);
    if (test->duration_ms <= 0 || test->duration_ms > duration_ms_max) return fail(Errc::event_invalid, "test " + id);
  }
  for (auto const& [id, sitting] : state.sittings()) {
    std::set<std::string_view> tests;
    for (auto const& test : sitting.tests) {
      if (state.test(test.test) == nullptr || !tests.insert(test.test).second) {
        return fail(Errc::event_invalid, "sitting " + id + ": test " + test.test);
      }
    }
    bool const times = sitting.token_ms >= token_ms_min && sitting.token_ms <= duration_ms_max &&
                       sitting.blocked_credit_max_ms >= 0 && sitting.blocked_credit_max_ms <= duration_ms_max;
    if (tests.empty() || !times || !state.rooms().contains(sitting.room)) {
      return fail(Errc::event_invalid, "sitting " + id);
    }
  }
  for (auto const& [nisn, who] : state.participants()) {
    bool const placed = state.rooms().contains(who.room) && state.schools().contains(who.npsn);
    if (!placed) return fail(Errc::event_invalid, "participant " + nisn);
  }
  return {};
}

class Planner {
 public:
  Planner(Context& context, json::object body, std::string packet)
      : context_(context), fields_(std::move(body)), packet_(std::move(packet)) {}

  Result<ImportPlan> run() {
    genesis();
    plain("schools", "school", "npsn");
    plain("rooms", "room", "id");
    tests();
    plain("sittings", "sitting", "id");
    participants();
    staff();
    if (!fields_.ok()) refuse(fields_.wrong());
    if (error_) return *error_;
    core::State scratch;
    if (auto applied = scratch.apply_all(plan_.entries, 0); !applied) {
      return fail(Errc::event_invalid, applied.error().detail);
    }
    if (auto whole = check_whole(scratch); !whole) return whole.error();
    return std::move(plan_);
  }

 private:
  void refuse(std::string detail, Errc code = Errc::event_invalid) {
    if (!error_) error_ = fail(code, std::move(detail));
  }

  json::object object(std::string_view name) {
    auto const* value = fields_.find(name);
    if (value != nullptr && value->is_object()) return value->as_object();
    refuse(std::string(name));
    return {};
  }

  void add(std::string kind, std::string subject, json::object const& bytes, std::string npsn = {}) {
    if (!is_id(subject)) return refuse(kind + " " + subject.substr(0, id_length_max));
    if (!seen_.insert(kind + " " + subject).second) return refuse(kind + " " + subject + ": twice");
    plan_.entries.push_back({std::move(kind), std::move(subject), json::serialize(bytes), std::move(npsn)});
  }

  void genesis() {
    core::JsonFields organiser(object("organiser"));
    core::JsonFields event(object("event"));
    plan_.event = event.text("id");
    auto const left = context_.empty_journals.find(plan_.event);
    plan_.stream = left == context_.empty_journals.end() ? context_.random.bytes16() : left->second.stream;
    std::string const mark = event.text("mark");
    json::object const bytes{
        {"organiser", organiser.text("id")}, {"organiser_name", organiser.text("name")}, {"event", plan_.event},
        {"title", event.text("title")}, {"mark", mark}, {"time_zone", event.text("time_zone")},
        {"participant_noun", event.text("participant_noun")}, {"stream", hex(plan_.stream)},
        {"box", context_.box.id}, {"packet", packet_}, {"previous_head", previous_head()}};
    if (!organiser.ok() || !event.ok()) refuse(organiser.wrong() + event.wrong());
    if (mark != "LATIHAN" && mark != "SIMULASI") refuse(mark, Errc::package_sealed_unsupported);
    auto const* known = context_.exams.find(plan_.event);
    plan_.repeated = known != nullptr && known->state.info().packet == packet_;
    if (known != nullptr && !plan_.repeated) refuse(plan_.event, Errc::already_imported);
    add("genesis", plan_.event, bytes);
  }

  // The head of the kegiatan before it ties the journals of one box together.
  std::string previous_head() {
    auto const& all = context_.exams.all();
    if (all.empty()) return hex(Bytes32{});
    auto reader = journal::Reader::open(all.back()->directory);
    auto const head = reader ? reader->head() : Result<journal::Head>(reader.error());
    if (head) return hex(head->hash);
    refuse("previous_head", head.error().code);
    return {};
  }

  void plain(std::string_view list, std::string const& kind, std::string_view key) {
    for (auto const& value : fields_.array(list)) {
      if (!value.is_object()) return refuse(std::string(list));
      core::JsonFields f(value.as_object());
      std::string const id = f.text(key);
      if (!f.ok()) return refuse(std::string(list) + "." + f.wrong());
      add(kind, id, value.as_object());
    }
  }

  void tests() {
    for (auto const& value : fields_.array("tests")) {
      if (!value.is_object()) return refuse("tests");
      json::object test = value.as_object();
      core::JsonFields f(test);
      std::string const sha256 = f.text("package");
      auto const package = find_package(sha256);
      if (!package) return refuse(sha256, Errc::package_invalid);
      auto const* inside = package->test(f.text("qti_test"));
      if (inside == nullptr || !f.ok()) return refuse("tests." + f.text_or("id"));
      test["items"] = inside->items;
      plan_.packages[sha256] = package;
      add("test", f.text("id"), test);
    }
  }

  std::shared_ptr<qti::Package const> find_package(std::string const& sha256) const {
    auto const found = context_.uploads.find(sha256);
    if (found != context_.uploads.end()) return found->second;
    for (auto const& exam : context_.exams.all()) {
      if (auto const known = exam->packages.find(sha256); known != exam->packages.end()) return known->second;
    }
    return nullptr;
  }

  void participants() {
    auto const list = fields_.array("participants");
    if (list.size() > participants_max) return refuse("participants");
    for (auto const& value : list) {
      if (!value.is_object()) return refuse("participants");
      json::object who = value.as_object();
      core::JsonFields f(who);
      std::string const username = normalise_card_text(f.text("username"));
      std::string const password = f.text("password");
      std::string const nisn = f.text("nisn");
      std::string const npsn = f.text("npsn");
      if (!f.ok() || password.empty()) return refuse("participants." + nisn);
      if (!is_nisn(nisn) || password.size() > card_text_bytes_max) return refuse("participants." + nisn);
      if (!is_id(username) || !seen_.insert("username " + username).second) return refuse("username of " + nisn);
      who["username"] = username;
      who["secret"] = context_.statements.card_secret(username, password);
      who.erase("password");
      plan_.cards_csv.append(csv_cell(nisn)).append(",").append(csv_cell(username)).append(",");
      plan_.cards_csv.append(csv_cell(password)).append("\n");
      add("participant", nisn, who, npsn);
    }
  }

  void staff() {
    for (auto const& value : fields_.array("staff")) {
      if (!value.is_object()) return refuse("staff");
      core::JsonFields f(value.as_object());
      FirstPassword first;
      first.account.username = f.text("username");
      first.account.role = f.text("role");
      first.account.name = f.text("name");
      first.account.made_by = "import";
      if (!f.ok()) return refuse("staff." + f.wrong());
      bool const role_known = std::ranges::find(staff_roles, first.account.role) != staff_roles.end();
      if (!role_known || !is_id(first.account.username)) return refuse("staff." + first.account.username);
      if (!seen_.insert("staff " + first.account.username).second) return refuse("staff." + first.account.username);
      // A first password that nobody has used yet is drawn anew: the answer that showed it may have been lost.
      if (auto const* known = context_.staff.find(first.account.username)) {
        if (!known->must_change) continue;
        first.account.rev = known->rev + 1;
      }
      first.account.salt = hex(context_.random.bytes16());
      first.password = draw_password(context_.random);
      plan_.staff.push_back(std::move(first));
    }
  }

  Context& context_;
  core::JsonFields fields_;
  std::string packet_;  // SHA-256 of what came in
  ImportPlan plan_;
  std::set<std::string> seen_;
  std::optional<Error> error_;
};

}  // namespace

Result<ImportPlan> plan_import(Context& context, std::string_view body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) return fail(Errc::bad_json);
  return Planner(context, std::move(value.as_object()), hex(sha256(body))).run();
}

void hash_first_passwords(ImportPlan& plan) {
  for (auto& first : plan.staff) first.account.hash = hash_password(first.password, first.account.salt);
}

}  // namespace proktor::api
