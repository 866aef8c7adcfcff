/* Reading and writing JSON so that nothing is lost. For the SDK itself. */
#ifndef AMEND_COMMON_JSON_H
#define AMEND_COMMON_JSON_H

#include "../amend.h"

/* Memory, or a trap: a NULL that is overlooked would be a member that gets lost. */
void *amend_allocate(size_t size);

/* Deeper nesting is refused: what goes through values may call itself, and the stack has an end. */
#define AMEND_DEEPEST 127

/* The value of a JSON text, made in `json`. NULL when it cannot be read; then `problem` says why, and where. */
yyjson_mut_val *amend_parse(yyjson_mut_doc *json, const char *text, size_t length, yyjson_read_err *problem);

/* The text of a value, for free(). NULL when it cannot be written as JSON; then `problem` says why. */
char *amend_write(const yyjson_mut_val *value, size_t *length, const char **problem);

/* Makes a number of the raw text of one, when that holds it exactly. */
void amend_read_number(yyjson_val *value);

#endif
