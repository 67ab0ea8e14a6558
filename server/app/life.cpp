#include "app/life.hpp"

#include "app/box_files.hpp"
#include "app/notice.hpp"
#include "app/start_record.hpp"
#include "base/log.hpp"

#include <cstdlib>
#include <exception>
#include <tuple>
#include <utility>

namespace proktor::app {
namespace {

// A data directory that another program holds is no failure of this one's.
int give_up(StartRecord& starts, Error const& error) {
  log_error(describe(error));
  if (!(error == Errc::locked)) starts.failed(error);
  return EXIT_FAILURE;
}

int notify_people(Notice const& notice, Options const& options, Settings const& settings, InheritedSockets sockets) {
  BoxFiles files;
  std::ignore = read_box_files(options.data, files);  // what is damaged may be why there is a notice
  return serve_notice(notice, settings, files, std::move(sockets));
}

int serve(Options const& options, Settings const& settings, InheritedSockets sockets, StartRecord& starts) {
  auto kept = duplicate(sockets);
  if (!kept) return give_up(starts, kept.error());
  auto server = ExamServer::open(options, settings, std::move(sockets), starts);
  if (!server) return give_up(starts, server.error());
  auto const ended = (*server)->run();
  server->reset();  // every file of the data directory is closed from here on
  if (ended == Ended::stopped) return EXIT_SUCCESS;
  return notify_people({api::NotServing::parked, {}}, options, settings, std::move(*kept));
}

}  // namespace

int live(Options const& options, Result<Settings> settings, InheritedSockets sockets) {
  StartRecord starts(StartRecord::directory_for(options.data));
  auto const failures = starts.failures();
  if (failures.size() >= failed_starts_max) {
    starts.clear();  // whoever starts it again wants it to be tried
    log_error("safe mode: " + failures.back());
    return notify_people({api::NotServing::safe_mode, failures.back()}, options, settings ? *settings : Settings{},
                         std::move(sockets));
  }
  starts.watch_crashes();
  if (!settings) return give_up(starts, settings.error());
  try {
    return serve(options, *settings, std::move(sockets), starts);
  } catch (std::exception const& error) {
    return give_up(starts, fail(Errc::internal, error.what()));
  }
}

}  // namespace proktor::app
