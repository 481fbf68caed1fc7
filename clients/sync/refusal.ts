/** The reasons for which an answer of the server is not taken. The client keeps the document that it has. */
export const refusalCodes = [
  /** It is not what an answer looks like. */
  "unreadable",
  /** It is longer than any answer. */
  "too_long",
  /** Its key is not pinned, and no pinned key has signed it. */
  "unknown_key",
  /** Its key has expired. */
  "expired_key",
  "bad_signature",
  /** It is for another device, account or organization, or from another server. */
  "foreign",
  /** It is older than what the device has. */
  "older",
  /** It is the answer to another request. */
  "replayed",
  /** A section, a part or a secret is missing. */
  "incomplete",
  /** A section, a part or a secret is not the one that was signed. */
  "hash_mismatch",
  /** A secret does not open. */
  "sealed_for_another",
  /** The organization wants a newer client. */
  "version_too_old",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
