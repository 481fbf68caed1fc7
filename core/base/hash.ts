import { hash, timingSafeEqual } from "node:crypto";

/** Returns the SHA-256 of a text in UTF-8, as 43 characters of base64url. */
export const sha256 = (text: string): string => hash("sha256", text, "base64url");

/** Returns whether two hashes or tags are the same text, in a time that does not tell where they differ. */
export function equalText(given: string, expected: string | undefined): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected ?? "")];
  return a.length === b.length && timingSafeEqual(a, b);
}
