/* Times xmlrpc-c in a process of its own, so that no C is called from Rust. What it is told, and answers, is in
   remote.rs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xmlrpc-c/base.h>

/* The document, its method if it is a call, and its params or the value of the reply. */
static char *xml;
static size_t size;
static char method[64];
static xmlrpc_value *value;

struct tally {
    uint64_t values, ints, doubles, truths, dates, text, bytes;
};

static xmlrpc_value *decode(xmlrpc_env *env, const char *xml, size_t size) {
    xmlrpc_value *out = NULL;
    const char *text = NULL;
    int code = 0;
    if (*method) {
        xmlrpc_parse_call(env, xml, size, &text, &out);
        if (!env->fault_occurred)
            free((void *)text);
    } else {
        xmlrpc_parse_response2(env, xml, size, &out, &code, &text);
        if (!env->fault_occurred && text)
            xmlrpc_env_set_fault(env, code, text);
    }
    return env->fault_occurred ? NULL : out;
}

static xmlrpc_mem_block *encode(xmlrpc_env *env) {
    xmlrpc_mem_block *out = xmlrpc_mem_block_new(env, 0);
    if (env->fault_occurred)
        return NULL;
    if (*method)
        xmlrpc_serialize_call(env, out, method, value);
    else
        xmlrpc_serialize_response2(env, out, value, xmlrpc_dialect_i8);
    if (!env->fault_occurred)
        return out;
    xmlrpc_mem_block_free(out);
    return NULL;
}

static void add(xmlrpc_env *env, xmlrpc_value *value, struct tally *sums);

static void add_items(xmlrpc_env *env, xmlrpc_value *value, struct tally *sums) {
    int count = xmlrpc_array_size(env, value);
    for (int i = 0; i < count && !env->fault_occurred; i++) {
        xmlrpc_value *item;
        xmlrpc_array_read_item(env, value, i, &item);
        if (env->fault_occurred)
            return;
        add(env, item, sums);
        xmlrpc_DECREF(item);
    }
}

static void add_members(xmlrpc_env *env, xmlrpc_value *value, struct tally *sums) {
    int count = xmlrpc_struct_size(env, value);
    for (int i = 0; i < count && !env->fault_occurred; i++) {
        xmlrpc_value *key, *item;
        xmlrpc_struct_read_member(env, value, i, &key, &item);
        if (env->fault_occurred)
            return;
        add(env, item, sums);
        xmlrpc_DECREF(key);
        xmlrpc_DECREF(item);
    }
}

static void add(xmlrpc_env *env, xmlrpc_value *value, struct tally *sums) {
    xmlrpc_datetime date;
    const char *text;
    const unsigned char *bytes;
    uint64_t bits;
    double number;
    size_t length;
    int integer;

    sums->values++;
    switch (xmlrpc_value_type(value)) {
    case XMLRPC_TYPE_INT:
        xmlrpc_read_int(env, value, &integer);
        if (!env->fault_occurred)
            sums->ints += (int64_t)integer;
        break;
    case XMLRPC_TYPE_DOUBLE:
        xmlrpc_read_double(env, value, &number);
        if (!env->fault_occurred) {
            memcpy(&bits, &number, sizeof bits);
            sums->doubles ^= bits;
        }
        break;
    case XMLRPC_TYPE_BOOL:
        xmlrpc_read_bool(env, value, &integer);
        if (!env->fault_occurred)
            sums->truths += integer != 0;
        break;
    case XMLRPC_TYPE_DATETIME:
        xmlrpc_read_datetime(env, value, &date);
        if (!env->fault_occurred)
            sums->dates++;
        break;
    case XMLRPC_TYPE_STRING:
        xmlrpc_read_string_lp(env, value, &length, &text);
        if (!env->fault_occurred) {
            sums->text += length;
            free((void *)text);
        }
        break;
    case XMLRPC_TYPE_BASE64:
        xmlrpc_read_base64(env, value, &length, &bytes);
        if (!env->fault_occurred) {
            sums->bytes += length;
            free((void *)bytes);
        }
        break;
    case XMLRPC_TYPE_ARRAY:
        add_items(env, value, sums);
        break;
    case XMLRPC_TYPE_STRUCT:
        add_members(env, value, sums);
        break;
    default:
        break;
    }
}

static void load(xmlrpc_env *env) {
    xml = malloc(size);
    if (!xml || fread(xml, 1, size, stdin) != size) {
        xmlrpc_env_set_fault(env, 1, "no document");
        return;
    }
    value = decode(env, xml, size);
    if (!env->fault_occurred)
        puts("ok");
}

static void check(xmlrpc_env *env, int decodes) {
    struct tally sums = {0};
    xmlrpc_mem_block *written = decodes ? NULL : encode(env);
    if (env->fault_occurred)
        return;
    xmlrpc_value *read = written ? decode(env, xmlrpc_mem_block_contents(written), xmlrpc_mem_block_size(written))
                                 : decode(env, xml, size);
    if (written)
        xmlrpc_mem_block_free(written);
    if (env->fault_occurred)
        return;
    /* The array of the params is no value of its own. */
    (*method ? add_items : add)(env, read, &sums);
    xmlrpc_DECREF(read);
    if (!env->fault_occurred)
        printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", sums.values,
               sums.ints, sums.doubles, sums.truths, sums.dates, sums.text, sums.bytes);
}

static void timed(xmlrpc_env *env, int decodes, uint64_t runs) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t i = 0; i < runs && !env->fault_occurred; i++) {
        if (decodes) {
            xmlrpc_value *out = decode(env, xml, size);
            if (out)
                xmlrpc_DECREF(out);
        } else {
            xmlrpc_mem_block *out = encode(env);
            if (out)
                xmlrpc_mem_block_free(out);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!env->fault_occurred)
        printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec));
}

int main(void) {
    char line[256], word[64];
    uint64_t runs;
    /* Its own limits are half a megabyte and 64 levels. */
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 1 << 30);
    xmlrpc_limit_set(XMLRPC_NESTING_LIMIT_ID, 1000);
    while (fgets(line, sizeof line, stdin)) {
        xmlrpc_env env;
        xmlrpc_env_init(&env);
        if (sscanf(line, "load %63s %zu", method, &size) == 2) {
            if (!strcmp(method, "-"))
                *method = 0;
            load(&env);
        } else if (sscanf(line, "check %63s", word) == 1 && value) {
            check(&env, !strcmp(word, "decode"));
        } else if (sscanf(line, "time %63s %" SCNu64, word, &runs) == 2 && value) {
            timed(&env, !strcmp(word, "decode"), runs);
        } else {
            xmlrpc_env_set_fault(&env, 1, "unknown command");
        }
        if (env.fault_occurred) {
            char reason[81];
            snprintf(reason, sizeof reason, "%s", env.fault_string);
            for (char *c = reason; *c; c++)
                if (*c == '\n' || *c == '\r')
                    *c = ' ';
            printf("error %s\n", reason);
        }
        xmlrpc_env_clean(&env);
        fflush(stdout);
    }
    return 0;
}
