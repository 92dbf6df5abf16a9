"""Ardour with its window, on a screen that nobody sees, told by a script of its own what to do.

Its configuration has the script as the first of its scripted actions, and JACK as the audio system that it
starts by itself. What remains is to confirm a warning, and to click on the button of the script.
"""

import base64
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import Template

from live.benchmarks.processes import running

WAIT_SECONDS = 90.0
"""How long a start, and an import, may take."""

POLL_SECONDS = 0.5

WIDTH, HEIGHT = 1400, 900

FIRST_SCRIPT = 1222, 44
"""Where the button of the first scripted action is, in Ardour 7.3 on a screen of this size."""

STARTS = 4
"""How often to make the session at most: one in three loses JACK meanwhile."""

MAKE_SESSION = Template("""
AudioEngine:set_backend("JACK", "ardour", "")
local session = create_session("$folder", "$name", 48000)
if not session then os.exit(1) end
session:save_state("", false, false, false, false, false)
close_session()
""")

CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="try-autostart-engine" value="1"/>
  </Config>
  <Extra>
    <AudioMIDISetup>
      <EngineStates>
        <State backend="JACK" driver="" device="" input-device="" output-device="" sample-rate="48000"
          buffer-size="1024" n-periods="0" input-latency="0" output-latency="0" lm-input="" lm-output=""
          active="1" use-buffered-io="0" midi-option="" lru="1">
          <MIDIDevices/>
        </State>
      </EngineStates>
    </AudioMIDISetup>
  </Extra>
</Ardour>
"""

SCRIPTS = Template("""<?xml version="1.0" encoding="UTF-8"?>
<UIScripts>
  <ActionScript lua="Lua 5.3">$state</ActionScript>
  <ActionHooks/>
</UIScripts>
""")


def do_in_ardour(home: Path, code: str, done: str) -> Path:
    """Make a session and run Lua code in Ardour's window; return the folder of the session.

    Args:
        home: a folder for all that Ardour writes.
        code: in one line; it ends with saving the session under another name.
        done: that name.

    Raises:
        RuntimeError: if Ardour does not come to it.
    """
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    _configure(home / ".config" / "ardour7", code)
    session = _make_session(home, environment)
    with ExitStack() as stack:
        environment["DISPLAY"] = stack.enter_context(_screen())
        opened = session / f"{session.name}.ardour"
        silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        stack.enter_context(
            running(["ardour", "-a", "-n", "-d", "-O", str(opened)], env=environment, **silence)
        )
        hands = _Hands(environment)
        _wait(lambda: hands.windows(r"^$", least=200) or hands.windows(" - Ardour"), "a window")
        for warning in hands.windows(r"^$", least=200):
            hands.do("windowfocus", "--sync", warning, "key", "alt+o")
        _wait(lambda: hands.windows(" - Ardour"), "the session")
        time.sleep(WAIT_SECONDS / 15)  # its buttons come after the window
        x, y = FIRST_SCRIPT
        hands.do("mousemove", str(x), str(y), "click", "1")
        _wait((session / f"{done}.ardour").is_file, "the end of the script")
    return session


class _Hands:
    """Types and clicks on the screen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def do(self, *words: str) -> str:
        """Let xdotool do something; return what it says."""
        return subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False
        ).stdout

    def windows(self, name: str, least: int = 0) -> list[str]:
        """Return the windows that can be seen whose names match, and that are at least so wide."""
        found = self.do("search", "--onlyvisible", "--name", ".*").split()
        return [
            window
            for window in found
            if re.search(name, self.do("getwindowname", window).strip())
            and least <= int(re.search(r"Geometry: (\d+)", self.do("getwindowgeometry", window))[1]) < WIDTH
        ]


@contextmanager
def _screen() -> Iterator[str]:
    """Run an X server that shows nothing to anybody; yield the name of its display."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
    with running(command, pass_fds=(write,), stderr=subprocess.DEVNULL):
        os.close(write)
        with open(read) as told:  # noqa: PTH123 - a pipe
            yield f":{told.readline().strip()}"


def _configure(folder: Path, code: str) -> None:
    folder.mkdir(parents=True)
    (folder / ".a7").touch()  # has been here before: no questions
    (folder / "config").write_text(CONFIG)
    made = f"return function () {code} end"
    source = f'ardour {{ ["type"] = "EditorAction", name = "Open" }} function factory () {made} end'
    fields = {"n": "Open", "s": source, "f": made}
    state = "scripts = {} scripts[1] = {} scripts[1]['a'] = {} "
    state += " ".join(f"scripts[1]['{key}'] = {_quoted(text)}" for key, text in fields.items())
    (folder / "ui_scripts").write_text(SCRIPTS.substitute(state=base64.b64encode(state.encode()).decode()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _make_session(home: Path, environment: dict[str, str]) -> Path:
    for start in range(1, STARTS + 1):
        session = home / f"session{start}"
        script = home / f"make{start}.lua"
        script.write_text(MAKE_SESSION.substitute(folder=session, name=session.name))
        subprocess.run(
            ["ardour7-lua", "-X", script],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=WAIT_SECONDS,
            check=False,
        )
        if (session / f"{session.name}.ardour").is_file():
            return session
    raise RuntimeError(f"Ardour did not make a session in {STARTS} starts")


def _wait(until: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Ardour: {what} did not come")
        time.sleep(POLL_SECONDS)
