#!/usr/bin/env python3
"""Holds the arrows between folders: who may include and link what (docs/architecture.md).

`arrows.py ROOT` reads every #include under server, sync and provisioning and every link line of the CMake files;
it prints each broken arrow as FILE:LINE: message and exits 1. `arrows.py --self-test` plants each kind of broken
arrow in a temporary tree and fails when one is not found, or when the clean tree is not clean.
"""
import os
import re
import sys
import tempfile

SERVER = ["base", "qti", "core", "journal", "seal", "segment", "medium", "http", "board", "papers", "api", "app"]
OUTSIDE = ["base", "qti", "core", "journal", "seal", "segment", "medium", "http", "papers"]  # what sync and provisioning may use

# Folder -> folders it may use, itself included. The longest matching folder counts.
MAY_USE = {
    "server/base": ["server/base"],
    "server/qti": ["server/base", "server/qti"],
    "server/core": ["server/base", "server/qti", "server/core"],
    "server/journal": ["server/base", "server/qti", "server/core", "server/journal"],
    "server/seal": ["server/base", "server/seal"],
    "server/segment": ["server/base", "server/qti", "server/core", "server/journal", "server/seal", "server/segment"],
    "server/medium": ["server/base", "server/qti", "server/core", "server/journal", "server/seal", "server/segment",
                      "server/medium"],
    "server/http": ["server/base", "server/http"],
    "server/board": ["server/base", "server/qti", "server/core", "server/board"],
    "server/papers": ["server/base", "server/qti", "server/core", "server/papers"],
    "server/api": [f"server/{name}" for name in SERVER if name != "app"],
    "server/app": [f"server/{name}" for name in SERVER] + ["client-web"],
    "server": ["server"],
    "sync": [f"server/{name}" for name in OUTSIDE] + ["sync"],
    "provisioning": [f"server/{name}" for name in OUTSIDE] + ["provisioning"],
    "client-web": ["server/base", "client-web"],
}

# (pattern of the header, who alone may include it (path prefixes), what it is)
ONLY_IN = [
    (r"sqlite3(ext)?\.h", ["server/journal/", "sync/pusat/"], "SQLite"),
    (r"openssl/.*", ["server/seal/", "server/base/crypto.", "server/base/random.", "server/http/tls",
                     "server/http/acceptor_tls", "server/http/client_tls", "provisioning/drill/"], "OpenSSL"),
    (r"boost/(asio|beast)/(ssl.*|impl/src\.hpp)", ["server/http/", "server/vendor_asio.cpp", "provisioning/drill/"],
     "TLS of Asio"),
    (r"boost/beast.*", ["server/http/", "server/vendor_asio.cpp", "provisioning/drill/"], "Beast"),
    (r"libxml/.*", ["server/qti/"], "libxml2"),
    (r"zip\.h", ["server/qti/"], "libzip"),
    (r"re2/.*", ["server/qti/value/"], "RE2"),
    (r"unicode/.*", ["server/qti/value/"], "ICU"),
    (r"zstd.*\.h", ["server/segment/"], "zstd"),
]

INPUT_OUTPUT = (r"(boost/(asio|beast)|sys|netinet|arpa)/.*|(unistd|fcntl|poll|dirent|stdio|pthread)\.h"
                r"|cstdio|filesystem|fstream|iostream|thread|mutex|condition_variable|future"
                r"|base/(file|log)\.hpp")
SOCKETS = r"boost/asio/(ip|local|generic)/.*|boost/asio/(ip|local|read|write|connect)[^/]*|sys/socket\.h|sys/un\.h|netinet/.*|arpa/.*"

# (folder, pattern of a header it must not include, why)
NEVER_INCLUDE = [
    ("server/core/", INPUT_OUTPUT, "core knows no I/O"),
    ("server/qti/", INPUT_OUTPUT, "qti knows no I/O"),
    ("server/api/", SOCKETS, "api knows no sockets"),
    ("server/board/", INPUT_OUTPUT, "board knows no I/O"),
]

CLOCK = r"(system|steady|high_resolution)_clock::now|\bclock_gettime\s*\(|\bgettimeofday\s*\("
# (folder, pattern of the text, why); comments are not looked at
NEVER_SAY = [
    ("server/core/", CLOCK, "core is told the time"),
    ("server/qti/", CLOCK + r"|\bxml(Read|Parse)File\s*\(|\bxmlCtxtReadFile\s*\(", "qti reads no clock and no file"),
    ("server/api/", r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA)\s', "api knows no SQL"),
    ("server/http/", r'"/(api|tes|proktor|v1)[/"]', "http knows no routes"),
]

