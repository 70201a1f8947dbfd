#!/usr/bin/env python3
"""Proves that the shim beside this file tells flushed from unflushed.

    python3 tests/support/flush_shim/check.py

Each test runs a small program under the shim, lets it be killed with SIGKILL, and looks at the image
alone. What a program printed before its end counts as acknowledged.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

COMMIT_FOREVER = """
    import itertools, sqlite3, sys
    store = sqlite3.connect("store.db", isolation_level=None)
    assert store.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    store.execute("PRAGMA synchronous = " + sys.argv[1])
    store.execute("PRAGMA wal_autocheckpoint = " + sys.argv[2])
    store.execute("CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, body BLOB)")
    (head,) = store.execute("SELECT coalesce(max(seq), 0) FROM records").fetchone()
    for seq in itertools.count(head + 1):
        store.execute("INSERT INTO records VALUES (?, ?)", (seq, b"x" * (seq % 3000)))
        print(seq, flush=True)
"""


class Shim(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.build = tempfile.TemporaryDirectory()
        cls.library = os.path.join(cls.build.name, "shim.so")
        source = os.path.join(HERE, "shim.c")
        command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*command, "-o", cls.library, source, "-ldl", "-pthread"], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.build.cleanup()

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.data = os.path.join(place.name, "data")
        self.image = os.path.join(place.name, "image")
        os.mkdir(self.data)

    def start(self, program, *arguments, ignore_flush=False):
        environment = dict(
            os.environ,
            LD_PRELOAD=self.library,
            GRAPHROOM_SHIM_DIR=self.data,
            GRAPHROOM_SHIM_DURABLE=self.image,
            GRAPHROOM_SHIM_IGNORE_FLUSH="1" if ignore_flush else "0",
        )
        command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
        return subprocess.Popen(
            command, cwd=self.data, env=environment, stdout=subprocess.PIPE, text=True
        )

    def run_and_kill(self, program, **options):
        """Runs `program` up to its end, which is a SIGKILL of itself."""
        die = "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
        child = self.start(textwrap.dedent(program) + die, **options)
        child.communicate()
        self.assertEqual(child.returncode, -signal.SIGKILL)

    def kept(self, name):
        """What the image holds under a name; None if nothing."""
        path = os.path.join(self.image, name)
        if not os.path.exists(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def power_cut(self):
        """Puts the image in the place of the data."""
        shutil.rmtree(self.data)
        shutil.copytree(self.image, self.data)

    def test_an_unflushed_write_is_absent(self):
        self.run_and_kill("""
            import os
            file = os.open("a", os.O_CREAT | os.O_RDWR)
            os.write(file, b"lost")
        """)
        self.assertIsNone(self.kept("a"))
        with open(os.path.join(self.data, "a"), "rb") as file:
            self.assertEqual(file.read(), b"lost")

    def test_a_flushed_write_is_there_and_a_later_one_is_not(self):
        self.run_and_kill("""
            import os
            for flush in os.fsync, os.fdatasync:
                os.makedirs("below", exist_ok=True)
                file = os.open("below/" + flush.__name__, os.O_CREAT | os.O_RDWR)
                os.write(file, b"kept")
                os.writev(file, [b" and", b" kept"])
                flush(file)
                os.write(file, b" lost")
        """)
        self.assertEqual(self.kept("below/fsync"), b"kept and kept")
        self.assertEqual(self.kept("below/fdatasync"), b"kept and kept")

    def test_a_partial_overwrite_keeps_what_is_around_it(self):
        self.run_and_kill("""
            import os
            file = os.open("a", os.O_CREAT | os.O_RDWR)
            os.write(file, b"a" * 1000)
            os.fsync(file)
            os.pwrite(file, b"B" * 10, 500)
            os.pwrite(file, b"C" * 10, 100)
            os.pwritev(file, [b"D" * 5, b"E" * 5], 105)
            os.fsync(file)
            os.pwrite(file, b"F" * 10, 0)
            os.pwrite(file, b"G" * 10, 2000)
        """)
        expected = bytearray(b"a" * 1000)
        expected[500:510] = b"B" * 10
        expected[100:115] = b"CCCCCDDDDDEEEEE"
        self.assertEqual(self.kept("a"), bytes(expected))

    def test_truncation_counts_once_flushed_and_what_grows_after_it_is_zero(self):
        self.run_and_kill("""
            import os
            for name in "cut", "regrown", "unflushed":
                file = os.open(name, os.O_CREAT | os.O_RDWR)
                os.write(file, b"a" * 100)
                os.fsync(file)
                os.ftruncate(file, 10)
                if name == "regrown":
                    os.ftruncate(file, 60)
                    os.pwrite(file, b"b", 70)
                if name != "unflushed":
                    os.fsync(file)
            file = os.open("emptied", os.O_CREAT | os.O_RDWR)
            os.write(file, b"before")
            os.fsync(file)
            file = os.open("emptied", os.O_RDWR | os.O_TRUNC)
            os.write(file, b"new")
            os.fsync(file)
        """)
        self.assertEqual(self.kept("cut"), b"a" * 10)
        self.assertEqual(self.kept("regrown"), b"a" * 10 + b"\0" * 60 + b"b")
        self.assertEqual(self.kept("unflushed"), b"a" * 100)
        self.assertEqual(self.kept("emptied"), b"new")

    def test_a_flush_is_of_the_file_whatever_descriptor_wrote(self):
        self.run_and_kill("""
            import os
            first = os.open("a", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
            second = os.open("a", os.O_RDWR)
            copy = os.dup(first)
            os.write(first, b"one ")
            os.write(copy, b"two")
            os.close(first)
            os.fsync(second)
        """)
        self.assertEqual(self.kept("a"), b"one two")

    def test_names_are_durable_with_their_directory(self):
        self.run_and_kill("""
            import os
            def write(name, content, flush=True):
                file = os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
                os.write(file, content)
                if flush:
                    os.fsync(file)
                os.close(file)
            os.mkdir("flushed")
            for place in "flushed/", "":
                write(place + "kept", b"old")
                write(place + "gone", b"old")
                write(place + "draft", b"new")
                os.rename(place + "draft", place + "kept")
                os.unlink(place + "gone")
            write("flushed/bare", b"never flushed", flush=False)
            directory = os.open("flushed", os.O_RDONLY)
            os.fsync(directory)
        """)
        self.assertEqual(sorted(os.listdir(os.path.join(self.image, "flushed"))), ["bare", "kept"])
        self.assertEqual(self.kept("flushed/kept"), b"new")
        self.assertEqual(self.kept("flushed/bare"), b"")
        self.assertEqual(self.kept("kept"), b"old")
        self.assertEqual(self.kept("gone"), b"old")
        self.assertEqual(self.kept("draft"), b"new")

    def test_a_second_process_flushes_what_the_first_left_in_the_page_cache(self):
        self.run_and_kill("""
            import os
            file = os.open("a", os.O_CREAT | os.O_RDWR)
            os.write(file, b"one")
            os.fsync(file)
            os.write(file, b" two")
        """)
        self.assertEqual(self.kept("a"), b"one")
        self.run_and_kill("""
            import os
            file = os.open("a", os.O_RDWR)
            os.fsync(file)
        """)
        self.assertEqual(self.kept("a"), b"one two")

    def test_threads_that_write_and_flush_at_once_lose_nothing(self):
        child = self.start("""
            import os, threading
            shared = os.open("shared", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
            def work(name):
                own = os.open(name, os.O_CREAT | os.O_RDWR)
                for n in range(200):
                    line = b"%s %d\\n" % (name.encode(), n)
                    os.write(own, line)
                    os.write(shared, line)
                    os.fdatasync(shared)
                    os.write(1, line)
            threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        """)
        output, _ = child.communicate()
        self.assertEqual(child.returncode, 0)
        acknowledged = output.splitlines()
        self.assertEqual(len(acknowledged), 800)
        self.assertEqual(sorted(self.kept("shared").decode().splitlines()), sorted(acknowledged))
        self.assertIsNone(self.kept("a"))

    def test_ignored_flushes_keep_nothing(self):
        self.run_and_kill(
            """
            import os
            file = os.open("a", os.O_CREAT | os.O_RDWR)
            os.write(file, b"lost")
            os.fsync(file)
            """,
            ignore_flush=True,
        )
        self.assertIsNone(self.kept("a"))

    def test_many_flushes_of_a_long_file_cost_what_they_flush(self):
        started = time.monotonic()
        self.run_and_kill("""
            import os
            file = os.open("a", os.O_CREAT | os.O_RDWR)
            os.write(file, b"a" * (64 << 20))
            os.fsync(file)
            for n in range(1000):
                os.pwrite(file, b"b" * 4096, n * 4096 * 16)
                os.fdatasync(file)
        """)
        # Copied whole each time it would be 64 GiB.
        self.assertLess(time.monotonic() - started, 30)
        self.assertEqual(self.kept("a").count(b"b"), 1000 * 4096)

    def commit_until_killed(self, synchronous, commits, checkpoint=50, **options):
        """The last commit that was acknowledged before a SIGKILL in the middle of further ones."""
        child = self.start(COMMIT_FOREVER, synchronous, str(checkpoint), **options)
        acknowledged = [int(child.stdout.readline()) for _ in range(commits)]
        child.kill()
        acknowledged += [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        return acknowledged[-1]

    def stored(self):
        """How many records a store holds that must be whole, and without a gap; 0 without a store."""
        try:
            store = sqlite3.connect(os.path.join(self.data, "store.db"))
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            seqs = [seq for (seq,) in store.execute("SELECT seq FROM records ORDER BY seq")]
        except sqlite3.OperationalError as error:
            self.assertIn("no such table", str(error))
            return 0
        finally:
            store.close()
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
        return len(seqs)

    def test_sqlite_with_synchronous_full_loses_no_acknowledged_commit(self):
        for round_number in range(1, 6):
            acknowledged = self.commit_until_killed("FULL", 40 * round_number)
            self.power_cut()
            self.assertGreaterEqual(self.stored(), acknowledged)

    def test_sqlite_with_synchronous_normal_loses_the_last_commits(self):
        acknowledged = self.commit_until_killed("NORMAL", 20, checkpoint=0)
        self.power_cut()
        self.assertLess(self.stored(), acknowledged)

    def test_sqlite_on_a_disk_that_lies_loses_acknowledged_commits(self):
        acknowledged = self.commit_until_killed("FULL", 200, ignore_flush=True)
        self.power_cut()
        self.assertLess(self.stored(), acknowledged)


if __name__ == "__main__":
    unittest.main()
