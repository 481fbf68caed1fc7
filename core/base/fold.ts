/** Folding may lengthen a text eighteenfold, and the key of a row has 1,024 bytes. */
const longest = 200;

/** A text for comparing, sorting and finding: no accents, no case, at most 200 characters. */
export function fold(text: string): string {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  // by way of upper case, ß is ss and the dotless ı is i
  const folded = plain.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return [...folded].slice(0, longest).join("");
}
