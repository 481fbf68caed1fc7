import { createDecipheriv } from "node:crypto";
import { Unreadable } from "../kernel/keys-port.ts";
import { aadOf, cipher, format, ivBytes, type Place, tagBytes } from "./envelope.ts";

/** @throws Unreadable if it was changed, cut, or sealed elsewhere or by another key */
export function openBytes(key: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed[0] !== format || sealed.length < 1 + ivBytes + tagBytes) {
    throw new Unreadable("This is not a sealed text.");
  }
  const iv = sealed.subarray(1, 1 + ivBytes);
  const opening = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
  // threat: the context of a sealed text is not authenticated
  opening.setAAD(aad).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([opening.update(sealed.subarray(1 + ivBytes, -tagBytes)), opening.final()]);
  } catch {
    throw new Unreadable("This text was sealed elsewhere, or changed since.");
  }
}

/** Returns a text that was sealed with this data key in this place. @throws Unreadable */
export const open = (key: Uint8Array, place: Place, sealed: string): string =>
  openBytes(key, aadOf(place), Buffer.from(sealed, "base64url")).toString();
