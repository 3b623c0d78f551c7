"""How the C library hands memory out to the threads of this process."""

import ctypes

M_ARENA_MAX = -8  # glibc's malloc.h
N_HEAPS = 2


def share_heaps() -> bool:
    """Let threads share few heaps, so that what one has freed another takes; False: not glibc.

    Otherwise each of some thirty threads keeps its own: at a million runs 30 MiB that nobody uses.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, N_HEAPS))
    except (AttributeError, OSError, TypeError):
        return False
