/*
 * Which numbers yyjson holds exactly.
 *
 * Read as a double, 0.1000000000000000055511151231257827 comes back as 0.1: the host would take that for a change that
 * somebody wanted. So a number is read as one only when it comes back with the same value; all others keep their text.
 */

#include "json.h"
#include <string.h>

/* Where the digits of a number start that count, and what the first of them is worth. */
typedef struct decimal {
    const char *digit;
    int64_t exponent;
} decimal;

static bool is_digit(char character) { return character >= '0' && character <= '9'; }

/* Enough for every text that fits into memory, and far from overflow. */
#define FURTHEST ((int64_t)1 << 40)

static int64_t exponent_of(const char *text) {
    const char *at = strpbrk(text, "eE");
    if (at == NULL) {
        return 0;
    }
    at++;
    bool is_negative = *at == '-';
    if (*at == '-' || *at == '+') {
        at++;
    }
    int64_t exponent = 0;
    for (; is_digit(*at) && exponent < FURTHEST; at++) {
        exponent = exponent * 10 + (*at - '0');
    }
    return is_negative ? -exponent : exponent;
}

static decimal decimal_of(const char *text) {
    decimal found = {text + (*text == '-'), exponent_of(text)};
    found.exponent += (int64_t)strspn(found.digit, "0123456789") - 1;
    for (; *found.digit == '0' || *found.digit == '.'; found.digit++) {
        found.exponent -= *found.digit == '0';
    }
    return found;
}

/* The next digit; zeros when there are no more. */
static char next(const char **at) {
    if (**at == '.') {
        (*at)++;
    }
    return is_digit(**at) ? *(*at)++ : '0';
}

static bool is_same(const char *a, const char *b) {
    decimal left = decimal_of(a), right = decimal_of(b);
    if (!is_digit(*left.digit) || !is_digit(*right.digit)) {
        /* Zero has no digit that counts, and no exponent either. */
        return is_digit(*left.digit) == is_digit(*right.digit);
    }
    if (left.exponent != right.exponent) {
        return false;
    }
    while (is_digit(*left.digit) || is_digit(*right.digit) || *left.digit == '.' || *right.digit == '.') {
        if (next(&left.digit) != next(&right.digit)) {
            return false;
        }
    }
    return true;
}

void amend_read_number(yyjson_val *value) {
    const char *text = yyjson_get_raw(value);
    yyjson_val number;
    if (yyjson_read_number(text, &number, YYJSON_READ_BIGNUM_AS_RAW, NULL, NULL) == NULL || yyjson_is_raw(&number)) {
        return;
    }
    /* A whole number is held exactly, but for -0, which has lost its sign. */
    if (yyjson_is_int(&number) && (*text != '-' || yyjson_get_sint(&number) != 0)) {
        *value = number;
        return;
    }
    char memory[1024];
    yyjson_alc small;
    yyjson_alc_pool_init(&small, memory, sizeof memory);
    char *written = yyjson_val_write_opts(&number, YYJSON_WRITE_NOFLAG, &small, NULL, NULL);
    if (written != NULL && yyjson_is_real(&number) && is_same(text, written)) {
        *value = number;
    }
}
