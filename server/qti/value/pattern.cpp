#include "qti/value/pattern.hpp"

#include "qti/value/pattern_class.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace proktor::qti {
namespace {

constexpr int repeat_max = 1'000;  // RE2's own
constexpr std::size_t group_depth_max = 100;
constexpr std::size_t expanded_atoms_max = 5'000;  // with every repeat written out
constexpr std::size_t translated_max_bytes = 1024 * 1024;
constexpr std::int64_t compiled_max_bytes = 8 * 1024 * 1024;
constexpr int program_max = 40'000;  // steps for one character of text, at worst

// One pass over the expression. The structure of an expression is the same in RE2, so only the atoms change.
class Translation {
 public:
  explicit Translation(std::string_view expression) : cursor_{expression, 0, {}} {}

  // Empty and a reason when it cannot be translated.
  std::optional<std::string> run(std::string& reason) {
    bool good = true;
    while (good && !cursor_.done()) {
      good = step() && re2_.size() <= translated_max_bytes && weights_.back() <= expanded_atoms_max;
    }
    if (good && weights_.size() > 1) good = fail("unbalanced parenthesis");
    if (good) return std::move(re2_);
    reason = cursor_.reason.empty() ? "too many repeats or classes" : cursor_.reason;
    return std::nullopt;
  }

 private:
  enum class Last { branch_start, atom, repeated, settled };

  bool fail(std::string reason) {
    cursor_.reason = std::move(reason);
    return false;
  }

  void atom(std::string_view text, std::size_t weight = 1) {
    re2_ += text;
    last_ = Last::atom;
    last_weight_ = weight;
    weights_.back() += weight;
  }

  bool step() {
    switch (cursor_.peek()) {
      case '\\':
        return escape();
      case '[':
        return char_class();
      case '(':
        return open();
      case ')':
        return close();
      case '{':
        return count();
      case '?':
      case '*':
      case '+':
        return repeat(std::string(1, cursor_.text[cursor_.at++]));
      case '}':
      case ']':
        return fail("unbalanced bracket");
      default:
        return plain();
    }
  }

  bool plain() {
    if (cursor_.take('|')) {
      re2_ += '|';
      last_ = Last::branch_start;
      return true;
    }
    if (cursor_.take('.')) {
      atom("[^\\n\\r]");
      return true;
    }
    if (cursor_.peek() == '^' && last_ == Last::branch_start) return anchor("\\A");
    if (cursor_.peek() == '$' && at_branch_end(1)) return anchor("\\z");
    auto const point = cursor_.take_code_point();
    if (!point) return false;
    atom(fmt::format("\\x{{{:X}}}", *point));
    return true;
  }

  bool at_branch_end(std::size_t ahead) const {
    char const next = cursor_.peek(ahead);
    return cursor_.at + ahead >= cursor_.text.size() || next == '|' || next == ')';
  }

  bool anchor(std::string_view text) {
    ++cursor_.at;
    re2_ += text;
    return true;
  }

  bool escape() {
    cursor_.take('\\');
    auto const read = read_escape(cursor_);
    if (!read) return false;
    atom(read->set ? class_text(*read->set) : fmt::format("\\x{{{:X}}}", read->single));
    return true;
  }

  bool char_class() {
    cursor_.take('[');
    auto const set = read_class(cursor_);
    if (!set) return false;
    atom(class_text(*set));
    return true;
  }

  bool open() {
    cursor_.take('(');
    if (cursor_.peek() == '?') {
      if (cursor_.peek(1) != ':') return fail("(? is not of XML Schema");
      cursor_.at += 2;
    }
    if (weights_.size() > group_depth_max) return fail("groups too deep");
    weights_.push_back(0);
    re2_ += "(?:";
    last_ = Last::branch_start;
    return true;
  }

  bool close() {
    cursor_.take(')');
    if (weights_.size() == 1) return fail("unbalanced parenthesis");
    auto const weight = weights_.back();
    weights_.pop_back();
    atom(")", weight);
    return true;
  }

  // A "?" after a quantifier asks for the shortest match, which is the same when the whole text must match.
  bool repeat(std::string_view quantifier) {
    if (last_ == Last::repeated && quantifier == "?") {
      last_ = Last::settled;
      return true;
    }
    if (last_ != Last::atom) return fail("nothing to repeat");
    re2_ += quantifier;
    last_ = Last::repeated;
    return true;
  }

  std::optional<int> number() {
    int value = 0;
    auto const rest = cursor_.text.substr(cursor_.at);
    auto const [at, code] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (at == rest.data() || value < 0) return std::nullopt;
    cursor_.at += static_cast<std::size_t>(at - rest.data());
    return code == std::errc{} ? value : repeat_max + 1;
  }

  bool count() {
    cursor_.take('{');
    auto const least = number();
    if (!least) return fail("a brace that is no count");
    std::optional<int> most = least;
    bool const open_end = cursor_.take(',') && cursor_.peek() == '}';
    if (!open_end && cursor_.text[cursor_.at - 1] == ',') most = number();
    if (!most || !cursor_.take('}')) return fail("a brace that is no count");
    if (*least > repeat_max || *most > repeat_max) return fail(fmt::format("more than {} times", repeat_max));
    if (!open_end && *most < *least) return fail("a count that runs backwards");
    auto const times = static_cast<std::size_t>(std::max(*least, *most));
    weights_.back() += last_weight_ * (std::max<std::size_t>(times, 1) - 1);
    return repeat(open_end ? fmt::format("{{{},}}", *least) : fmt::format("{{{},{}}}", *least, *most));
  }

  PatternCursor cursor_;
  std::string re2_;
  std::vector<std::size_t> weights_{0};  // atoms of each open group, repeats written out
  std::size_t last_weight_ = 0;
  Last last_ = Last::branch_start;
};

}  // namespace

std::optional<Pattern> Pattern::compile(std::string_view expression, std::string& reason) {
  reason.clear();
  if (expression.size() > pattern_max_bytes) {
    reason = fmt::format("longer than {} bytes", pattern_max_bytes);
    return std::nullopt;
  }
  auto const translated = Translation(expression).run(reason);
  if (!translated) return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(compiled_max_bytes);
  Pattern pattern;
  pattern.compiled_ = std::make_shared<re2::RE2 const>(*translated, options);
  if (!pattern.compiled_->ok() || pattern.compiled_->ProgramSize() > program_max) {
    reason = "too many repeats or classes";
    return std::nullopt;
  }
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (text.size() > pattern_text_max_bytes) return false;
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace proktor::qti
