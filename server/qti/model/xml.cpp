#include "qti/model/xml.hpp"

#include <algorithm>
#include <climits>
#include <cstdarg>
#include <memory>
#include <utility>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

namespace proktor::qti {
namespace {

struct SpaceUri {
  std::string_view uri;
  XmlSpace space;
};

constexpr SpaceUri space_uris[] = {
    {"http://www.imsglobal.org/xsd/imsqtiasi_v3p0", XmlSpace::qti3},
    {"http://www.w3.org/1999/xhtml", XmlSpace::qti3},  // QTI 3.0 holds HTML in its own namespace
    {"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", XmlSpace::manifest3},
    {"http://www.imsglobal.org/xsd/imscp_v1p1", XmlSpace::manifest2},
    {"http://www.w3.org/1998/Math/MathML", XmlSpace::mathml},
};

// QTI 2.0 to 2.2.4, and APIP 1.0, which puts the same elements into ".../apip/apipv1p0/qtiitem/imsqti_v2p1".
constexpr std::string_view qti2_uri_begin = "http://www.imsglobal.org/xsd/";
constexpr std::string_view qti2_uri_part = "imsqti_v2p";

XmlSpace space_of(std::string_view uri) {
  if (uri.empty()) return XmlSpace::none;
  for (auto const& known : space_uris) {
    if (known.uri == uri) return known.space;
  }
  if (uri.starts_with(qti2_uri_begin) && uri.find(qti2_uri_part) != std::string_view::npos)
    return XmlSpace::qti2;
  return XmlSpace::other;
}

std::string_view view(xmlChar const* text) {
  return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<char const*>(text)};
}

// What the SAX callbacks build; `open` is the path from the root to the element being read.
struct Builder {
  std::string file;
  std::optional<XmlNode> root;
  std::vector<XmlNode> open;
  std::size_t nodes = 0;
  std::optional<Finding> refusal;
  xmlParserCtxtPtr parser = nullptr;

  void refuse(std::string code, std::string message) {
    if (!refusal) {
      refusal =
          Finding{Severity::error, std::move(code), std::move(message), file, xmlSAX2GetLineNumber(parser)};
    }
    xmlStopParser(parser);
  }

  bool count_node() {
    if (++nodes <= xml_nodes_max) return true;
    refuse("xml-too-many-nodes", "the document has more than " + std::to_string(xml_nodes_max) + " nodes");
    return false;
  }
};

Builder& builder_of(void* context) {
  return *static_cast<Builder*>(context);
}

// SAX2 attribute quintuples: local name, prefix, URI, value begin, value end.
std::vector<XmlAttribute> attributes_of(int count, xmlChar const** quintuples) {
  std::vector<XmlAttribute> attributes;
  for (int i = 0; i < count; ++i) {
    xmlChar const** const at = quintuples + static_cast<std::ptrdiff_t>(i) * 5;
    auto const prefix = view(at[1]);
    std::string name{prefix};
    if (!prefix.empty()) name.push_back(':');
    name.append(view(at[0]));
    attributes.push_back({std::move(name), std::string(reinterpret_cast<char const*>(at[3]),
                                                       static_cast<std::size_t>(at[4] - at[3]))});
  }
  return attributes;
}

void on_start(void* context, xmlChar const* name, xmlChar const*, xmlChar const* uri, int, xmlChar const**,
              int attribute_count, int, xmlChar const** attributes) {
  auto& builder = builder_of(context);
  if (builder.refusal || !builder.count_node()) return;
  if (builder.open.size() >= xml_depth_max) {
    builder.refuse("xml-too-deep", "elements are nested deeper than " + std::to_string(xml_depth_max));
    return;
  }
  if (attribute_count > static_cast<int>(xml_attributes_max)) {
    builder.refuse("xml-too-many-nodes",
                   "an element has more than " + std::to_string(xml_attributes_max) + " attributes");
    return;
  }
  XmlNode node;
  node.space = space_of(view(uri));
  node.line = xmlSAX2GetLineNumber(builder.parser);
  node.name = view(name);
  node.attributes = attributes_of(attribute_count, attributes);
  builder.open.push_back(std::move(node));
}

void on_end(void* context, xmlChar const*, xmlChar const*, xmlChar const*) {
  auto& builder = builder_of(context);
  if (builder.refusal || builder.open.empty()) return;
  XmlNode node = std::move(builder.open.back());
  builder.open.pop_back();
  if (builder.open.empty()) {
    builder.root = std::move(node);
  } else {
    builder.open.back().children.push_back(std::move(node));
  }
}

void on_text(void* context, xmlChar const* text, int length) {
  auto& builder = builder_of(context);
  if (builder.refusal || builder.open.empty()) return;
  auto& siblings = builder.open.back().children;
  if (siblings.empty() || !siblings.back().is_text) {
    if (!builder.count_node()) return;
    XmlNode node;
    node.is_text = true;
    node.line = xmlSAX2GetLineNumber(builder.parser);
    siblings.push_back(std::move(node));
  }
  siblings.back().text.append(reinterpret_cast<char const*>(text), static_cast<std::size_t>(length));
}

void on_doctype(void* context, xmlChar const*, xmlChar const*, xmlChar const*) {
  builder_of(context).refuse("xml-doctype", "a DOCTYPE is not allowed");
}

// Only predefined entities can be left once DOCTYPE is refused; libxml2 resolves those itself.
xmlEntityPtr no_entity(void*, xmlChar const*) {
  return nullptr;
}

void on_error(void* context, xmlErrorPtr error) {
  auto& builder = builder_of(context);
  if (error == nullptr || builder.refusal || error->level == XML_ERR_WARNING) return;
  // A relative or unusual namespace name is no fault of well-formedness.
  if (error->domain == XML_FROM_NAMESPACE && error->level != XML_ERR_FATAL &&
      error->code != XML_NS_ERR_UNDEFINED_NAMESPACE) {
    return;
  }
  std::string message{error->message == nullptr ? "not well-formed" : error->message};
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  builder.refusal = Finding{Severity::error, "xml-malformed", std::move(message), builder.file, error->line};
  xmlStopParser(builder.parser);
}

xmlSAXHandler make_handler() {
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = on_start;
  handler.endElementNs = on_end;
  handler.characters = on_text;
  handler.cdataBlock = on_text;
  handler.ignorableWhitespace = on_text;
  handler.internalSubset = on_doctype;
  handler.getEntity = no_entity;
  handler.serror = on_error;
  return handler;
}

void say_nothing(void*, char const*, ...) {}

// Errors of character encodings do not come to the parser's handler but to the thread's, which would print
// them.
class QuietThread {
 public:
  QuietThread() {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
    xmlSetStructuredErrorFunc(nullptr, [](void*, xmlErrorPtr) {});
  }
  ~QuietThread() {
    xmlSetStructuredErrorFunc(structured_context_, structured_);
    xmlSetGenericErrorFunc(generic_context_, generic_);
  }
  QuietThread(QuietThread const&) = delete;
  QuietThread& operator=(QuietThread const&) = delete;

