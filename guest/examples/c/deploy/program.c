/*
 * `deploy PATH TOKEN [VERSION]` takes a deployment from its token to its end, in the document at PATH.
 *
 * It has the host apply the updater `token`, which refuses when another deployment is under way; says so in `/status`;
 * and says that it is done if nobody has changed the document in between, or if the document still has the version
 * that was named.
 */

#include "amend-store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool deploy(const char *path, const char *token, const char *version, amend_error *error) {
    yyjson_mut_doc *json = amend_json();
    yyjson_mut_val *args = yyjson_mut_obj(json);
    yyjson_mut_obj_add_str(json, args, "token", token);
    if (!amend_store_apply(path, "token", args, NULL, error) ||
        !amend_store_update(path, amend_patch(AMEND_MERGE, "{\"status\": \"deploying\"}"), NULL, error)) {
        return false;
    }

    amend_snapshot snapshot;
    if (!amend_store_read(path, "/status", &snapshot, error)) {
        return false;
    }
    if (snapshot.text == NULL) {
        *error = (amend_error){AMEND_NOT_FOUND, strdup("the status is gone")};
        return false;
    }
    printf("status: %s\n", snapshot.text);

    yyjson_mut_val *operations = yyjson_mut_arr(json);
    amend_add_operation(json, operations, "replace", "/status", yyjson_mut_str(json, "deployed"));
    if (version == NULL) {
        version = snapshot.version;
    }
    if (!amend_store_update_if(path, amend_operations(operations), version, NULL, error)) {
        return false;
    }
    puts("deployed");
    return true;
}

int main(int count, char **args) {
    if (count != 3 && count != 4) {
        fputs("usage: deploy PATH TOKEN [VERSION]\n", stderr);
        return EXIT_FAILURE;
    }
    amend_error error;
    if (!deploy(args[1], args[2], count == 4 ? args[3] : NULL, &error)) {
        fprintf(stderr, "deploy: %s: %s\n", amend_error_name(error.kind), error.message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
