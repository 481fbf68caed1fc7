const alphabet = /[^23456789ABCDEFGHJKMNPQRSTVWXYZ]/g;

export const codeLength = 8;

/** Normalizes typed or pasted input to a code: uppercase, without dashes, spaces and unknown symbols, cut to length. */
export function toCode(text: string) {
  // threat: a web page takes a code with a symbol that no code has
  return text.toUpperCase().replace(alphabet, "").slice(0, codeLength);
}

/** XXXX-XXXX, as the email shows it. */
export function showCode(code: string) {
  return code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}
