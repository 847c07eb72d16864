# Ruby's xmlrpc against the validator: ruby xmlrpc.rb URL
require "xmlrpc/client"

XMLRPC::Config.const_get(:ENABLE_NIL_PARSER) # There is one.
XMLRPC::Config.send(:remove_const, :ENABLE_NIL_CREATE)
XMLRPC::Config.const_set(:ENABLE_NIL_CREATE, true)
XMLRPC::Config.send(:remove_const, :ENABLE_NIL_PARSER)
XMLRPC::Config.const_set(:ENABLE_NIL_PARSER, true)

def equal(found, expected)
  return if found == expected && found.class == expected.class
  raise "expected #{expected.inspect}, found #{found.inspect}"
end

def fault_of
  result = yield
rescue XMLRPC::FaultException => fault
  [fault.faultCode, fault.faultString]
else
  raise "expected a fault, found #{result.inspect}"
end

client = XMLRPC::Client.new2(ARGV[0])

[
  0, -2**31, 2**31 - 1, -2.5, 1e300, true, false, "", "<ÿ & 日本>", " blanks ", nil,
  [], [1, ["two", nil], {}], {}, { "a" => 1, "b" => { "c" => [] } },
].each { |value| equal client.call("remote_repr", value), value }
# Beyond 32 bits it reads what it does not write.
equal client.call("addtogether", 2**31 - 1, 1), 2**31
date = XMLRPC::DateTime.new(1998, 7, 17, 14, 8, 55)
equal client.call("remote_repr", date).to_a, date.to_a
equal client.call("remote_repr", XMLRPC::Base64.new("\0\xff".b)).b, "\0\xff".b

many = client.call("validator1.manyTypesTest", 1, false, "3", 4.5, date, XMLRPC::Base64.new("six"))
equal many.values_at(0, 1, 2, 3, 5), [1, false, "3", 4.5, "six"]
equal many[4].to_a, date.to_a
equal client.call("validator1.easyStructTest", { "moe" => 1, "larry" => 2, "curly" => -4 }), -1
equal client.call("quadratic", 2, -4, 0), [0.0, 2.0]
equal client.call("addtogether", "x", "ÿ", "z"), "xÿz"
equal client.proxy("validator1").moderateSizeArrayCheck(["a", "b", "c"]), "ac"
entities = client.call("validator1.countTheEntities", "<<>&'\"")
equal entities["ctLeftAngleBrackets"], 2

equal fault_of { client.call("faulty") }, [42, "this method always fails"]
equal fault_of { client.call("none") }, [-32601, 'method "none" not found']
equal fault_of { client.call("quadratic") }, [-32602, "params[0]: expected double, found none"]
# It tells a fault from a result without an exception, too.
ok, fault = client.call2("faulty")
equal [ok, fault.faultCode], [false, 42]

names = client.call("system.listMethods")
equal names, names.sort
equal names.include?("validator1.echoStructTest"), true
equal client.call("system.methodHelp", "faulty"), "Always answers fault 42, whatever it is given."
equal client.call("system.methodSignature", "quadratic"), [["array", "double", "double", "double"]]

results = client.multicall(["addtogether", 20, 35], ["faulty"], ["quadratic", 1, 2, 1])
equal results.values_at(0, 2), [55, [-1.0]]
equal results[1].faultCode, 42

# Not only by itself: the connection is kept, and calls may be made beside it.
equal client.call_async("addtogether", 1, 2), 3
