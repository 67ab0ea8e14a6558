#include "conformance_page.hpp"

#include "base/file.hpp"
#include "qti/expression/compiler.hpp"
#include "qti/model/names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace conformance {

namespace fs = std::filesystem;
using namespace proktor::qti;

namespace {

constexpr std::size_t file_max_bytes = 1'000'000;

// What QTI 3 takes of HTML, SSML and XInclude apart.
constexpr std::string_view html_names =
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd details "
    "dfn div dl dt "
    "em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img kbd label li nav object ol p picture pre "
    "q rb rp rt "
    "rtc ruby s samp section small source span strong style sub summary sup table tbody td tfoot th thead tr "
    "track tt u "
    "ul var video script iframe form input button canvas svg";

constexpr std::string_view math_names =
    "math mi mn mo mtext mspace ms mglyph mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced "
    "menclose msub "
    "msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mlabeledtr mtd "
    "maligngroup malignmark "
    "mstack mlongdiv msgroup msrow mscarries mscarry msline maction semantics annotation annotation-xml";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, separator);) {
    auto const trimmed = trim(part);
    if (!trimmed.empty() || separator == '|') parts.emplace_back(trimmed);
  }
  return parts;
}

std::string read(fs::path const& path) {
  auto bytes = proktor::read_file(path, file_max_bytes);
  INFO(path.string());
  REQUIRE(bytes.has_value());
  return std::move(*bytes);
}

// Enough of C++ for our own sources: comments, character constants, and escapes inside a literal.
std::vector<std::string> literals_of(std::string_view code) {
  std::vector<std::string> literals;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code.substr(i, 2) == "//") {
      i = std::min(code.find('\n', i), code.size());
    } else if (code[i] == '\'' && i + 2 < code.size() && (code[i + 2] == '\'' || code[i + 1] == '\\')) {
      i = code.find('\'', i + 2);
    } else if (code[i] == '"') {
      auto const begin = ++i;
      while (i < code.size() && code[i] != '"') i += code[i] == '\\' ? std::size_t{2} : std::size_t{1};
      literals.emplace_back(code.substr(begin, i - begin));
    }
  }
  return literals;
}

std::string joined(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string_view word_of(HtmlUse use) {
  switch (use) {
    case HtmlUse::keep:
      return "shown";
    case HtmlUse::divide:
      return "shown as div";
    case HtmlUse::unwrap:
      return "its content is shown";
    case HtmlUse::drop:
      return "left out";
    case HtmlUse::refuse:
      break;
  }
  return "handled by its own reader, or refused";
}

std::string operands_of(ExpressionElement const& element) {
  auto out = std::to_string(element.operands_min);
  if (element.operands_max == any_number) return out + " or more";
  if (element.operands_max != element.operands_min) out += " to " + std::to_string(element.operands_max);
  return out;
}

void write_group(std::string& page, Group const& group, std::set<std::string, std::less<>> const& words) {
  page += "\n## " + group.title +
          "\n\n| element | state | attributes used | attributes not used | note |\n|---|---|---|---|---|\n";
  for (auto const& element : group.elements) {
    std::vector<std::string> used, unused;
    for (auto const& attribute : element.attributes) {
      auto const not_here = attribute.ends_with('!');
      auto const name = attribute.substr(0, attribute.size() - (not_here ? 1 : 0));
      (not_here || !words.contains(name) || element.state == "unused" ? unused : used).push_back(name);
    }
    page += "| " + element.name + " | " + element.state + " | " + joined(used) + " | " + joined(unused) +
            " | " + element.note + " |\n";
  }
}

void write_expressions(std::string& page) {
  page +=
      "\n## Expressions\n\nAll 64, from the table that the compiler of expressions reads.\n\n"
      "| element | state | operands | attributes |\n|---|---|---|---|\n";
  for (auto const& element : expression_elements()) {
    auto const refused = element.name == "qti-custom-operator";
    page += "| " + std::string(element.name) + " | " +
            (refused                 ? "refused (custom-operator)"
             : element.only_in_tests ? "run, in tests"
                                     : "run") +
            " | " + operands_of(element) + " | " + joined(split(element.attributes, ' ')) + " |\n";
  }
}

void write_names(std::string& page) {
  page +=
      "\n## HTML\n\nA class survives when it belongs to the shared vocabulary; styles and scripts never "
      "do.\n\n"
      "| element | what becomes of it |\n|---|---|\n";
  for (auto const& name : split(html_names, ' ')) {
    page += "| " + name + " | " + std::string(word_of(html_use(name))) + " |\n";
  }
  std::vector<std::string> shown, unwrapped;
  for (auto const& name : split(math_names, ' '))
    (is_mathml_element(name) ? shown : unwrapped).push_back(name);
  page += "\n## MathML\n\nShown: " + joined(shown) + ".\n\nNot taken over: " + joined(unwrapped) + ".\n";
}

}  // namespace

std::vector<Group> read_standard(fs::path const& root) {
  std::vector<Group> groups;
  for (auto const& line : split(read(root / "tests/unit/qti_conformance/standard.txt"), '\n')) {
    if (line.starts_with("## ")) {
      groups.push_back({line.substr(3), {}});
    } else if (!line.starts_with("#")) {
      auto const fields = split(line + " ", '|');
      INFO(line);
      REQUIRE(fields.size() == 4);
      REQUIRE_FALSE(groups.empty());
      groups.back().elements.push_back({fields[0], split(fields[1], ' '), fields[2], fields[3]});
    }
  }
  return groups;
}

std::set<std::string, std::less<>> words_of_code(fs::path const& folder) {
  std::set<std::string, std::less<>> words;
  for (auto const& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    for (auto const& text : literals_of(read(entry.path()))) {
      for (auto const& word : split(text, ' ')) words.insert(word);
    }
  }
  return words;
}

std::string write_page(fs::path const& root) {
  std::string page =
      "# What of QTI 3.0 the engine does\n\n"
      "Made by `test_qti_conformance` from the code and the standard's list of elements; do not edit. After "
      "a change run "
      "it with `PROKTOR_UPDATE_DOCS=1`. QTI 2.0 to 2.2 is renamed to 3.0 when it is read and then treated "
      "alike. An "
      "attribute counts as used when the engine's readers name it and the list does not say otherwise.\n\n"
      "| state | meaning |\n|---|---|\n";
  for (auto const& state : states)
    page += "| " + std::string(state.word) + " | " + std::string(state.meaning) + " |\n";
  auto const words = words_of_code(root / "server/qti");
  for (auto const& group : read_standard(root)) write_group(page, group, words);
  write_expressions(page);
  write_names(page);
  return page;
}

}  // namespace conformance
