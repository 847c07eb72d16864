// node's jayson as a client of our server, in versions 2.0 and 1.0.
"use strict";

const assert = require("node:assert");
const jayson = require("jayson/promise");

const url = new URL(process.argv[2]);

async function run() {
    const options = { host: url.hostname, port: url.port, path: url.pathname };
    for (const version of [2, 1]) {
        const client = jayson.Client.http({ ...options, version });
        assert.strictEqual((await client.request("add", [2, 3])).result, 5);
        const value = [null, true, 2 ** 40, 0.5, "é😀\"\n", { a: [] }];
        assert.deepStrictEqual((await client.request("echo", [value])).result, value);
        const moment = "2026-01-02T03:04:05";
        const read = (await client.request("moment", [moment])).result;
        assert.strictEqual(new Date(read + "Z").toISOString(), "2026-01-02T03:04:05.000Z");
        assert.strictEqual((await client.request("none", [])).error.code, -32601);
        assert.deepStrictEqual((await client.request("fail", [42, "so"])).error, { code: 42, message: "so" });
    }
    const client = jayson.Client.http(options);
    assert.strictEqual((await client.request("subtract", { subtrahend: 3, minuend: 5 })).result, 2);
    const before = (await client.request("next", [])).result;
    await client.request("next", [], null);
    assert.strictEqual((await client.request("next", [])).result, before + 2);
    const batch = [
        client.request("add", [1, 2], undefined, false),
        client.request("next", [], null, false),
        client.request("none", [], undefined, false),
    ];
    const answers = await client.request(batch);
    assert.strictEqual(answers.length, 2);
    assert.strictEqual(answers[0].result, 3);
    assert.strictEqual(answers[1].error.code, -32601);
}

run().catch((error) => {
    console.error(error);
    process.exit(1);
});
