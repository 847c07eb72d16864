<?php
// PHP's xmlrpc, which is xmlrpc-epi, against the validator: php xmlrpc.php URL
// It has neither nil nor integers of 64 bits.

function equal($found, $expected) {
    if ($found !== $expected) {
        throw new Exception('expected ' . var_export($expected, true) . ', found ' . var_export($found, true));
    }
}

function call($method, ...$params) {
    global $argv;
    $body = xmlrpc_encode_request($method, $params, ['encoding' => 'utf-8', 'escaping' => 'markup']);
    $http = ['method' => 'POST', 'header' => "Content-Type: text/xml; charset=utf-8\r\n", 'content' => $body];
    $answer = file_get_contents($argv[1], false, stream_context_create(['http' => $http]));
    return xmlrpc_decode($answer, 'utf-8');
}

function typed($value, $type) {
    xmlrpc_set_type($value, $type);
    return $value;
}

set_error_handler(function ($number, $message) {
    throw new Exception($message);
});

foreach ([0, -2147483648, 2147483647, -2.5, true, false, '', '<ÿ & 日本>', " blanks\n"] as $value) {
    equal(call('remote_repr', $value), $value);
}
foreach ([[], [1, ['two', [3.5]]], ['a' => 1, 'b' => ['c' => [true]]]] as $value) {
    equal(call('remote_repr', $value), $value);
}
$date = typed('19980717T14:08:55', 'datetime');
equal(call('remote_repr', $date)->scalar, '19980717T14:08:55');
$bytes = typed("\0\xff", 'base64');
equal(call('remote_repr', $bytes)->scalar, "\0\xff");

$many = call('validator1.manyTypesTest', 1, false, '3', 4.5, $date, $bytes);
equal([$many[0], $many[1], $many[2], $many[3]], [1, false, '3', 4.5]);
equal([$many[4]->xmlrpc_type, $many[5]->xmlrpc_type], ['datetime', 'base64']);
equal(call('validator1.easyStructTest', ['moe' => 1, 'larry' => 2, 'curly' => -4]), -1);
equal(call('quadratic', 2, -4, 0), [0.0, 2.0]);
equal(call('addtogether', 'x', 'ÿ', 'z'), 'xÿz');
equal(call('validator1.countTheEntities', "<<>&'\"")['ctLeftAngleBrackets'], 2);

foreach (['faulty' => 42, 'none' => -32601, 'quadratic' => -32602] as $method => $code) {
    $fault = call($method);
    equal(xmlrpc_is_fault($fault), true);
    equal($fault['faultCode'], $code);
}

$names = call('system.listMethods');
$sorted = $names;
sort($sorted);
equal($names, $sorted);
equal(in_array('validator1.echoStructTest', $names, true), true);
equal(call('system.methodHelp', 'faulty'), 'Always answers fault 42, whatever it is given.');
equal(call('system.methodSignature', 'quadratic'), [['array', 'double', 'double', 'double']]);

$results = call('system.multicall', [
    ['methodName' => 'addtogether', 'params' => [20, 35]],
    ['methodName' => 'faulty', 'params' => []],
    ['methodName' => 'quadratic', 'params' => [1, 2, 1]],
]);
equal($results[0], [55]);
equal($results[1], ['faultCode' => 42, 'faultString' => 'this method always fails']);
equal($results[2], [[-1.0]]);
