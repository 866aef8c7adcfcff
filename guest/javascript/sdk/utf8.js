// Text to bytes and back. The engine inside the component has no TextEncoder.

/** The bytes of a text. What is not well-formed Unicode becomes U+FFFD. */
export function encode(text) {
  const bytes = [];
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), continuation(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
    else bytes.push(0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code));
  }
  return Uint8Array.from(bytes);
}

function continuation(code) {
  return 0x80 | (code & 0x3f);
}

/** The text of bytes. Throws when they are not UTF-8. */
export function decode(bytes) {
  // decodeURIComponent is a decoder that every engine has, and a strict one.
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw new TypeError('the input is not UTF-8');
  }
}