 private:
  xmlStructuredErrorFunc structured_ = xmlStructuredError;
  void* structured_context_ = xmlStructuredErrorContext;
  xmlGenericErrorFunc generic_ = xmlGenericError;
  void* generic_context_ = xmlGenericErrorContext;
};

struct ParserDeleter {
  void operator()(xmlParserCtxtPtr parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    parser->myDoc = nullptr;
    xmlFreeParserCtxt(parser);
  }
};

// libxml2 compares the attributes of an element pair by pair, and only then calls on_start. So the bytes come in
// chunks, and a start tag that is still open after one is refused when it has too many "=" to be an honest one.
void feed(Builder& builder, std::string_view bytes) {
  constexpr std::size_t chunk_bytes = 16 * 1024;
  constexpr std::ptrdiff_t equal_signs_max = 1000;
  while (!bytes.empty() && !builder.refusal) {
    auto const chunk = bytes.substr(0, chunk_bytes);
    bytes.remove_prefix(chunk.size());
    xmlParseChunk(builder.parser, chunk.data(), static_cast<int>(chunk.size()), 0);
    auto const* input = builder.parser->input;
    if (builder.refusal || input == nullptr || input->cur == nullptr) continue;
    std::string_view const waiting(reinterpret_cast<char const*>(input->cur),
                                   static_cast<std::size_t>(input->end - input->cur));
    bool const tag = builder.parser->instate != XML_PARSER_CDATA_SECTION && waiting.size() > 1 &&
                     waiting[0] == '<' && waiting[1] != '!' && waiting[1] != '?';
    if (tag && std::ranges::count(waiting, '=') > equal_signs_max) {
      builder.refuse("xml-too-many-nodes",
                     "an element has more than " + std::to_string(xml_attributes_max) + " attributes");
    }
  }
}

Findings refused(std::string code, std::string message, std::string_view file, int line) {
  return {Finding{Severity::error, std::move(code), std::move(message), std::string(file), line}};
}

}  // namespace

std::optional<std::string_view> XmlNode::attribute(std::string_view attribute_name) const {
  for (auto const& candidate : attributes) {
    if (candidate.name == attribute_name) return candidate.value;
  }
  return std::nullopt;
}

std::string_view XmlNode::attribute_or(std::string_view attribute_name, std::string_view fallback) const {
  return attribute(attribute_name).value_or(fallback);
}

XmlNode const* XmlNode::child(std::string_view element_name) const {
  for (auto const& candidate : children) {
    if (!candidate.is_text && candidate.name == element_name) return &candidate;
  }
  return nullptr;
}

std::string XmlNode::all_text() const {
  if (is_text) return text;
  std::string joined;
  for (auto const& node : children) joined += node.all_text();
  return joined;
}

XmlResult read_xml(std::string_view bytes, std::string_view file) {
  static xmlSAXHandler const handler_template = [] {
    xmlInitParser();  // once, before a second thread may come here
    return make_handler();
  }();
  if (bytes.size() > xml_document_max_bytes) {
    return {
        std::nullopt,
        refused("xml-too-large",
                "the document is larger than " + std::to_string(xml_document_max_bytes) + " bytes", file, 0)};
  }
  QuietThread const quiet;
  Builder builder;
  builder.file = file;
  xmlSAXHandler handler = handler_template;
  std::unique_ptr<xmlParserCtxt, ParserDeleter> const parser(
      xmlCreatePushParserCtxt(&handler, &builder, nullptr, 0, nullptr));
  if (!parser) return {std::nullopt, refused("xml-malformed", "no memory for a parser", file, 0)};
  builder.parser = parser.get();
  // NOENT writes "&amp;" in attributes as "&"; without a DOCTYPE there are no other entities it could expand.
  xmlCtxtUseOptions(parser.get(),
                    XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
  feed(builder, bytes);
  if (!builder.refusal) xmlParseChunk(parser.get(), nullptr, 0, 1);
  if (builder.refusal) return {std::nullopt, {std::move(*builder.refusal)}};
  if (!builder.root || parser->wellFormed == 0) {
    return {std::nullopt, refused("xml-malformed", "the document is empty or ends too early", file,
                                  xmlSAX2GetLineNumber(parser.get()))};
  }
  return {std::move(builder.root), {}};
}

}  // namespace proktor::qti
