/** An entry: its label, and synonyms. */
type Findable = { label: string; also?: string | undefined };

/** Returns whether each typed word begins some word of the entry, ignoring accents and case. */
export function matches({ label, also = "" }: Findable, text: string) {
  const words = wordsOf(`${label} ${also}`);
  return wordsOf(text).every((typed) => words.some((word) => word.startsWith(typed)));
}

function wordsOf(text: string) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}
