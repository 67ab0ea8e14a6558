#pragma once
// What every handler may use. One per process, made by app in order, alive as long as the servers. I/O thread.

#include "api/alarms.hpp"
#include "api/exams.hpp"
#include "api/login_guard.hpp"
#include "api/staff.hpp"
#include "api/statements.hpp"
#include "core/events.hpp"
#include "medium/follower.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <set>
#include <string>

namespace proktor::api {

struct Settings {
  std::set<std::string, std::less<>> hosts;  // names and addresses that pages may be asked under
  core::EventLimits events;
  LoginGuardLimits logins;
  unsigned password_checks_max = 8;  // slow hashes that may wait at once; they share the pool with the pupils
  std::size_t body_pupil_bytes_max = std::size_t{256} << 10U;
  std::size_t body_staff_bytes_max = std::size_t{256} << 10U;
  std::size_t body_package_bytes_max = std::size_t{256} << 20U;
  std::size_t body_import_bytes_max = std::size_t{16} << 20U;
  DurationMs staff_browser_ms = 30LL * 60 * 1000;  // no pupil login in a browser after a staff session
};

// What proktor-sync said last.
struct SyncStatus {
  std::string state = "OFFLINE";
  std::string error;
  std::optional<TimeMs> last_contact_ms;
};

struct BoxIdentity {
  std::string id, name;
  std::string certificate_pem;    // what only this box may open is encrypted to it
  std::string receipt_roots_pem;  // empty: receipts cannot be checked and are refused
  std::filesystem::path data;
};

struct Context {
  boost::asio::any_io_executor executor;
  boost::asio::any_io_executor pool;  // for what takes its time
  Clock& clock;
  Random& random;
  journal::Writer& writer;
  Exams& exams;
  Statements statements;
  Settings settings;
  BoxIdentity box;
  journal::JournalId box_journal;
  Staff staff{};
  LoginGuard guard;
  Alarms alarms{clock};
  SyncStatus sync{};
  std::optional<medium::Status> medium{};  // nothing: none is configured
  std::map<std::string, DurationMs> staff_addresses{};  // off loopback: until when pupils are refused there
  std::map<std::string, std::shared_ptr<qti::Package const>, std::less<>> uploads{};  // packages for an import
  unsigned password_checks = 0;  // waiting now
  std::map<std::string, journal::JournalHandle, std::less<>> empty_journals{};  // of imports cut short, by kegiatan
  bool draining = false;
  bool parked = false;  // power is going: pages are told, nobody new comes in, answers are still taken
};

// The time at which pupils' cookies and tickets are judged: none expires while a sesi is open, so that a computer clock
// that is set right in the middle of one logs nobody out (DESIGN 2.3).
TimeMs pupil_expiry_now_ms(Context const& context);

// Where the second medium stands; null when none is configured.
boost::json::value medium_json(Context const& context);

// Appends to box.db and waits until it is durable; `staff` entries are taken into `context.staff`.
boost::asio::awaitable<Result<void>> commit_box(Context& context, core::NewEntries entries);

}  // namespace proktor::api
