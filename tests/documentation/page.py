"""The documentation page in a browser: python3 page.py URL [DIRECTORY]

With a directory, screenshots of the page are left there to be looked at.
"""

import base64
import json
import os
import sys

from devtools import Browser


def equal(actual, expected, what):
    if actual != expected:
        raise AssertionError("%s: expected %a, found %a" % (what, expected, actual))


def call(browser, method, typed):
    """Types parameters into a method's form and presses Enter. What is shown: its kind and its text."""
    form = "document.querySelector('form[data-method=\"%s\"]')" % method
    browser.evaluate(form + ".elements.parameters.value = ''; " + form + ".elements.parameters.focus()")
    browser.send("Input.insertText", text=typed)
    shown = browser.send(
        "Runtime.evaluate",
        expression="""{
            const output = %s.querySelector("output");
            globalThis.shown = new Promise((resolve) => {
                const done = () => ["done", "failed"].includes(output.className) && output.textContent;
                output.className = "";
                new MutationObserver((_, observer) => {
                    if (done()) {
                        observer.disconnect();
                        resolve([output.className, output.textContent]);
                    }
                }).observe(output, { childList: true, attributes: true, characterData: true, subtree: true });
            });
        }"""
        % form,
    )
    assert "exceptionDetails" not in shown, shown
    browser.press("Enter", 13, "\r")
    return tuple(browser.evaluate("globalThis.shown"))


# What is typed, what the server takes it for, and how it is shown when it comes back.
VALUES = [
    ("1", "Int(1)", "1"),
    ("-2147483648", "Int(-2147483648)", "-2147483648"),
    ("2147483648", "I8(2147483648)", "2147483648"),
    ("9007199254740993", "I8(9007199254740993)", "9007199254740993"),
    ("1.0", "Double(1.0)", "1.0"),
    ("-2.5e3", "Double(-2500.0)", "-2500.0"),
    ("true", "Boolean(true)", "true"),
    ("false", "Boolean(false)", "false"),
    ("null", "Nil", "null"),
    ('"Arthur"', 'String("Arthur")', '"Arthur"'),
    ('""', 'String("")', '""'),
    (r'"<b> & \" \\ 12 \u00ff \r\n"', r'String("<b> & \" \\ 12 ÿ \r\n")', r'"<b> & \" \\ 12 ÿ \r\n"'),
    ('"日本語 \U0001f600"', 'String("日本語 \U0001f600")', '"日本語 \U0001f600"'),
    ('{"$dateTime": "19980717T14:08:55"}', "DateTime(19980717T14:08:55)", '{"$dateTime": "19980717T14:08:55"}'),
    ('{"$base64": "AP8="}', "Base64([0, 255])", '{"$base64": "AP8="}'),
    ("[]", "Array([])", "[]"),
    ("[1, [2.5], {}]", "Array([Int(1), Array([Double(2.5)]), Struct({})])", "[1, [2.5], {}]"),
    ('{"a": 1, "b": {"c": [true]}}', 'Struct({"a": Int(1), "b": Struct({"c": Array([Boolean(true)])})})', None),
]

CALLS = [
    ("add", "2, 3", ("done", "5")),
    ("add", " 2 , 3 ", ("done", "5")),
    ("add", "2", ("failed", "Fault -32602\nparams[1]: expected int, found only 1 parameter")),
    ("fail", '42, "<no> such state"', ("failed", "Fault 42\n<no> such state")),
    ("add", "2, ", ("failed", 'Expected JSON values with commas between them, like 1, "two", [3.5].')),
    ("add", "2; 3", ("failed", 'Expected JSON values with commas between them, like 1, "two", [3.5].')),
    ("echo", "99999999999999999999", ("failed", "99999999999999999999 needs more than 64 bits.")),
    ("echo", "1e999", ("failed", "1e999 is too large for a double.")),
    ("größe <&>", '"x"', ("done", '"named x"')),
]


def screenshot(browser, name):
    if len(sys.argv) > 2:
        image = browser.send("Page.captureScreenshot", format="png")["data"]
        with open(os.path.join(sys.argv[2], name + ".png"), "wb") as file:
            file.write(base64.b64decode(image))


def size(browser, width, height):
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


def main(url):
    with Browser() as browser:
        for domain in ("Log", "Runtime"):
            browser.send(domain + ".enable")
        size(browser, 1280, 1600)
        browser.open(url)

        ground = "getComputedStyle(document.body).backgroundColor"
        grounds = []
        for scheme in ("light", "dark"):
            browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            grounds.append(browser.evaluate(ground))
        equal(grounds, ["rgb(253, 253, 251)", "rgb(22, 24, 27)"], "the style")

        # The first thing that the keyboard gets to.
        browser.press("Tab", 9)
        equal(browser.evaluate("document.activeElement.getAttribute('href')"), "#methods", "the focus")

        for typed, taken, shown in VALUES:
            equal(call(browser, "taken", typed), ("done", json.dumps(taken, ensure_ascii=False)), "taken " + typed)
            equal(call(browser, "echo", typed), ("done", shown or typed), "echo " + typed)
        for method, typed, expected in CALLS:
            equal(call(browser, method, typed), expected, "%s(%s)" % (method, typed))
        kind, shown = call(browser, "echo", json.dumps([{"name": "n" * 30, "list": [1, 2]}] * 3))
        one = '  {"name": "%s", "list": [1, 2]}' % ("n" * 30)
        equal(shown, "[\n%s\n]" % ",\n".join([one] * 3), "a long value")
        screenshot(browser, "dark")
        browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        screenshot(browser, "light")

        # A method without parameters has a button alone.
        browser.evaluate("document.querySelector('form[data-method=nothing] button').click()")
        nothing = "document.querySelector('form[data-method=nothing] output')"
        browser.evaluate(
            "new Promise((resolve) => { const look = () => %s.className === 'done' ? resolve() : requestAnimationFrame(look);"
            " look(); })" % nothing
        )
        equal(browser.evaluate(nothing + ".textContent"), "null", "nothing()")

        size(browser, 360, 800)
        equal(browser.evaluate("document.documentElement.scrollWidth"), 360, "the width of a small screen's page")
        screenshot(browser, "narrow")

        browser.evaluate("document.querySelector('nav a[href=\"#-add\"]').click()")
        equal(browser.evaluate("document.querySelector(':target').id"), "-add", "the link")
        equal(browser.complaints(), [], "complaints")

        # The policy is in force: what does not belong to the page does not run, and nothing is loaded.
        browser.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'var bad = 1'}))")
        equal(browser.evaluate("typeof bad"), "undefined", "a script from elsewhere")
        blocked = browser.evaluate(
            "new Promise((resolve) => document.body.append(Object.assign(new Image(),"
            " {src: '/RPC2', onload: () => resolve(false), onerror: () => resolve(true)})))"
        )
        equal(blocked, True, "an image")
        refused = [text for text in browser.complaints() if "Content Security Policy" in text]
        equal(len(refused), 2, "refusals")


main(sys.argv[1])
print("done")
