# Ruby's XMLRPC::Server, with the methods that tests/foreign_servers asks for. It ends when its standard input does.
require "xmlrpc/server"
require "webrick"

log = WEBrick::Log.new($stderr, WEBrick::Log::FATAL)
server = XMLRPC::Server.new(0, "127.0.0.1", 4, $stderr, false, false, Logger: log, AccessLog: [])
server.add_handler("echo") { |value| value }
server.add_handler("add", %w[int int int], "Adds two numbers.") { |a, b| a + b }
server.add_handler("fail") { raise XMLRPC::FaultException.new(7, "an apple & a <pear>") }
server.add_handler("bytes") { |text| XMLRPC::Base64.new(text) }
server.add_introspection
server.add_multicall
web = server.instance_variable_get(:@server)
$stdout.puts web.listeners.first.addr[1]
$stdout.flush
Thread.new { $stdin.read; exit! 0 }
server.serve
