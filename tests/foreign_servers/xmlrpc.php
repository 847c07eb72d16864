<?php
// PHP's extension xmlrpc behind its web server, with the methods that tests/foreign_servers asks for.
function failure($name, $params) {
    return ['faultCode' => 7, 'faultString' => 'an apple & a <pear>'];
}
function echoed($name, $params) {
    return $params[0];
}
function added($name, $params) {
    return $params[0] + $params[1];
}
$server = xmlrpc_server_create();
xmlrpc_server_register_method($server, 'echo', 'echoed');
xmlrpc_server_register_method($server, 'add', 'added');
xmlrpc_server_register_method($server, 'fail', 'failure');
$options = ['encoding' => 'utf-8', 'escaping' => 'markup', 'version' => 'xmlrpc'];
header('Content-Type: text/xml; charset=utf-8');
echo xmlrpc_server_call_method($server, file_get_contents('php://input'), null, $options);
