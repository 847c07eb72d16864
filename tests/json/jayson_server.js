// A server of node's jayson, for our client. It serves until its input ends.
"use strict";

const jayson = require("jayson");

let count = 0;
const server = new jayson.Server({
    add: ([a, b], answer) => answer(null, a + b),
    echo: ([value], answer) => answer(null, value),
    fail: ([message], answer) => answer({ code: 7, message }),
    next: (_, answer) => answer(null, (count += 1)),
});
const http = server.http();
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}/`));
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
