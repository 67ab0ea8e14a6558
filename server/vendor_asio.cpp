// Boost.Asio and Boost.Beast are header-only by default; compiling their bodies once keeps every other file cheap.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
