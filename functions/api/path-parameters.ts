/** The nouns that a path may name beside its organization. */
export const pathParameters = [
  "account",
  "comment",
  "departure",
  "device",
  "domain",
  "import",
  "invitation",
  "link",
  "passkey",
  "secret",
  "session",
  "team",
  "update",
] as const;
export type PathParameter = (typeof pathParameters)[number];
