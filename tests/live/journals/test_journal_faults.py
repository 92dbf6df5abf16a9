"""Whatever a disk does, what stands in a journal is the beginning of the set, and in the end all of it."""

import errno

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from live.journals.journal_writer import PERIOD_SECONDS, JournalWriter
from presets.sets.reader import records_in
from presets.sets.records import Opened
from tests.live.journals.memory_disk import FOLDER, REFUGE, MemoryDisk, SlowSyncing, failure
from tests.presets.sets.journal_records import NOTE, OPENED, records

ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.ESTALE]

FAULTS = st.one_of(
    st.tuples(st.just("room"), st.integers(0, 3000)),
    st.tuples(st.just("mouthful"), st.integers(1, 500)),
    st.tuples(
        st.sampled_from(["make_error", "write_error", "sync_error"]), st.sampled_from(ERRORS).map(failure)
    ),
)
"""What may be wrong with a `MemoryDisk`, and how."""


class Evening(RuleBasedStateMachine):
    """A set on a disk that fails, forgets, dawdles, and is tidied up by somebody meanwhile."""

    def __init__(self):
        super().__init__()
        self.disk = MemoryDisk()
        self.syncing = SlowSyncing()
        self.writer = JournalWriter(FOLDER, self.disk.new_file, self.syncing, REFUGE)
        self.now = 0.0
        self.records = []
        self.files = []
        self._put(OPENED, NOTE)

    def _put(self, *some):
        for record in some:
            self.records.append(record)
            self.writer.put(record)

    def _pump_until(self, until):
        while (deadline := self.writer.pump(self.now)) <= until:
            self.now = deadline
        self.now = until

    @rule(some=st.lists(records.filter(lambda record: not isinstance(record, Opened)), max_size=20))
    def play(self, some):
        self._put(*some)

    @rule(seconds=st.sampled_from([0.0, 0.1, PERIOD_SECONDS, 1.0, 3.0]))
    def wait(self, seconds):
        self._pump_until(self.now + seconds)

    @rule()
    def answer(self):
        self.syncing.answer()

    @rule(fault=FAULTS)
    def fail(self, fault):
        name, value = fault
        setattr(self.disk, name, value)

    @rule()
    def tidy_up(self):
        self.files += self.disk.remove_all()

    @rule()
    def move(self):
        self.files += self.disk.files.values()
        self.disk.move_all(REFUGE)

    @rule()
    def begin_another_set(self):
        path = FOLDER / "2026-11-21-193000.jsonl"
        if path not in self.disk.files and self.disk.make_error is None:
            self.disk.new_file(path)

    @rule()
    def recover(self):
        self.disk.heal()

    @rule()
    def recover_and_wait(self):
        self.disk.heal()
        self._settle()
        assert self.writer.trouble(self.now) is None
        assert self._file().durable == self._file().data
        assert self._kept(self._file().data) == self.records

    @invariant()
    def every_file_is_the_beginning_of_the_set(self):
        for file in [*self.disk.files.values(), *self.files]:
            for data in (file.data, file.durable):
                kept = self._kept(data)
                assert kept == self.records[: len(kept)]

    def teardown(self):
        self.disk.heal()
        self.syncing.answer()
        loss = self.writer.finish(self.now)
        assert loss is None or loss.startswith("the disk does not answer")
        assert self._kept(self._file().data) == self.records

    def _settle(self):
        """Let the disk have time for everything."""
        for _ in range(60):
            self.syncing.answer()
            self._pump_until(self.now + PERIOD_SECONDS)

    def _file(self):
        return self.disk.files[self.writer.path]

    def _kept(self, data):
        """Return the records in a file, of which the last line only may be unfinished."""
        kept, unreadable = records_in(bytes(data))
        assert unreadable == int(bool(data) and data[-1:] != b"\n")
        return list(kept)


Evening.TestCase.settings = settings(max_examples=100, stateful_step_count=30)
TestEvening = Evening.TestCase
