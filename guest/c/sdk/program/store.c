/* The store's functions, on C strings. */

#include "../amend-store.h"
#include "../common/json.h"
#include "program.h"
#include <stdlib.h>
#include <string.h>

/* What was generated wants to be linked with the component's type, which here is put in when all is linked. */
void __component_type_object_force_link_program(void) {}

static program_string_t borrowed(const char *text) {
    program_string_t string;
    program_string_set(&string, text);
    return string;
}

/* A C string out of one that the host gave us, which is freed. */
static char *owned(program_string_t *string) {
    char *text = amend_allocate(string->len + 1);
    memcpy(text, string->ptr, string->len);
    text[string->len] = '\0';
    program_string_free(string);
    return text;
}

static bool failed(amend_document_store_error_t *from, amend_error *error) {
    error->kind = (amend_error_kind)from->tag;
    error->message = owned(&from->val.other); /* the union's members are one and the same */
    return false;
}

static bool done(amend_document_store_receipt_t *from, amend_receipt *receipt) {
    if (receipt == NULL) {
        amend_document_store_receipt_free(from);
    } else {
        *receipt = (amend_receipt){owned(&from->version), from->changed};
    }
    return true;
}

/* The contract's form of a patch; false when it is none. */
static bool patch_of(const amend_answer *answer, amend_document_store_patch_t *patch, amend_error *error) {
    patch->val.replace = (program_string_t){(uint8_t *)answer->text, answer->length};
    switch (answer->kind) {
    case AMEND_OPERATIONS:
        patch->tag = AMEND_DOCUMENT_TYPES_PATCH_OPERATIONS;
        return true;
    case AMEND_MERGE:
        patch->tag = AMEND_DOCUMENT_TYPES_PATCH_MERGE;
        return true;
    case AMEND_REPLACE:
        patch->tag = AMEND_DOCUMENT_TYPES_PATCH_REPLACE;
        return true;
    case AMEND_REFUSED: /* it could not be written as JSON */
        *error = (amend_error){AMEND_INVALID_PATCH, strndup(answer->text, answer->length)};
        return false;
    case AMEND_UNCHANGED:
        break;
    }
    *error = (amend_error){AMEND_INVALID_PATCH, strdup("there is no patch")};
    return false;
}

bool amend_store_read(const char *path, const char *at, amend_snapshot *snapshot, amend_error *error) {
    program_string_t where = borrowed(path), pointer = borrowed(at);
    amend_document_store_option_snapshot_t found;
    amend_document_store_error_t problem;
    if (!amend_document_store_read(&where, &pointer, &found, &problem)) {
        return failed(&problem, error);
    }
    *snapshot = (amend_snapshot){NULL, NULL};
    if (found.is_some) {
        *snapshot = (amend_snapshot){owned(&found.val.text), owned(&found.val.version)};
    }
    return true;
}

bool amend_store_update(const char *path, amend_answer patch, amend_receipt *receipt, amend_error *error) {
    program_string_t where = borrowed(path);
    amend_document_store_patch_t change;
    amend_document_store_receipt_t made;
    amend_document_store_error_t problem;
    bool is_done = false;
    if (patch_of(&patch, &change, error)) {
        is_done = amend_document_store_update(&where, &change, &made, &problem) ? done(&made, receipt)
                                                                                : failed(&problem, error);
    }
    free(patch.text);
    return is_done;
}

bool amend_store_update_if(const char *path, amend_answer patch, const char *expected, amend_receipt *receipt,
                           amend_error *error) {
    program_string_t where = borrowed(path), version = borrowed(expected != NULL ? expected : "");
    amend_document_store_patch_t change;
    amend_document_store_receipt_t made;
    amend_document_store_error_t problem;
    bool is_done = false;
    if (patch_of(&patch, &change, error)) {
        program_string_t *named = expected != NULL ? &version : NULL;
        is_done = amend_document_store_update_if(&where, &change, named, &made, &problem) ? done(&made, receipt)
                                                                                          : failed(&problem, error);
    }
    free(patch.text);
    return is_done;
}

bool amend_store_apply(const char *path, const char *updater, const yyjson_mut_val *args, amend_receipt *receipt,
                       amend_error *error) {
    const char *problem = NULL;
    size_t length = 0;
    char *text = amend_write(args, &length, &problem);
    if (text == NULL) {
        *error = (amend_error){AMEND_MALFORMED, strdup(problem)};
        return false;
    }
    program_string_t where = borrowed(path), name = borrowed(updater), json = {(uint8_t *)text, length};
    amend_document_store_receipt_t made;
    amend_document_store_error_t refused;
    bool is_done = amend_document_store_apply(&where, &name, &json, &made, &refused) ? done(&made, receipt)
                                                                                     : failed(&refused, error);
    free(text);
    return is_done;
}

void amend_snapshot_free(amend_snapshot *snapshot) {
    free(snapshot->text);
    free(snapshot->version);
    *snapshot = (amend_snapshot){NULL, NULL};
}

void amend_receipt_free(amend_receipt *receipt) {
    free(receipt->version);
    receipt->version = NULL;
}

void amend_error_free(amend_error *error) {
    free(error->message);
    error->message = NULL;
}

const char *amend_error_name(amend_error_kind kind) {
    static const char *const NAMES[] = {"denied",  "not-found", "malformed", "invalid-patch", "conflict",
                                        "refused", "too-large", "timed-out", "other"};
    return NAMES[kind];
}
