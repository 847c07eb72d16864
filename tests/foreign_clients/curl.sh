# curl and documents by hand against the validator: bash curl.sh URL
set -euo pipefail
url=$1

call() {
    printf '<?xml version="1.0"?>\n<methodCall><methodName>%s</methodName><params>%s</params></methodCall>\n' "$1" "$2"
}

# The answer to a document from the standard input. More arguments are curl's.
post_as() {
    curl --silent --show-error --fail-with-body --max-time 60 --data-binary @- --header "Content-Type: $1" "${@:2}" "$url"
}

post() {
    post_as text/xml "$@"
}

expect() {
    if [ "$2" != "$1" ]; then
        printf 'expected %s\nfound    %s\n' "$1" "$2" >&2
        exit 1
    fi
}

contains() {
    case $2 in
    *"$1"*) ;;
    *) expect "…$1…" "$2" ;;
    esac
}

sum='<param><value><int>20</int></value></param><param><value><i4>35</i4></value></param>'
answer='<?xml version="1.0"?><methodResponse><params><param><value><int>55</int></value></param></params></methodResponse>'
expect "$answer" "$(call addtogether "$sum" | post)"
expect "$answer" "$(call addtogether "$sum" | post --http1.0)"
expect "$answer" "$(call addtogether "$sum" | post_as 'application/xml; charset=utf-8')"
# It asks before it sends a larger body, or sends it in chunks.
expect "$answer" "$(call addtogether "$sum" | post --header 'Expect: 100-continue')"
expect "$answer" "$(call addtogether "$sum" | post --header 'Transfer-Encoding: chunked')"
large=$(printf '%0200000d' 0)
contains "<string>$large</string>" "$(call remote_repr "<param><value>$large</value></param>" | post)"

contains '<name>faultCode</name><value><int>42</int></value>' "$(call faulty '' | post)"
contains '<name>faultCode</name><value><int>-32700</int></value>' "$(echo '<methodCall>' | post)"
contains '<value><string>system.multicall</string></value>' "$(call system.listMethods '' | post)"

status() {
    curl --silent --output /dev/null --write-out '%{http_code}' --max-time 60 "$@"
}

expect 405 "$(status --request DELETE "$url")"
expect 404 "$(status --data-binary '<methodCall/>' "${url%/RPC2}/none")"
expect 415 "$(status --data-binary '<methodCall/>' "$url")"
expect 415 "$(status --data-binary '<methodCall/>' --header 'Content-Type: text/xml' --header 'Content-Encoding: br' "$url")"
# The connection is kept: both answers come over one.
expect '1 0 ' "$(status --data-binary '<methodCall/>' --header 'Content-Type:' --output /dev/null --write-out '%{num_connects} ' "$url" "$url")"
