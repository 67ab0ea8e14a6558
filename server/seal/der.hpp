#pragma once
// A cursor over DER, for the few fields of a CMS message that OpenSSL neither checks nor shows: versions,
// algorithm sets, the content cipher's parameters. Views into the caller's bytes; never reads past them. For
// seal's files only.

#include <optional>
#include <string_view>

namespace proktor::seal {

struct DerValue {
  unsigned char tag = 0;     // the identifier octet
  std::string_view whole{};  // with tag and length
  std::string_view body{};
};

class DerCursor {
 public:
  explicit DerCursor(std::string_view bytes) : rest_(bytes) {}

  std::optional<DerValue> next();                   // nothing at the end or when malformed
  std::optional<DerValue> next(unsigned char tag);  // nothing, and no move, when the tag is another
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// The fields of what a CMS ContentInfo holds; nothing unless `der` is exactly one.
std::optional<DerCursor> fields_of_content_info(std::string_view der);

}  // namespace proktor::seal
