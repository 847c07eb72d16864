"""A headless Chromium, driven by the Chrome DevTools Protocol over a pair of pipes."""

import json
import os
import subprocess
import tempfile

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
]


class Browser:
    """One page of a browser of its own, which ends with the `with` block."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()

        def places():
            # The browser reads at 3 and writes at 4. The first may be where the second has to go.
            reading, writing = os.dup(to_read), os.dup(back_write)
            while reading < 5:
                reading = os.dup(reading)
            while writing < 5:
                writing = os.dup(writing)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            ["chromium", *FLAGS, "--user-data-dir=" + self.directory.name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=places,
            env=dict(os.environ, HOME=self.directory.name, XDG_CONFIG_HOME="", XDG_CACHE_HOME="", XDG_DATA_HOME=""),
        )
        os.close(to_read)
        os.close(back_write)
        self.replies = open(self.back, "rb")
        self.number = 0
        self.events = []
        self.pending = b""
        self.session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.send("Browser.close")
            self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
            self.replies.close()
            os.close(self.to)
            self.directory.cleanup()

    def send(self, method, **params):
        """Sends a command, and gives its result."""
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError("%s: %s" % (method, message["error"]))
                return message["result"]
            self.events.append(message)

    def receive(self):
        while b"\0" not in self.pending:
            more = os.read(self.back, 65536)
            if not more:
                raise AssertionError("the browser has ended")
            self.pending += more
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def wait_for(self, method):
        """The next event of this name that has not been asked for yet."""
        while True:
            for at, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(at)["params"]
            self.events.append(self.receive())

    def evaluate(self, expression):
        """What a JavaScript expression, or the promise that it is, results in."""
        outcome = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in outcome:
            raise AssertionError("%s: %s" % (expression, outcome["exceptionDetails"]))
        return outcome["result"].get("value")

    def open(self, url):
        self.send("Page.enable")
        self.send("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def complaints(self):
        """What the browser has found wrong with the page: entries of its log, and exceptions."""
        self.evaluate("0")
        found = []
        for event in self.events:
            if event.get("method") == "Log.entryAdded":
                found.append(event["params"]["entry"]["text"])
            elif event.get("method") == "Runtime.exceptionThrown":
                found.append(str(event["params"]["exceptionDetails"]))
        return found