# Imported CMake target -> our targets that alone may link it.
LINK_ONLY = {
    "SQLite::SQLite3": ["proktor_journal", "proktor_pusat_lib"],
    "OpenSSL::Crypto": ["proktor_base", "proktor_seal", "proktor_http", "proktor_drill"],
    "OpenSSL::SSL": ["proktor_http", "boost_asio", "proktor_drill"],
    "LibXml2::LibXml2": ["proktor_qti"],
    "PkgConfig::libzip": ["proktor_qti"],
    "PkgConfig::re2": ["proktor_qti"],
    "PkgConfig::icu": ["proktor_qti"],
    "PkgConfig::zstd": ["proktor_segment"],
}


def rule_folder(path: str) -> str:
    """The longest folder of MAY_USE that holds path."""
    fits = [folder for folder in MAY_USE if path.startswith(folder + "/")]
    return max(fits, key=len) if fits else ""


def without_comments(text: str) -> str:
    def blank(match):
        found = match.group(0)
        return found if found.startswith('"') else "\n" * found.count("\n")

    return re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', blank, text, flags=re.S)


def resolve(root: str, path: str, header: str):
    for base in (os.path.dirname(path), "server", ""):
        candidate = os.path.normpath(os.path.join(base, header)).replace(os.sep, "/")
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def check_source(root: str, path: str) -> list:
    with open(os.path.join(root, path), encoding="utf-8") as file:
        lines = without_comments(file.read()).split("\n")
    broken = []
    allowed = MAY_USE.get(rule_folder(path), [])
    for number, line in enumerate(lines, 1):
        def say(message, number=number):
            broken.append(f"{path}:{number}: {message}")

        for folder, pattern, why in NEVER_SAY:
            if path.startswith(folder) and re.search(pattern, line):
                say(why)
        match = re.match(r'\s*#\s*include\s*([<"])([^">]+)[">]', line)
        if not match:
            continue
        header = match.group(2)
        target = resolve(root, path, header) if match.group(1) == '"' else None
        if match.group(1) == '"' and target is None and "/" in header and header.split("/")[0] in SERVER:
            target = "server/" + header  # not there (yet): its folder still counts
        if target and not any(target.startswith(folder + "/") for folder in allowed):
            say(f"{rule_folder(path)} may not use {rule_folder(target) or target}")
        for pattern, owners, what in ONLY_IN:
            if re.fullmatch(pattern, header) and not any(path.startswith(owner) for owner in owners):
                say(f"{what} is included outside of {', '.join(owners)}")
        for folder, pattern, why in NEVER_INCLUDE:
            if path.startswith(folder) and re.fullmatch(pattern, header):
                say(f"{why}: {header}")
    return broken


def targets_of(root: str, cmake_files: list) -> list:
    """(file, line, target, folder or None, linked targets) of every library, program and link line of ours."""
    found, folders = [], {}
    for path in cmake_files:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = re.sub(r"#[^\n]*", "", file.read())
        for match in re.finditer(r"\b(proktor_library|proktor_program|target_link_libraries)\s*\(([^)]*)\)", text):
            words = match.group(2).replace('"', "").split()
            if not words or "$" in words[0]:
                continue
            line = text.count("\n", 0, match.start()) + 1
            if match.group(1) == "proktor_library":
                folders[words[0]] = words[words.index("DIR") + 1] if "DIR" in words else os.path.dirname(path)
                deps = words[words.index("DEPS") + 1:] if "DEPS" in words else []
            elif match.group(1) == "proktor_program":
                folders.setdefault(words[0], os.path.dirname(path))
                deps = words[words.index("DEPS") + 1:] if "DEPS" in words else []
            else:
                deps = [word for word in words[1:] if word not in ("PUBLIC", "PRIVATE", "INTERFACE")]
            found.append((path, line, words[0], deps))
    return [(path, line, target, folders.get(target), [(dep, folders.get(dep)) for dep in deps])
            for path, line, target, deps in found]


def check_links(root: str, cmake_files: list) -> list:
    broken = []
    for path, line, target, folder, deps in targets_of(root, cmake_files):
        allowed = MAY_USE.get(rule_folder(f"{folder}/") if folder else "", None)
        for dep, dep_folder in deps:
            if dep in LINK_ONLY and target not in LINK_ONLY[dep]:
                broken.append(f"{path}:{line}: {target} may not link {dep}")
            if dep_folder and allowed is not None and not any(
                    f"{dep_folder}/".startswith(use + "/") for use in allowed):
                broken.append(f"{path}:{line}: {target} ({folder}) may not link {dep} ({dep_folder})")
    return broken


def check(root: str) -> list:
    sources, cmake_files = [], []
    for top in ("server", "sync", "provisioning", "client-web"):
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [name for name in below if name not in ("node_modules", "dist")]
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                if name.endswith((".hpp", ".cpp", ".h", ".c", ".inc")):
                    sources.append(path)
                elif name == "CMakeLists.txt" or name.endswith(".cmake"):
                    cmake_files.append(path)
    broken = check_links(root, cmake_files)
    for path in sorted(sources):
        broken += check_source(root, path)
    return broken


