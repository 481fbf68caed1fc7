import { createHash } from "node:crypto";

/** Returns the SHA-256 of a text in UTF-8, as 43 characters of base64url. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
