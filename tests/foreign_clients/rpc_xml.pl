# Perl's RPC::XML against the validator: perl rpc_xml.pl URL
use strict;
use warnings;
use utf8;

use RPC::XML;
use RPC::XML::Client;
use Test::More;

$RPC::XML::ENCODING  = 'utf-8';
$RPC::XML::ALLOW_NIL = 1;

my $client = RPC::XML::Client->new($ARGV[0]);

# The answer, of which its type can be asked. What is not an answer at all is a text.
sub call {
    my $answer = $client->send_request(@_);
    ref $answer or die "$_[0]: $answer";
    return $answer;
}

sub echoed {
    my ($value, $type) = @_;
    my $answer = call('remote_repr', $value);
    is($answer->type, $type, "a $type is a $type");
    return $answer->value;
}

is(echoed(RPC::XML::int->new(-2**31),       'int'),     -2147483648);
is(echoed(RPC::XML::i4->new(7),             'int'),     7);
is(echoed(RPC::XML::i8->new('9007199254740993'), 'i8'), '9007199254740993');
is(echoed(RPC::XML::double->new(-2.5),      'double'),  -2.5);
is(echoed(RPC::XML::boolean->new('true'),   'boolean'), 1);
is(echoed(RPC::XML::string->new('<ÿ & 日本>'), 'string'), '<ÿ & 日本>');
is(echoed(RPC::XML::string->new(''),        'string'),  '');
is(echoed(RPC::XML::datetime_iso8601->new('19980717T14:08:55'), 'dateTime.iso8601'), '19980717T14:08:55');
is(echoed(RPC::XML::base64->new("\0\xff"),  'base64'),  "\0\xff");
is(echoed(RPC::XML::nil->new,               'nil'),     undef);
is_deeply(echoed([1, ['two'], {}], 'array'), [1, ['two'], {}]);
is_deeply(echoed({ a => 1, b => { c => [] } }, 'struct'), { a => 1, b => { c => [] } });

my $date = RPC::XML::datetime_iso8601->new('20000401T00:00:00');
my $many = call('validator1.manyTypesTest', 1, RPC::XML::boolean->new(0), RPC::XML::string->new('3'), RPC::XML::double->new(4.5),
    $date, RPC::XML::base64->new('six'));
is_deeply($many->value, [1, 0, '3', 4.5, '20000401T00:00:00', 'six'], 'many types');
is(call('validator1.easyStructTest', { moe => 1, larry => 2, curly => -4 })->value, -1);
# Its doubles are the texts that came.
is_deeply([map { 0 + $_ } @{ call('quadratic', 2, -4, 0)->value }], [0, 2]);
is(call('addtogether', 'x', 'ÿ', 'z')->value, 'xÿz');
is_deeply(call('validator1.countTheEntities', q{<<>&'"})->value,
    { ctLeftAngleBrackets => 2, ctRightAngleBrackets => 1, ctAmpersands => 1, ctApostrophes => 1, ctQuotes => 1 });

for (['faulty', 42], ['none', -32601], ['quadratic', -32602], ['system.none', -32601]) {
    my ($method, $code) = @$_;
    my $answer = call($method);
    ok($answer->is_fault, "$method is a fault");
    is($answer->code, $code);
}

my $names = call('system.listMethods')->value;
is_deeply($names, [sort @$names], 'the names are sorted');
is(scalar(grep { $_ eq 'validator1.echoStructTest' } @$names), 1);
is(call('system.methodHelp', 'faulty')->value, 'Always answers fault 42, whatever it is given.');
is_deeply(call('system.methodSignature', 'quadratic')->value, [['array', 'double', 'double', 'double']]);
is(call('system.getCapabilities')->value->{faults_interop}{specVersion}, 20010516);

my $results = call('system.multicall', [
    { methodName => 'addtogether', params => [20, 35] },
    { methodName => 'faulty',      params => [] },
    { methodName => 'quadratic',   params => [1, 0, 1] },
])->value;
is_deeply(
    $results,
    [[55], { faultCode => 42, faultString => 'this method always fails' }, { faultCode => 3, faultString => 'math domain error' }],
    'a multicall'
);

done_testing();
