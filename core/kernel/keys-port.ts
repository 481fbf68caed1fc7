import type { ID } from "../base/id.ts";

/** The purpose of a data key. Its wrapped form opens for nothing else. */
export type KeyContext = { organization: ID<"organization">; dataKey: ID<"dataKey"> };

/** Makes data keys. It opens none, so who seals with it reads nothing that others have sealed. */
export type KeyMaker = {
  /** Returns a new data key, and the same wrapped by the wrapping key. @throws key.unavailable */
  generate(context: KeyContext): Promise<{ key: Uint8Array; wrapped: string }>;
};

/** Opens data keys. */
export type KeyOpener = {
  /** @throws Unreadable if it was not wrapped for this context, key.unavailable */
  unwrap(wrapped: string, context: KeyContext): Promise<Uint8Array>;
};

/** Replaces the wrapping key, as an operator asks for it. */
export type KeyRotator = {
  /** Makes a new wrapping key the current one. What earlier ones have wrapped can still be opened. */
  renew(): Promise<void>;
  /** Wraps a data key by the current wrapping key, without showing it. @throws Unreadable, key.unavailable */
  rewrap(wrapped: string, context: KeyContext): Promise<string>;
  /** Removes all wrapping keys but the current one, where they can be removed. */
  retire(): Promise<void>;
};

/** The sealed or wrapped text is damaged, or belongs elsewhere. */
export class Unreadable extends Error {
  override name = "Unreadable";
}
