import type { IdentityApi } from "@muster/functions/api/identity-app.ts";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { queryOptions } from "@tanstack/react-query";
import { hc } from "hono/client";
import { ofThisPage, read } from "./api.ts";
import { ApiError } from "./failure.ts";

// Passkeys of the account, and what is done with one: the browser asks its person, and the API checks the answer.

const { passkeys } = hc<IdentityApi>(window.location.origin, ofThisPage).api.v1;

export type Passkey = Awaited<ReturnType<typeof listPasskeys>>["items"][number];

const listPasskeys = () => read(passkeys.$get({ query: {} }));

export const passkeysQuery = queryOptions({ queryKey: ["passkeys"], queryFn: listPasskeys });

/** Returns whether this browser knows passkeys. */
export const knowsPasskeys = () => "PublicKeyCredential" in window;

/** Returns whether this device can keep a passkey itself, and knows its person by a PIN, a face, or a finger. */
export async function keepsPasskeys(): Promise<boolean> {
  return knowsPasskeys() && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
}

/** Makes a passkey in this browser, and adds it to the account. */
export async function addPasskey(name: string): Promise<Passkey> {
  const options = (await read(passkeys.options.$get({ query: {} }))) as PublicKeyCredentialCreationOptionsJSON;
  const credential = await asked(({ startRegistration }) => startRegistration({ optionsJSON: options }));
  return read(passkeys.$post({ json: { credential, name } }));
}

export function renamePasskey({ passkey, name }: { passkey: string; name: string }) {
  return read(passkeys[":passkey"].$patch({ param: { passkey }, json: { name } }));
}

export function removePasskey(passkey: string) {
  return read(passkeys[":passkey"].$delete({ param: { passkey }, json: {} }));
}

/** Signs in with whichever passkey of this site the person chooses. */
export async function signInWithPasskey() {
  const credential = await signed(await read(passkeys["sign-in"].options.$get({ query: {} })));
  return read(passkeys["sign-in"].$post({ json: { credential } }));
}

export async function reauthenticateWithPasskey() {
  const credential = await signed(await read(passkeys.reauthentication.options.$get({ query: {} })));
  return read(passkeys.reauthentication.$post({ json: { credential } }));
}

const signed = (options: object) =>
  asked(({ startAuthentication }) =>
    startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }),
  );

type Library = typeof import("@simplewebauthn/browser");

/** Lets the browser ask its person. @throws ApiError that says in a sentence why there is no answer */
async function asked<T>(ask: (library: Library) => Promise<T>): Promise<T> {
  const library = await import("@simplewebauthn/browser");
  return ask(library).catch((cause: unknown) => {
    const isKnown = cause instanceof Error && cause.name === "InvalidStateError";
    throw isKnown
      ? new ApiError("passkey.exists", "This device already has a passkey of your account.", { cause })
      : new ApiError("passkey.canceled", "No passkey was chosen, or it took too long. Try again.", { cause });
  });
}
