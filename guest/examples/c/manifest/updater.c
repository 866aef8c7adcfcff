/*
 * `manifest` sets a value at a path of keys and makes the objects that are missing on the way.
 *
 * Build tools do this to a shared manifest from many processes at once: each adds its own artifact.
 *
 * Arguments: {"keys": ["HelloFlow", "linux-64", "a1b2"], "value": {...}}. Refuses when something on the way is not an
 * object, and when there are no keys.
 */

#include "amend.h"

/* Far more than any manifest needs. */
#define MOST_KEYS 32

/* The member of this name in an object, which is made when it is not there. */
static yyjson_mut_val *enter(yyjson_mut_doc *json, yyjson_mut_val *object, yyjson_mut_val *key) {
    yyjson_mut_val *member = yyjson_mut_obj_getn(object, yyjson_mut_get_str(key), yyjson_mut_get_len(key));
    if (member == NULL) {
        member = yyjson_mut_obj(json);
        yyjson_mut_obj_put(object, yyjson_mut_val_mut_copy(json, key), member);
    }
    return member;
}

amend_answer update(amend_input document, amend_input args) {
    amend_answer refusal;
    yyjson_mut_val *keys = NULL, *value = NULL;
    if (!amend_only(&args, &refusal, "keys", "value") || !amend_member(&args, "keys", &keys, &refusal) ||
        !amend_member(&args, "value", &value, &refusal)) {
        return refusal;
    }
    size_t index, count;
    yyjson_mut_val *key;
    yyjson_mut_arr_foreach(keys, index, count, key) {
        if (!yyjson_mut_is_str(key)) {
            return amend_refuse("the arguments: key %zu is not a string", index);
        }
    }
    if (yyjson_mut_arr_size(keys) == 0) {
        return amend_refuse("no keys: they say where in the document the value goes");
    }
    if (yyjson_mut_arr_size(keys) > MOST_KEYS) {
        return amend_refuse("%zu keys are too many: at most %d are taken", yyjson_mut_arr_size(keys), MOST_KEYS);
    }
    if (value == NULL) {
        return amend_refuse("the arguments: there is no \"value\" to set");
    }
    yyjson_mut_val *place = document.value;
    yyjson_mut_arr_foreach(keys, index, count, key) {
        if (!yyjson_mut_is_obj(place)) {
            return amend_refuse("what stands before key %zu is not an object, so it cannot have a member \"%s\"", index,
                                yyjson_mut_get_str(key));
        }
        if (index + 1 < count) {
            place = enter(document.json, place, key);
        } else {
            /* Copies: a value stands in one place only, and these stand in the arguments. */
            value = yyjson_mut_val_mut_copy(document.json, value);
            yyjson_mut_obj_put(place, yyjson_mut_val_mut_copy(document.json, key), value);
        }
    }
    return amend_replace(document.value);
}
