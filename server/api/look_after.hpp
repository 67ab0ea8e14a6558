#pragma once
// What a kegiatan needs once a second without anybody asking: new tokens, pages that fell silent, a state read anew after
// a full disk, ticks for the consoles, and every 4 s of an open sitting one `alive` entry. I/O thread.

#include "api/context.hpp"

#include <cstdint>

namespace proktor::api {

// `second` counts up from 1 in steps of one.
void look_after(Context& context, Exam& exam, std::uint64_t second, DurationMs silent_ms);

// Reads a state anew that is ahead of its journal, and takes appends again; nothing when there is no room yet.
void take_up_again(Context& context, Exam& exam);

}  // namespace proktor::api
