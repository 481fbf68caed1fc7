/** Folding can make a text 18 times as long, and a key has at most 1,024 bytes. */
const maxLength = 200;

/** Letters that Unicode does not decompose, replaced by what people type who lack them on their keyboard. */
const spelled: Record<string, string> = { ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ŧ: "t", æ: "ae", œ: "oe", þ: "th" };

/** Returns a text for comparing, sorting and searching: no accents, no case, at most 200 characters. */
export function fold(text: string): string {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  // upper case first: it turns ß into ss and the dotless ı into i
  const folded = plain.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  // threat: names with letters that Unicode does not decompose sort after Z and are not found by their plain spelling
  const spelledOut = folded.replaceAll(/[łøđðħŧæœþ]/g, (letter) => spelled[letter] ?? letter);
  // threat: a name that becomes longer when it is folded is too long for a key
  return [...spelledOut].slice(0, maxLength).join("");
}
