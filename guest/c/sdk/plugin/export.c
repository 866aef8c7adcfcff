/* What the host calls. */

#include "../common/json.h"
#include "plugin.h"
#include <stdlib.h>

/* What was generated wants to be linked with the component's type, which here is put in when all is linked. */
void __component_type_object_force_link_plugin(void) {}

/* Reads the document or the arguments. */
static bool read_input(amend_input *input, plugin_string_t text, amend_answer *refusal) {
    yyjson_read_err problem;
    input->value = amend_parse(input->json, (const char *)text.ptr, text.len, &problem);
    if (input->value == NULL) {
        *refusal = amend_refuse("%s: cannot be read: %s, at byte %zu", input->name, problem.msg,
                                problem.pos);
    }
    return input->value != NULL;
}

static amend_answer answer_in(yyjson_mut_doc *json, const plugin_string_t *current, const plugin_string_t *arguments) {
    amend_input document = {"the document", json, NULL, current != NULL};
    amend_input args = {"the arguments", json, NULL, true};
    amend_answer refusal;
    if (!read_input(&args, *arguments, &refusal)) {
        return refusal;
    }
    if (current == NULL) {
        document.value = yyjson_mut_obj(json);
    } else if (!read_input(&document, *current, &refusal)) {
        return refusal;
    }
    return update(document, args);
}

bool exports_amend_document_updater_update(plugin_string_t *current, plugin_string_t *args,
                                           exports_amend_document_updater_option_patch_t *patch,
                                           plugin_string_t *reason) {
    yyjson_mut_doc *json = amend_json();
    amend_answer answer = answer_in(json, current, args);
    yyjson_mut_doc_free(json);
    /* What is passed in belongs to the one who is called; what goes out is freed by what was generated. */
    if (current != NULL) {
        plugin_string_free(current);
    }
    plugin_string_free(args);
    plugin_string_t text = {(uint8_t *)answer.text, answer.length};
    switch (answer.kind) {
    case AMEND_UNCHANGED:
        patch->is_some = false;
        return true;
    case AMEND_OPERATIONS:
        patch->val.tag = AMEND_DOCUMENT_TYPES_PATCH_OPERATIONS;
        break;
    case AMEND_MERGE:
        patch->val.tag = AMEND_DOCUMENT_TYPES_PATCH_MERGE;
        break;
    case AMEND_REPLACE:
        patch->val.tag = AMEND_DOCUMENT_TYPES_PATCH_REPLACE;
        break;
    case AMEND_REFUSED:
        *reason = text;
        return false;
    }
    patch->is_some = true;
    patch->val.val.replace = text; /* the union's members are one and the same */
    return true;
}
