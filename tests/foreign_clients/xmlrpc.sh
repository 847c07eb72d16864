# The tools of xmlrpc-c against the validator: bash xmlrpc.sh URL
set -euo pipefail
url=$1

# The result as the tool shows it, without its heading.
call() {
    xmlrpc "$url" "$@" | tail -n +3
}

expect() {
    if [ "$2" != "$1" ]; then
        printf 'expected %s\nfound    %s\n' "$1" "$2" >&2
        exit 1
    fi
}

expect 'Integer: 55' "$(call addtogether i/20 i/35)"
# What is not ASCII it shows byte by byte.
expect "String: 'x\\xc3\\xbfz'" "$(call addtogether s/x s/ÿ s/z)"
expect 'Integer: -2147483648' "$(call remote_repr i/-2147483648)"
expect '64-bit integer: 9007199254740993' "$(call remote_repr I/9007199254740993)"
expect '64-bit integer: 2147483648' "$(call addtogether i/2147483647 i/1)"
expect 'Boolean: TRUE' "$(call remote_repr b/true)"
expect 'Floating Point: -2.500000' "$(call remote_repr d/-2.5)"
expect 'Nil' "$(call remote_repr n/)"
expect 'Bit string: 00ff' "$(call remote_repr h/00ff)"
expect "String: '<a> & \"b\"'" "$(call remote_repr 's/<a> & "b"')"

expect 'Array of 2 items:
  Index  0 Floating Point: 0.000000
  Index  1 Floating Point: 2.000000' "$(call quadratic d/2 d/-4 d/0)"
expect "Struct of 3 members:
  Key:   String: 'times10'
  Value: Integer: 30000000
  Key:   String: 'times100'
  Value: Integer: 300000000
  Key:   String: 'times1000'
  Value: 64-bit integer: 3000000000" "$(call validator1.simpleStructReturnTest i/3000000)"

fault() {
    expected="  (XML-RPC fault code $1)"
    found=$(xmlrpc "$url" "${@:2}" 2>&1) && expect "a fault" "$found"
    case $found in
    *"$expected"*) ;;
    *) expect "…$expected" "$found" ;;
    esac
}
fault 42 faulty
fault -32601 none
fault -32602 quadratic i/1

# Another tool of theirs makes a text out of what introspection tells.
api=$(xml-rpc-api2txt "$url")
for line in 'array quadratic (double, double, double)' 'struct validator1.simpleStructReturnTest (int)' '  Always answers fault 42, whatever it is given.' \
    'string system.methodHelp (string)'; do
    grep --quiet --line-regexp --fixed-strings "$line" <<<"$api" || expect "$line" "$api"
done
