# RPC::XML::Server, with the methods that tests/foreign_servers asks for. It ends when its standard input does.
use strict;
use warnings;
use RPC::XML;
use RPC::XML::Server;

# Its own default is to declare US-ASCII whatever it sends.
$RPC::XML::ENCODING = 'utf-8';
my $server = RPC::XML::Server->new(host => '127.0.0.1', port => 0, path => '/RPC2');
ref $server or die $server;
$server->add_function({ name => 'echo', code => sub { $_[0] } });
$server->add_method({
    name => 'add', version => '1.0', help => 'Adds two numbers.', signature => ['int int int'],
    code => sub { my ($self, $a, $b) = @_; $a + $b },
});
$server->add_function({ name => 'fail', code => sub { die RPC::XML::fault->new(7, 'an apple & a <pear>') } });
$server->add_function({ name => 'bytes', code => sub { RPC::XML::base64->new($_[0]) } });

$| = 1;
my $daemon = $server->{__daemon};
print $daemon->sockport, "\n";
if (my $child = fork) {
    # The parent waits for the end of the input, then ends the child.
    1 while read STDIN, my $byte, 1;
    kill 'KILL', $child;
    waitpid $child, 0;
    exit 0;
}
close STDIN;
$server->server_loop;
