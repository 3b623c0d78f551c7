import platform

from videogen.web.memory import share_heaps


def test_threads_share_heaps_where_the_c_library_can_do_so() -> None:
    assert share_heaps() is (platform.libc_ver()[0] == "glibc")
