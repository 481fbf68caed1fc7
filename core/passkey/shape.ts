import * as v from "valibot";
import { Integer, plainLine } from "../base/shape.ts";

const base64url = (maxLength: number) =>
  v.pipe(v.string(), v.maxLength(maxLength, "This is too long."), v.regex(/^[\w-]*$/, "Expected base64url."));
/** A word of Web Authentication; later ones are accepted. */
const word = v.pipe(v.string(), v.regex(/^[a-z-]{1,32}$/, "Expected a word of Web Authentication."));

/** The name of a passkey. */
export const PasskeyName = plainLine("name", 60);

const transports = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"] as const;
export type Transport = (typeof transports)[number];
export const isTransport = (text: string): text is Transport => transports.some((one) => one === text);

const credential = {
  /** The id of the credential, in base64url. */
  id: base64url(1400),
  /** The same. */
  rawId: base64url(1400),
  /** The kind of the credential. */
  type: v.literal("public-key"),
  /** The place of the authenticator: `platform` or `cross-platform`. */
  authenticatorAttachment: v.optional(v.nullable(word)),
  /** The results of extensions of the browser. They are ignored. */
  clientExtensionResults: v.optional(v.object({}), {}),
};

/** A new credential, as `PublicKeyCredential.toJSON()` returns it. */
export const NewCredential = v.strictObject({
  ...credential,
  /** The response of the authenticator (`AuthenticatorAttestationResponseJSON`). */
  response: v.strictObject({
    /** The browser's account of the request, in base64url. */
    clientDataJSON: base64url(4096),
    /** The authenticator's new key, in base64url. */
    attestationObject: base64url(16_384),
    /** A part of the same. It is ignored. */
    authenticatorData: v.optional(base64url(8192)),
    /** A part of the same. It is ignored. */
    publicKey: v.optional(base64url(4096)),
    /** A part of the same. It is ignored. */
    publicKeyAlgorithm: v.optional(Integer),
    /** The ways to reach the authenticator, such as `internal` or `usb`. */
    transports: v.optional(v.pipe(v.array(word), v.maxLength(10)), []),
  }),
});
export type NewCredential = v.InferOutput<typeof NewCredential>;

/** A signature of a credential, as `PublicKeyCredential.toJSON()` returns it. */
export const SignedCredential = v.strictObject({
  ...credential,
  /** The response of the authenticator (`AuthenticatorAssertionResponseJSON`). */
  response: v.strictObject({
    /** The browser's account of the request, in base64url. */
    clientDataJSON: base64url(4096),
    /** The authenticator's account of the request, in base64url. */
    authenticatorData: base64url(8192),
    /** The signature of both, in base64url. */
    signature: base64url(4096),
    /** The id of its account, in base64url. */
    userHandle: v.optional(v.nullable(base64url(128))),
  }),
});
export type SignedCredential = v.InferOutput<typeof SignedCredential>;

const Known = v.object({
  /** The id of a credential, in base64url. */
  id: v.string(),
  /** The kind of the credential. */
  type: v.literal("public-key"),
  /** The ways to reach its authenticator. */
  transports: v.optional(v.array(v.string())),
});

/** The request to a browser to make a passkey (`PublicKeyCredentialCreationOptionsJSON`). */
export const CreationOptions = v.object({
  /** The site that the passkey will be for. */
  rp: v.object({
    /** The host of the site. */
    id: v.string(),
    /** The name of the product. */
    name: v.string(),
  }),
  /** The owner of the passkey. */
  user: v.object({
    /** The id of the account, in base64url. */
    id: v.string(),
    /** The email address of the account. */
    name: v.string(),
    /** The name of the person. */
    displayName: v.string(),
  }),
  /** The text to sign, in base64url. */
  challenge: v.string(),
  /** The kinds of keys that are accepted, the best first. */
  pubKeyCredParams: v.array(
    v.object({
      /** The algorithm, by its COSE number. */
      alg: Integer,
      /** The kind of the credential. */
      type: v.literal("public-key"),
    }),
  ),
  /** The time that the browser waits, in milliseconds. */
  timeout: Integer,
  /** The passkeys that the account has: their authenticators make no second one. */
  excludeCredentials: v.array(Known),
  /** The duties of the authenticator. */
  authenticatorSelection: v.object({
    /** It keeps the key, so that no address has to be entered. */
    residentKey: v.literal("required"),
    /** The same, for old browsers. */
    requireResidentKey: v.literal(true),
    /** It recognizes its person, such as by a fingerprint. */
    userVerification: v.literal("required"),
  }),
  /** Nobody is asked who made the authenticator. */
  attestation: v.literal("none"),
});

/** The request to a browser to use a passkey (`PublicKeyCredentialRequestOptionsJSON`). */
export const RequestOptions = v.object({
  /** The text to sign, in base64url. */
  challenge: v.string(),
  /** The host of the site that the passkey is for. */
  rpId: v.string(),
  /** The time that the browser waits, in milliseconds. */
  timeout: Integer,
  /** The passkeys that may be used. A sign-in names none, and can use any. */
  allowCredentials: v.optional(v.array(Known)),
  /** The authenticator has to recognize its person, such as by a fingerprint. */
  userVerification: v.literal("required"),
});
