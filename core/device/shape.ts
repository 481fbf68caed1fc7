import * as v from "valibot";
import { plainLine } from "../base/shape.ts";

export const platforms = ["macos", "windows", "linux", "other"] as const;
export type Platform = (typeof platforms)[number];

/** Names of devices once the account of their member is erased, and with it the name that they gave it. */
export const nameless: Record<Platform, string> = {
  macos: "A Mac",
  windows: "A Windows computer",
  linux: "A Linux computer",
  other: "A device",
};

/** Reasons to remove everything that a device got: its member was removed or left, it was revoked, and so on. */
export const wipeReasons = ["removed", "left", "revoked", "deleted", "token_reused"] as const;
export type WipeReason = (typeof wipeReasons)[number];

/** A device's progress with a section of the settings. */
export const receiptStates = ["fetched", "applied", "enforced", "refused", "wiped"] as const;
export type ReceiptState = (typeof receiptStates)[number];

const text = (most: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1, "Enter something."), v.maxLength(most, `At most ${most} characters.`));

/** A name for a device, as its member sees it. */
export const DeviceName = v.pipe(
  plainLine("name", 60),
  // a joiner makes one emoji of two, and is invisible elsewhere
  v.regex(
    /^(?:\P{C}|(?<=[\p{Emoji}\uFE0F])\u200D(?=\p{Extended_Pictographic}))+$/u,
    "The name may only have visible characters.",
  ),
);
/** The name of a client. */
export const AppName = v.pipe(
  plainLine("name", 60),
  v.regex(/^\P{C}+$/u, "The name may only have visible characters."),
);
/** The version of a client. */
export const AppVersion = v.pipe(text(40), v.regex(/^[\w.+-]+$/, "Letters, digits, dots, +, and - only."));
/** A raw public key of 32 bytes, as base64url. */
export const PublicKey = v.pipe(v.string(), v.regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/, "32 bytes as base64url, please."));
/** The SHA-256 of a code verifier, as base64url (RFC 7636). */
export const CodeChallenge = v.pipe(
  v.string(),
  v.regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/, "A base64url SHA-256, please."),
);
/** The verifier itself. */
export const CodeVerifier = v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/, "43 to 128 unreserved characters."));
/** An address of the device itself. */
export const LoopbackUri = v.pipe(
  v.string(),
  v.maxLength(200, "At most 200 characters."),
  // threat: the browser hands an authorization code to another computer
  v.regex(/^http:\/\/(127\.0\.0\.1|\[::1\]):[1-9]\d{0,4}\/[\w./-]*$/, "http://127.0.0.1:PORT/… or http://[::1]:PORT/…"),
);
export const State = v.pipe(v.string(), v.regex(/^[\w.~-]{1,200}$/, "1 to 200 unreserved characters."));
/** A user code as typed. */
export const UserCode = v.pipe(v.string(), v.maxLength(40, "This is too long."));
