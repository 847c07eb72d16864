/* xmlrpc-c's own server, Abyss, with the methods that tests/foreign_servers asks for. The argument "chunked" has it send its
   replies in chunks. It ends when its standard input does. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

static xmlrpc_value *echo(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
    xmlrpc_value *value = NULL;
    (void)info, (void)call;
    xmlrpc_array_read_item(env, params, 0, &value);
    return value;
}

static xmlrpc_value *add(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
    xmlrpc_int32 a, b;
    (void)info, (void)call;
    xmlrpc_decompose_value(env, params, "(ii)", &a, &b);
    return env->fault_occurred ? NULL : xmlrpc_int_new(env, a + b);
}

static xmlrpc_value *fail(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
    (void)params, (void)info, (void)call;
    xmlrpc_env_set_fault(env, 7, "an apple & a <pear>");
    return NULL;
}

static void *until_input_ends(void *unused) {
    char byte;
    while (read(0, &byte, 1) > 0) {}
    _exit(0);
    return unused;
}

int main(int count, char **arguments) {
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_registry *registry = xmlrpc_registry_new(&env);
    struct xmlrpc_method_info3 methods[] = {
        {.methodName = "echo", .methodFunction = echo},
        {.methodName = "add", .methodFunction = add, .signatureString = "i:ii", .help = "Adds two numbers."},
        {.methodName = "fail", .methodFunction = fail},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        xmlrpc_registry_add_method3(&env, registry, &methods[i]);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (env.fault_occurred || bind(listener, (struct sockaddr *)&address, size) ||
        getsockname(listener, (struct sockaddr *)&address, &size) || listen(listener, 16))
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    pthread_create(&thread, NULL, until_input_ends, NULL);

    xmlrpc_server_abyss_parms parms;
    memset(&parms, 0, sizeof parms);
    parms.registryP = registry;
    parms.socket_bound = 1;
    parms.socket_handle = listener;
    parms.chunk_response = count > 1 && !strcmp(arguments[1], "chunked");
    xmlrpc_server_abyss(&env, &parms, XMLRPC_APSIZE(chunk_response));
    return 1;
}
