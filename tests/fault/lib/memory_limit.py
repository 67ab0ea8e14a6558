"""A limit of memory for one program at a time: a cgroup (version 2, else 1) where this user may make one, else RLIMIT_DATA."""
import os
import resource

V2 = "/sys/fs/cgroup"
V1 = "/sys/fs/cgroup/memory"


class MemoryLimit:
    """`kind` says what holds the limit. enter() is for the child, between fork and exec."""

    def __init__(self, name: str):
        self.bytes = 0
        self.folder, self.kind = "", "RLIMIT_DATA"
        for parent, kind, file in ((own_v2_group(), "cgroup v2", "memory.max"), (V1, "cgroup v1", "memory.limit_in_bytes")):
            folder = os.path.join(parent, f"{name}-{os.getpid()}")
            try:
                os.mkdir(folder)
            except OSError:
                continue
            if os.access(os.path.join(folder, file), os.W_OK):
                self.folder, self.kind, self.file = folder, kind, os.path.join(folder, file)
                return
            os.rmdir(folder)

    def set(self, limit_bytes: int) -> None:
        """For the programs that enter from now on; the one before has to be over."""
        self.bytes = limit_bytes
        if self.folder:
            with open(self.file, "w", encoding="ascii") as file:
                file.write(str(limit_bytes))

    def enter(self) -> None:
        if self.folder:
            with open(os.path.join(self.folder, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write(str(os.getpid()))
        elif self.bytes:
            resource.setrlimit(resource.RLIMIT_DATA, (self.bytes, self.bytes))

    def close(self) -> None:
        if self.folder:
            os.rmdir(self.folder)


def own_v2_group() -> str:
    try:
        with open("/proc/self/cgroup", encoding="ascii") as file:
            own = next((line[3:].strip() for line in file if line.startswith("0::")), "/")
    except OSError:
        own = "/"
    return V2 + own.rstrip("/")


def bytes_of(pid: int, name: str) -> int:
    """Of /proc/PID/status: VmHWM, the most that was resident; RssAnon, what a limit counts and cannot take back."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(name)), 0)
