/** Folding may lengthen a text eighteenfold, and the key of a row has 1,024 bytes. */
const longest = 200;

/** Letters that Unicode does not decompose, as people without them on their keyboard write them. */
const spelled: Record<string, string> = { ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ŧ: "t", æ: "ae", œ: "oe", þ: "th" };

/** Returns a text for comparing, sorting and finding: no accents, no case, at most 200 characters. */
export function fold(text: string): string {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  // by way of upper case, ß is ss and the dotless ı is i
  const folded = plain.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  const spelledOut = folded.replaceAll(/[łøđðħŧæœþ]/g, (letter) => spelled[letter] ?? letter);
  return [...spelledOut].slice(0, longest).join("");
}
