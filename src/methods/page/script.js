"use strict";

// Parameters and results are shown as JSON, in which a date is {"$dateTime": "19980717T14:08:55"}, and bytes are
// {"$base64": "eW91"}. A number without a fraction is an integer, any other one a double.

// JSON to XML-RPC.

class Mistake extends Error {}

// Numbers as {"$number": "2.0"}, since JSON.parse would lose whether they have a fraction, and digits beyond the
// 53 bits of a double.
function parse(text) {
    const marked = text.replace(
        /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g,
        (token) => (token.startsWith('"') ? token : `{"$number":"${token}"}`),
    );
    try {
        return JSON.parse(`[${marked}]`);
    } catch {
        throw new Mistake('Expected JSON values with commas between them, like 1, "two", [3.5].');
    }
}

function numberOf(digits) {
    if (/[.eE]/.test(digits)) {
        if (!Number.isFinite(Number(digits))) {
            throw new Mistake(`${digits} is too large for a double.`);
        }
        return ["double", digits];
    }
    const integer = BigInt(digits);
    if (BigInt.asIntN(64, integer) !== integer) {
        throw new Mistake(`${digits} needs more than 64 bits.`);
    }
    return [BigInt.asIntN(32, integer) === integer ? "int" : "i8", digits];
}

// The name of the element and its text, if the value is no array and no struct.
function scalarOf(value) {
    switch (typeof value) {
        case "boolean":
            return ["boolean", value ? "1" : "0"];
        case "string":
            return ["string", value];
    }
    if (value === null) {
        return ["nil", ""];
    }
    const [[name, text] = [], ...more] = Object.entries(value);
    if (Array.isArray(value) || more.length > 0 || typeof text !== "string") {
        return null;
    }
    switch (name) {
        case "$number":
            return numberOf(text);
        case "$dateTime":
            return ["dateTime.iso8601", text];
        case "$base64":
            return ["base64", text];
    }
    return null;
}

function append(parent, name, text) {
    const element = parent.ownerDocument.createElement(name);
    if (text !== undefined) {
        element.textContent = text;
    }
    return parent.appendChild(element);
}

function appendValue(parent, value) {
    const place = append(parent, "value");
    const scalar = scalarOf(value);
    if (scalar) {
        append(place, ...scalar);
    } else if (Array.isArray(value)) {
        const data = append(append(place, "array"), "data");
        value.forEach((item) => appendValue(data, item));
    } else {
        const struct = append(place, "struct");
        for (const [name, item] of Object.entries(value)) {
            const member = append(struct, "member");
            append(member, "name", name);
            appendValue(member, item);
        }
    }
}

function documentOf(method, params) {
    const xml = document.implementation.createDocument(null, "methodCall");
    append(xml.documentElement, "methodName", method);
    const list = append(xml.documentElement, "params");
    params.forEach((param) => appendValue(append(list, "param"), param));
    const text = new XMLSerializer().serializeToString(xml);
    // The serializer leaves carriage returns as they are, and whoever reads them takes them for line feeds.
    return '<?xml version="1.0"?>' + text.replaceAll("\r", "&#13;");
}

// XML-RPC to text.

const WIDTH = 76;

function enclosed(open, close, items, indent) {
    const line = open + items.join(", ") + close;
    if (items.length === 0 || (indent.length + line.length <= WIDTH && !line.includes("\n"))) {
        return line;
    }
    const inner = indent + "  ";
    return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indent}${close}`;
}

function textOf(value, indent = "") {
    const element = value.firstElementChild;
    const text = (element ?? value).textContent;
    const inner = indent + "  ";
    switch (element?.localName) {
        case "array": {
            const data = element.querySelector(":scope > data");
            return enclosed("[", "]", Array.from(data.children, (item) => textOf(item, inner)), indent);
        }
        case "struct": {
            const members = Array.from(element.children, (member) => {
                const [name, item] = member.children;
                return `${JSON.stringify(name.textContent)}: ${textOf(item, inner)}`;
            });
            return enclosed("{", "}", members, indent);
        }
        case "nil":
            return "null";
        case "boolean":
            return text.trim() === "1" ? "true" : "false";
        case "dateTime.iso8601":
            return `{"$dateTime": ${JSON.stringify(text.trim())}}`;
        case "base64":
            return `{"$base64": ${JSON.stringify(text.replace(/\s/g, ""))}}`;
        case "string":
        case undefined:
            return JSON.stringify(text);
        default:
            return text.trim();
    }
}

// The result's text, or the fault.
function answerOf(text) {
    const xml = new DOMParser().parseFromString(text, "text/xml");
    const result = xml.querySelector("methodResponse > params > param > value");
    if (result) {
        return { result: textOf(result) };
    }
    const members = Array.from(xml.querySelectorAll("methodResponse > fault > value > struct > member"));
    const member = (name) =>
        members.find((found) => found.firstElementChild.textContent === name)?.lastElementChild.textContent;
    if (members.length === 0) {
        throw new Mistake("The answer is not XML-RPC.");
    }
    return { fault: member("faultCode"), text: member("faultString") };
}

// The forms.

async function call(method, parameters) {
    const body = documentOf(method, parse(parameters));
    // Without the name and the password that the page's own address may have.
    const address = location.origin + (document.body.dataset.calls || location.pathname);
    const response = await fetch(address, { method: "POST", headers: { "Content-Type": "text/xml" }, body });
    if (!response.ok) {
        throw new Mistake(`HTTP status ${response.status} ${response.statusText}`);
    }
    return answerOf(await response.text());
}

function show(output, state, heading, text) {
    output.className = state;
    output.textContent = "";
    if (heading) {
        append(output, "strong", heading);
        output.append("\n");
    }
    output.append(text);
}

async function submit(event) {
    event.preventDefault();
    const form = event.target;
    const output = form.querySelector("output");
    // An answer that comes after the next call was made is not shown.
    const number = (form.dataset.calls = String(Number(form.dataset.calls ?? 0) + 1));
    show(output, "waiting", "", "…");
    try {
        const answer = await call(form.dataset.method, form.elements.parameters?.value ?? "");
        if (number !== form.dataset.calls) {
            return;
        }
        if ("fault" in answer) {
            show(output, "failed", `Fault ${answer.fault}`, answer.text);
        } else {
            show(output, "done", "", answer.result);
        }
    } catch (error) {
        if (number === form.dataset.calls) {
            const heading = error instanceof Mistake ? "" : "No answer";
            show(output, "failed", heading, error.message);
        }
    }
}

for (const form of document.querySelectorAll("form[data-method]")) {
    form.addEventListener("submit", submit);
    form.hidden = false;
}
for (const element of document.querySelectorAll("details[hidden]")) {
    element.hidden = false;
}
