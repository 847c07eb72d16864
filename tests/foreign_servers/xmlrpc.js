// A server of node's xmlrpc, which prints its port.
const xmlrpc = require("xmlrpc");

const server = xmlrpc.createServer({ host: "127.0.0.1", port: 0 }, () => {
    console.log(server.httpServer.address().port);
});
server.on("add", (_, params, answer) => answer(null, params[0] + params[1]));
server.on("echo", (_, params, answer) => answer(null, params[0]));
server.on("fail", (_, __, answer) => answer({ faultCode: 7, faultString: "an apple & a <pear>" }, null));
// Which types it takes things for.
server.on("types", (_, params, answer) => {
    answer(null, params.map((param) => Buffer.isBuffer(param) ? "buffer" : param instanceof Date ? "date" : typeof param));
});
