/** Signs what devices must be able to trust, with Ed25519 keys that never leave it. */
export type Signer = {
  /** Returns true if all who sign share a quota of signatures. */
  hasQuota(): boolean;
  /** Returns the raw public keys as base64url: the first one signs, the others are about to, or have done so. */
  publicKeys(): Promise<readonly string[]>;
  /** Returns the signature by one of these keys. @throws key.unavailable */
  sign(publicKey: string, data: Uint8Array): Promise<Uint8Array>;
};
