#include "leak_check.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <regex>

namespace json = boost::json;
using proktor::qti::XmlNode;

namespace {

std::string squeezed(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out.push_back(c);
  }
  return out;
}

// "qti-response-declaration" and "responseDeclaration" alike.
std::string plain(std::string_view name) {
  if (name.starts_with("qti-")) name.remove_prefix(4);
  std::string out;
  for (char const c : name) {
    if (c != '-') out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return out;
}

bool among(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

std::map<std::string, std::string, std::less<>> defaults_of(XmlNode const& root) {
  std::map<std::string, std::string, std::less<>> defaults;
  for (auto const& node : root.children) {
    if (plain(node.name) != "outcomedeclaration") continue;
    auto& values = defaults[std::string(node.attribute_or("identifier", ""))];
    for (auto const& holder : node.children) {
      if (plain(holder.name) != "defaultvalue") continue;
      for (auto const& value : holder.children) values += " " + squeezed(value.all_text()) + " ";
    }
  }
  return defaults;
}

// Attributes of either version.
std::string_view either(XmlNode const& node, std::string_view name3, std::string_view name2) {
  return node.attribute_or(name3, node.attribute_or(name2, ""));
}

bool hides(XmlNode const& node, std::string const& name,
           std::map<std::string, std::string, std::less<>> const& defaults) {
  if (name == "feedbackblock" || name == "feedbackinline") {
    auto const found = defaults.find(either(node, "outcome-identifier", "outcomeIdentifier"));
    std::string const wanted = " " + std::string(node.attribute_or("identifier", "")) + " ";
    bool const matches = found != defaults.end() && found->second.find(wanted) != std::string::npos;
    return matches == (either(node, "show-hide", "showHide") == "hide");
  }
  if (name == "rubricblock") return node.attribute_or("view", "").find("candidate") == std::string_view::npos;
  return among(name, {"responsedeclaration", "outcomedeclaration", "templatedeclaration",
                      "contextdeclaration", "responseprocessing", "templateprocessing", "modalfeedback",
                      "annotation", "annotationxml", "stylesheet", "companionmaterialsinfo"});
}

constexpr std::size_t long_enough = 4;  // shorter words occur by chance

std::string const keys =
    "item stimuli assets id lang body responses cardinality base catalogs support title path type bytes t c "
    "r cat "
    "class dir colspan rowspan scope start src alt width height label loop max min prompt orientation labels "
    "choices "
    "tabular rows cols input lines max_chars img spots shape coords objects center lower upper step reverse "
    "min_plays "
    "max_plays autostart media types mathvariant display displaystyle open close separators stretchy fence "
    "form accent "
    "accentunder linethickness notation columnalign columnspan rowalign ";
std::string const interactions =
    "choice match textentry extendedtext inlinechoice order associate gapmatch gap hottext hot hotspot "
    "graphicorder "
    "graphicassociate graphicgapmatch selectpoint positionstage positionobject slider media upload drawing "
    "endattempt ";
std::string const elements =
    "p div span h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote em strong i b u s small sub sup code pre br "
    "hr q cite "
    "abbr figure figcaption table caption thead tbody tfoot tr th td colgroup col ruby rt rp img math audio "
    "video ";
std::string const vocabulary =
    "vertical horizontal A 1 none text integer decimal circle ellipse rect poly default single multiple "
    "ordered "
    "identifier directedPair pair string float point file boolean ltr rtl auto row col rowgroup colgroup ";

bool listed(std::string const& list, std::string_view word) {
  auto const at = (" " + list).find(" " + std::string(word) + " ");
  return !word.empty() && at != std::string::npos;
}

bool fits(std::string_view word, char const* pattern) {
  return std::regex_match(std::string(word), std::regex(pattern));
}

}  // namespace

LeakCheck::LeakCheck(XmlNode const& root) {
  collect(root, true, defaults_of(root));
  for (char const c : visible_) ++letters_[static_cast<unsigned char>(c)];
}

void LeakCheck::collect_attributes(XmlNode const& node, std::string const& name, bool visible) {
  bool const math = node.space == proktor::qti::XmlSpace::mathml;
  for (auto const& attribute : node.attributes) {
    auto const key = plain(attribute.name);
    auto const value = squeezed(attribute.value);
    bool const shown = among(key, {"alt", "arialabel", "hotspotlabel", "alttext"}) ||
                       (key == "title" && among(name, {"endattemptinteraction", "abbr", "audio", "video",
                                                       "assessmentstimulus"}));
    if (shown && visible) {
      shown_attributes_.insert(value);
    } else if (key == "xml:lang" || key == "lang") {
      languages_.insert(attribute.value);
    } else if (math) {
      mathml_values_.insert(attribute.value);
    } else if (among(key, {"identifier", "responseidentifier", "outcomeidentifier", "templateidentifier",
                           "mapkey", "mappedvalue", "title", "label", "href", "src", "data", "id",
                           "interpretation", "matchgroup"}) ||
               key.starts_with("data")) {
      hidden_.insert(value);
    }
  }
}

void LeakCheck::collect(XmlNode const& node, bool visible, Defaults const& defaults) {
  if (node.is_text) {
    if (visible) visible_ += squeezed(node.text);
    if (!visible) hidden_.insert(squeezed(node.text));
    return;
  }
  auto const name = plain(node.name);
  bool const below = visible && !hides(node, name, defaults);
  collect_attributes(node, name, below);
  if (name == "label" || name == "object") shown_attributes_.insert(squeezed(node.all_text()));
  for (auto const& child : node.children) collect(child, below, defaults);
}

void LeakCheck::bad(std::string what) {
  if (complaint_.empty()) complaint_ = std::move(what);
}

// Words on the page: they stand in the visible text, and not more often than there.
void LeakCheck::text(std::string_view words) {
  auto const squeezed_words = squeezed(words);
  if (squeezed_words.empty()) return;
  bool const visible = visible_.find(squeezed_words) != std::string::npos;
  if (has_values_ && (!visible || squeezed_words.size() <= long_enough)) {
    // A value of the attempt: short, and nothing that was written to be hidden.
    if (squeezed_words.size() > 60 ||
        (squeezed_words.size() > long_enough && hidden_.contains(squeezed_words) && !visible))
      bad("hidden words: " + squeezed_words);
    return;
  }
  if (!visible) return bad("words that are not in the visible text: " + std::string(words));
  for (char const c : squeezed_words) ++used_[static_cast<unsigned char>(c)];
}

void LeakCheck::word(std::string_view key, std::string_view word) {
  bool const ok = key == "t" ? listed(interactions, word) || listed(elements, word) || fits(word, "m:[a-z]+")
                  : key == "id"                     ? fits(word, "[icp][0-9]+")
                  : key == "r"                      ? fits(word, "r[0-9]+")
                  : key == "cat"                    ? fits(word, "k[0-9]+")
                  : key == "src" || key == "path"   ? fits(word, "/api/asset/[0-9a-f]{64}")
                  : key == "type" || key == "types" ? fits(word, "[a-z]*/[a-z0-9.+*-]+")
                  : key == "lang"                   ? word.empty() || languages_.contains(std::string(word))
                  : key == "class"                  ? fits(word, "qti-[a-z0-9-]+( qti-[a-z0-9-]+)*")
                  : key == "support"                ? fits(word, "[a-z-]+")
                  : among(key, {"alt", "label", "title"})
                      ? word.empty() || shown_attributes_.contains(squeezed(word))
                      : listed(vocabulary, word) || mathml_values_.contains(std::string(word));
  if (!ok) bad(std::string(key) + " is \"" + std::string(word) + "\"");
}

void LeakCheck::value(std::string_view key, json::value const& value) {
  if (auto const* inner = value.if_object()) {
    object(*inner);
  } else if (auto const* list = value.if_array()) {
    for (auto const& entry : *list) {
      auto const* words = entry.if_string();
      if (words == nullptr) {
        this->value(key, entry);
      } else if (key == "stimuli") {
        if (!fits(*words, "s[0-9]+")) bad("a stimulus is " + std::string(*words));
      } else if (key == "types") {
        word(key, *words);
      } else {
        text(*words);
      }
    }
  } else if (auto const* words = value.if_string()) {
    word(key, *words);
  } else if (value.is_number() && !among(key, {"bytes", "colspan", "rowspan", "start", "width", "height",
                                               "max", "min", "lines", "max_chars", "coords", "center",
                                               "lower", "upper", "step", "min_plays", "max_plays"})) {
    bad("a number under " + std::string(key));
  }
}

void LeakCheck::object(json::object const& object) {
  for (auto const& [name, entry] : object) {
    std::string_view const key{name.data(), name.size()};
    bool const opaque = fits(key, "[rsk][0-9]+");
    if (!opaque && !listed(keys, key)) bad("a key " + std::string(key));
    value(key, entry);
  }
}

std::string LeakCheck::complaint(json::value const& view, bool has_values) {
  complaint_.clear();
  used_.clear();
  has_values_ = has_values;
  value("", view);
  for (auto const& [letter, count] : used_) {
    if (count > letters_[letter])
      bad("more \"" + std::string(1, static_cast<char>(letter)) + "\" than the author shows");
  }
  return complaint_;
}
