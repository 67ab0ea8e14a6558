#pragma once
// An item ready to run: its declarations by slot and its template and response processing, compiled. Immutable and
// shared by all sessions; any thread. Knows nothing of how the item looks.

#include "qti/model/item.hpp"
#include "qti/scoring/fragments.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

class ItemProgram {
 public:
  struct Compiled {
    std::shared_ptr<ItemProgram const> program;  // absent when there is an error among the findings
    Findings findings;
  };
  // files: paths are resolved against item.file. Errors: those of rules.hpp and expression.hpp, unknown-template,
  // no-correct-response, reserved-identifier. Warnings: built-in-declared, template-and-rules.
  static Compiled compile(Item const& item, FileSource const& files);

  struct Parts;  // item_parts.hpp: for sessions
  explicit ItemProgram(std::unique_ptr<Parts const> parts);
  ~ItemProgram();
  Parts const& parts() const { return *parts_; }

  std::string const& identifier() const;
  bool is_adaptive() const;
  bool has_templates() const;      // template processing or template variables: the view differs per attempt
  bool is_human_scored() const;    // an outcome with external-scored="human", or responses but no processing
  Declaration const* declaration(std::string_view name) const;

 private:
  std::unique_ptr<Parts const> parts_;
};

// Reads and compiles in one step, for who only scores. Errors about what only the page shows (an image without source,
// an element of HTML that cannot be played) do not matter here and are among the findings as warnings.
ItemProgram::Compiled compile_item(std::string_view bytes, std::string_view file, FileSource const& files);

}  // namespace proktor::qti
