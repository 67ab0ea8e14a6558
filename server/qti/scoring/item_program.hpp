#pragma once
// An item ready to run: its declarations by slot and its template and response processing, compiled. Immutable and
// shared by all sessions; any thread. Knows nothing of how the item looks.

#include "qti/model/item.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

// Reads a file that the item names (fragment, template by file), by its path inside the package, resolved against
// the item's own. nullopt: there is none.
using FileSource = std::function<std::optional<std::string>(std::string_view path)>;

class ItemProgram {
 public:
  struct Compiled {
    std::shared_ptr<ItemProgram const> program;  // absent when there is an error among the findings
    Findings findings;
  };
  // Errors: those of expression.hpp; unknown-rule, unknown-template, missing-fragment, no-correct-response,
  // missing-mapping, ...
  static Compiled compile(Item const& item, FileSource const& files);

  struct Parts;  // item_parts.hpp: for sessions
  explicit ItemProgram(std::unique_ptr<Parts const> parts);
  ~ItemProgram();
  Parts const& parts() const { return *parts_; }

  std::string const& identifier() const;
  bool is_adaptive() const;
  bool has_templates() const;      // template processing or template variables: the view differs per attempt
  bool is_human_scored() const;    // an outcome SCORE with external-scored="human", or no processing at all
  Declaration const* declaration(std::string_view name) const;

 private:
  std::unique_ptr<Parts const> parts_;
};

}  // namespace proktor::qti
