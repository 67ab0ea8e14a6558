#include "api/import.hpp"

#include "base/crypto.hpp"
#include "core/json_fields.hpp"

namespace proktor::api {
namespace {

namespace json = boost::json;

constexpr std::size_t participants_max = 5'000;

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
    plan_.entries.push_back({std::move(kind), std::move(subject), json::serialize(bytes), std::move(npsn)});
  }

  void genesis() {
    core::JsonFields organiser(object("organiser"));
    core::JsonFields event(object("event"));
    plan_.event = event.text("id");
    plan_.stream = context_.random.bytes16();
    std::string const mark = event.text("mark");
    json::object const bytes{
        {"organiser", organiser.text("id")}, {"organiser_name", organiser.text("name")}, {"event", plan_.event},
        {"title", event.text("title")}, {"mark", mark}, {"time_zone", event.text("time_zone")},
        {"participant_noun", event.text("participant_noun")}, {"stream", hex(plan_.stream)},
        {"box", context_.box.id}, {"packet", packet_}, {"previous_head", previous_head()}};
    if (!organiser.ok() || !event.ok()) refuse(organiser.wrong() + event.wrong());
    if (mark != "LATIHAN" && mark != "SIMULASI") refuse(mark, Errc::package_sealed_unsupported);
    if (context_.exams.find(plan_.event) != nullptr) refuse(plan_.event, Errc::already_imported);
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
      who["username"] = username;
      who["secret"] = context_.statements.card_secret(username, password);
      who.erase("password");
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
  std::optional<Error> error_;
};

}  // namespace

Result<ImportPlan> plan_import(Context& context, std::string_view body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) return fail(Errc::bad_json);
  return Planner(context, std::move(value.as_object()), hex(sha256(body))).run();
}

bool hash_first_passwords(ImportPlan& plan) {
  for (auto& first : plan.staff) first.account.hash = hash_password(first.password, first.account.salt);
  return true;
}

}  // namespace proktor::api
