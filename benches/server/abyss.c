/* xmlrpc-c's server Abyss, as fast as it can be set to be: connections stay open for any number of calls, there are as
   many at once as wrk opens, and the records are made once. It listens at any free port, and ends when it is told to.

       abyss RECORDS

   RECORDS is the file of a reply with what the method "records" answers. */
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <xmlrpc-c/abyss.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

static xmlrpc_value *add(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
    xmlrpc_int32 a, b;
    (void)info, (void)call;
    xmlrpc_decompose_value(env, params, "(ii)", &a, &b);
    return env->fault_occurred ? NULL : xmlrpc_int_new(env, a + b);
}

static xmlrpc_value *records(xmlrpc_env *env, xmlrpc_value *params, void *records, void *call) {
    (void)env, (void)params, (void)call;
    xmlrpc_INCREF(records);
    return records;
}

/* What the reply in this file says. */
static xmlrpc_value *read_records(xmlrpc_env *env, const char *path) {
    static char text[1 << 22];
    xmlrpc_value *value = NULL;
    int code;
    const char *fault;
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, sizeof text);
    xmlrpc_parse_response2(env, text, size, &value, &code, &fault);
    return value;
}

int main(int count, char **arguments) {
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_registry *registry = xmlrpc_registry_new(&env);
    xmlrpc_value *value = count > 1 ? read_records(&env, arguments[1]) : NULL;
    if (env.fault_occurred || !value)
        return 1;
    struct xmlrpc_method_info3 methods[] = {
        {.methodName = "add", .methodFunction = add},
        {.methodName = "records", .methodFunction = records, .serverInfo = value},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        xmlrpc_registry_add_method3(&env, registry, &methods[i]);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    /* On Linux what is accepted has the options of its listener. */
    if (env.fault_occurred || setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) ||
        bind(listener, (struct sockaddr *)&address, size) ||
        getsockname(listener, (struct sockaddr *)&address, &size) || listen(listener, 128))
        return 1;
    printf("127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);

    xmlrpc_server_abyss_parms parms;
    memset(&parms, 0, sizeof parms);
    parms.registryP = registry;
    parms.socket_bound = 1;
    parms.socket_handle = listener;
    parms.keepalive_timeout = 60;
    parms.keepalive_max_conn = INT_MAX;
    parms.timeout = 60;
    parms.dont_advertise = 1;
    parms.max_conn = 128;
    parms.max_conn_backlog = 128;
    xmlrpc_server_abyss(&env, &parms, XMLRPC_APSIZE(max_conn_backlog));
    return 1;
}
