/* {{name}} PATH counts its own runs in the document at PATH, at /runs. */

#include "amend-store.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The count in a document; 0 when there is none, and -1 when it is no number that can be counted on from. */
static int64_t runs_in(const char *text) {
    yyjson_doc *document = text != NULL ? yyjson_read(text, strlen(text), YYJSON_READ_NOFLAG) : NULL;
    yyjson_val *runs = yyjson_obj_get(yyjson_doc_get_root(document), "runs");
    int64_t count = 0;
    if (runs != NULL) {
        count = yyjson_is_uint(runs) && yyjson_get_uint(runs) < INT64_MAX ? yyjson_get_sint(runs) : -1;
    }
    yyjson_doc_free(document);
    return count;
}

static bool count(const char *path, int64_t *runs, amend_error *error) {
    for (;;) {
        amend_snapshot snapshot;
        if (!amend_store_read(path, "", &snapshot, error)) {
            return false;
        }
        *runs = runs_in(snapshot.text) + 1;
        if (*runs <= 0) {
            *error = (amend_error){AMEND_OTHER, strdup("/runs is not a number of runs")};
            amend_snapshot_free(&snapshot);
            return false;
        }
        yyjson_mut_doc *json = amend_json();
        yyjson_mut_val *changes = yyjson_mut_obj(json);
        yyjson_mut_obj_add_sint(json, changes, "runs", *runs);
        bool is_done = amend_store_update_if(path, amend_merge(changes), snapshot.version, NULL, error);
        yyjson_mut_doc_free(json);
        amend_snapshot_free(&snapshot);
        /* Somebody else was faster: what we have read is no longer so. */
        if (is_done || error->kind != AMEND_CONFLICT) {
            return is_done;
        }
        amend_error_free(error);
    }
}

int main(int arguments, char **argument) {
    if (arguments != 2) {
        fputs("usage: {{name}} PATH\n", stderr);
        return EXIT_FAILURE;
    }
    int64_t runs;
    amend_error error;
    if (!count(argument[1], &runs, &error)) {
        fprintf(stderr, "{{name}}: %s: %s\n", amend_error_name(error.kind), error.message);
        return EXIT_FAILURE;
    }
    printf("run %" PRId64 "\n", runs);
    return EXIT_SUCCESS;
}
