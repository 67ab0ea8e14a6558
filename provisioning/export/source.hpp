#pragma once
// Where an export's entries come from: the journal of a stopped box under its data lock, or the feed socket of a
// running one. Both give the same lines. Blocking; one thread.

#include "base/result.hpp"
#include "provisioning/export/commands.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace proktor::exporting {

using TakeLine = std::function<Result<void>(std::string_view line)>;  // without the line feed

class Source {
 public:
  virtual ~Source() = default;
  // All feed lines of the journal, in order, up to what was durable when it was asked last. Errors: its own, or
  // what `take` returned.
  virtual Result<void> read(std::string const& event, TakeLine const& take) = 0;
};

// Errors: io_error; unreachable (it runs, and its feed socket does not answer).
Result<std::unique_ptr<Source>> open_source(ExportOptions const& options);

}  // namespace proktor::exporting
