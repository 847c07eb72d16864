/* Makes as many calls as each line says, over one connection, and prints how many nanoseconds they took. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>

static void check(const xmlrpc_env *env) {
    if (env->fault_occurred) {
        fprintf(stderr, "%s\n", env->fault_string);
        exit(1);
    }
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 2) return 1;
    xmlrpc_env env;
    xmlrpc_env_init(&env);
    xmlrpc_client_setup_global_const(&env);
    xmlrpc_client *client;
    xmlrpc_client_create(&env, XMLRPC_CLIENT_NO_FLAGS, "bench", "1", NULL, 0, &client);
    check(&env);
    long calls;
    while (scanf("%ld", &calls) == 1) {
        long long start = now();
        for (; calls > 0; calls--) {
            xmlrpc_value *result;
            xmlrpc_client_call2f(&env, client, arguments[1], "add", &result, "(ii)", 2, 3);
            check(&env);
            int sum;
            xmlrpc_read_int(&env, result, &sum);
            check(&env);
            if (sum != 5) return 1;
            xmlrpc_DECREF(result);
        }
        printf("%lld\n", now() - start);
        fflush(stdout);
    }
    return 0;
}
