/* JSON text in, JSON text out. */

#include "json.h"
#include <stdlib.h>

void *amend_allocate(size_t size) {
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void *allocate(void *context, size_t size) {
    (void)context;
    return amend_allocate(size);
}

static void *reallocate(void *context, void *memory, size_t old_size, size_t size) {
    (void)context;
    (void)old_size;
    memory = realloc(memory, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void release(void *context, void *memory) {
    (void)context;
    free(memory);
}

static const yyjson_alc MEMORY = {allocate, reallocate, release, NULL};

yyjson_mut_doc *amend_json(void) { return yyjson_mut_doc_new(&MEMORY); }

/* Where a JSON text is nested too deep; its length when it is not. */
static size_t too_deep_at(const char *text, size_t length) {
    size_t depth = 0;
    bool is_string = false;
    for (size_t at = 0; at < length; at++) {
        char character = text[at];
        if (is_string) {
            at += character == '\\';
            is_string = character != '"';
        } else if (character == '"') {
            is_string = true;
        } else if ((character == '[' || character == '{') && ++depth > AMEND_DEEPEST) {
            return at;
        } else if (character == ']' || character == '}') {
            depth--;
        }
    }
    return length;
}

yyjson_mut_val *amend_parse(yyjson_mut_doc *json, const char *text, size_t length, yyjson_read_err *problem) {
    size_t too_deep = too_deep_at(text, length);
    if (too_deep < length) {
        *problem = (yyjson_read_err){YYJSON_READ_ERROR_JSON_STRUCTURE, "nested deeper than 127 levels", too_deep};
        return NULL;
    }
    /* Without a flag that asks for it, nothing is written to the text. */
    yyjson_doc *read = yyjson_read_opts((char *)text, length, YYJSON_READ_NUMBER_AS_RAW, &MEMORY, problem);
    if (read == NULL) {
        return NULL;
    }
    /* All values of a document stand side by side, the outermost first. */
    yyjson_val *value = yyjson_doc_get_root(read);
    for (size_t left = yyjson_doc_get_val_count(read); left > 0; left--, value++) {
        if (yyjson_is_raw(value)) {
            amend_read_number(value);
        }
    }
    yyjson_mut_val *copy = yyjson_val_mut_copy(json, yyjson_doc_get_root(read));
    yyjson_doc_free(read);
    return copy;
}

char *amend_write(const yyjson_mut_val *value, size_t *length, const char **problem) {
    yyjson_write_err error;
    char *text = yyjson_mut_val_write_opts(value, YYJSON_WRITE_NOFLAG, &MEMORY, length, &error);
    if (text == NULL) {
        *problem = error.msg;
    }
    return text;
}
