/* Reading members of the document and of the arguments, with refusals that say which of the two, and what. */

#include "../amend.h"
#include <string.h>

static bool is_object(const amend_input *from, amend_answer *refusal) {
    if (yyjson_mut_is_obj(from->value)) {
        return true;
    }
    bool is_one = strcmp(from->name, "the document") == 0;
    *refusal = amend_refuse("%s %s not an object", from->name, is_one ? "is" : "are");
    return false;
}

bool amend_member(const amend_input *from, const char *member, yyjson_mut_val **into, amend_answer *refusal) {
    if (!is_object(from, refusal)) {
        return false;
    }
    size_t index, count, times = 0;
    yyjson_mut_val *name, *value;
    yyjson_mut_obj_foreach(from->value, index, count, name, value) {
        if (yyjson_mut_equals_str(name, member)) {
            *into = value;
            times++;
        }
    }
    if (times > 1) {
        *refusal = amend_refuse("%s: \"%s\" is there more than once", from->name, member);
    }
    return times <= 1;
}

static bool unfit(const amend_input *from, const char *member, const char *wanted, amend_answer *refusal) {
    *refusal = amend_refuse("%s: \"%s\" is not %s", from->name, member, wanted);
    return false;
}

bool amend_integer(const amend_input *from, const char *member, int64_t *into, amend_answer *refusal) {
    yyjson_mut_val *value = NULL;
    if (!amend_member(from, member, &value, refusal)) {
        return false;
    }
    bool fits = yyjson_mut_is_sint(value) || (yyjson_mut_is_uint(value) && yyjson_mut_get_uint(value) <= INT64_MAX);
    if (value != NULL && !fits) {
        return unfit(from, member, "a whole number of 64 bits", refusal);
    }
    if (value != NULL) {
        *into = yyjson_mut_get_sint(value);
    }
    return true;
}

bool amend_number(const amend_input *from, const char *member, double *into, amend_answer *refusal) {
    yyjson_mut_val *value = NULL;
    if (!amend_member(from, member, &value, refusal)) {
        return false;
    }
    if (value != NULL && !yyjson_mut_is_num(value)) {
        return unfit(from, member, "a number that a double holds", refusal);
    }
    if (value != NULL) {
        *into = yyjson_mut_get_num(value);
    }
    return true;
}

bool amend_boolean(const amend_input *from, const char *member, bool *into, amend_answer *refusal) {
    yyjson_mut_val *value = NULL;
    if (!amend_member(from, member, &value, refusal)) {
        return false;
    }
    if (value != NULL && !yyjson_mut_is_bool(value)) {
        return unfit(from, member, "true or false", refusal);
    }
    if (value != NULL) {
        *into = yyjson_mut_get_bool(value);
    }
    return true;
}

bool amend_string(const amend_input *from, const char *member, yyjson_mut_val **into, amend_answer *refusal) {
    yyjson_mut_val *value = NULL;
    if (!amend_member(from, member, &value, refusal)) {
        return false;
    }
    if (value != NULL && !yyjson_mut_is_str(value) && !yyjson_mut_is_null(value)) {
        return unfit(from, member, "a string", refusal);
    }
    if (yyjson_mut_is_str(value)) {
        *into = value;
    }
    return true;
}

bool amend_only_these(const amend_input *from, amend_answer *refusal, const char *const *members) {
    if (!is_object(from, refusal)) {
        return false;
    }
    size_t index, count;
    yyjson_mut_val *name, *value;
    yyjson_mut_obj_foreach(from->value, index, count, name, value) {
        const char *const *known = members;
        while (*known != NULL && !yyjson_mut_equals_str(name, *known)) {
            known++;
        }
        if (*known == NULL) {
            *refusal = amend_refuse("%s: \"%s\" is not known here", from->name, yyjson_mut_get_str(name));
            return false;
        }
    }
    return true;
}