# --- self-test ---

CLEAN = {
    "server/CMakeLists.txt": "proktor_library(proktor_base DIR server/base DEPS OpenSSL::Crypto)\n"
                             "proktor_library(proktor_core DIR server/core DEPS proktor_base)\n"
                             "proktor_library(proktor_http DIR server/http DEPS proktor_base)\n"
                             "proktor_library(proktor_api DIR server/api DEPS proktor_core proktor_http)\n",
    "server/base/file.hpp": "#pragma once\n",
    "server/base/result.hpp": "#pragma once\n",
    "server/base/crypto.cpp": "#include <openssl/evp.h>\n",
    "server/core/state.hpp": '#include "base/result.hpp"\n// #include "base/file.hpp" and sqlite3.h in words only\n',
    "server/journal/store.cpp": '#include "core/state.hpp"\n#include <sqlite3.h>\n',
    "server/api/login.hpp": '#include "core/state.hpp"\n#include <boost/asio/awaitable.hpp>\n',
    "sync/agent/spool.cpp": '#include "base/file.hpp"\n',
}

PLANTED = [
    ("server/core/a.cpp", '#include "base/file.hpp"\n', "no I/O"),
    ("server/core/a.cpp", "#include <fstream>\n", "no I/O"),
    ("server/core/a.cpp", "#include <boost/asio/awaitable.hpp>\n", "no I/O"),
    ("server/core/a.cpp", '#include "journal/store.hpp"\n', "may not use server/journal"),
    ("server/core/a.cpp", "auto x = std::chrono::steady_clock::now();\n", "told the time"),
    ("server/qti/a.cpp", '#include "core/state.hpp"\n', "may not use server/core"),
    ("server/qti/a.cpp", "#include <iostream>\n", "no I/O"),
    ("server/qti/a.cpp", "auto d = xmlReadFile(p, 0, 0);\n", "no file"),
    ("server/base/a.cpp", '#include "core/state.hpp"\n', "may not use server/core"),
    ("server/base/a.cpp", "#include <openssl/evp.h>\n", "OpenSSL"),
    ("server/api/a.cpp", "#include <sqlite3.h>\n", "SQLite"),
    ("server/api/a.cpp", 'auto s = "SELECT lsn FROM entry";\n', "no SQL"),
    ("server/api/a.cpp", "#include <boost/asio/ip/tcp.hpp>\n", "no sockets"),
    ("server/api/a.cpp", "#include <boost/beast/http.hpp>\n", "Beast"),
    ("server/http/a.cpp", '#include "api/login.hpp"\n', "may not use server/api"),
    ("server/http/a.cpp", 'auto r = "/api/info";\n', "no routes"),
    ("server/seal/a.cpp", '#include "core/state.hpp"\n', "may not use server/core"),
    ("server/journal/a.cpp", '#include "http/server.hpp"\n', "may not use server/http"),
    ("sync/agent/a.cpp", "#include <sqlite3.h>\n", "SQLite"),
    ("sync/agent/a.cpp", '#include "api/login.hpp"\n', "may not use server/api"),
    ("sync/agent/a.cpp", '#include "../../server/api/login.hpp"\n', "may not use server/api"),
    ("provisioning/cli/a.cpp", '#include "app/run.hpp"\n', "may not use server/app"),
    ("provisioning/CMakeLists.txt", "proktor_library(proktor_cards DIR provisioning/cards DEPS proktor_api)\n",
     "may not link proktor_api"),
    ("sync/CMakeLists.txt", "proktor_library(proktor_up DIR sync/up DEPS SQLite::SQLite3)\n", "may not link SQLite"),
    ("server/x.cmake", "target_link_libraries(proktor_core PUBLIC proktor_http)\n", "may not link proktor_http"),
]


def self_test() -> int:
    def findings(extra: dict) -> list:
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**CLEAN, **extra}.items():
                full = os.path.join(root, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as file:
                    file.write(text)
            return check(root)

    failed = [f"clean tree: {line}" for line in findings({})]
    for path, text, expected in PLANTED:
        found = findings({path: text})
        if expected and not any(path in line and expected in line for line in found):
            failed.append(f"not found: {path} with {text.strip()!r}: {found}")
    print("\n".join(failed) if failed else f"arrows: {len(PLANTED)} planted arrows found")
    return 1 if failed else 0


def main(arguments: list) -> int:
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1:
        print("usage: arrows.py ROOT | --self-test", file=sys.stderr)
        return 2
    broken = check(arguments[0])
    print("\n".join(broken) if broken else "arrows: all hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
