const alphabet = /[^23456789ABCDEFGHJKMNPQRSTVWXYZ]/g;

export const codeLength = 8;

/** What was typed or pasted, as the code it means: upper case, without dashes, spaces and strangers, cut to length. */
export function toCode(text: string) {
  return text.toUpperCase().replace(alphabet, "").slice(0, codeLength);
}

/** XXXX-XXXX, as the mail shows it. */
export function showCode(code: string) {
  return code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}
