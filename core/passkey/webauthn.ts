import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import * as v from "valibot";
import { minuteMs } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { settings } from "../kernel/ports.ts";
import { failures } from "./failures.ts";
import { challengeMinutes } from "./limits.ts";
import type { PasskeyRow } from "./row.ts";
import { CreationOptions, isTransport, type NewCredential, RequestOptions, type SignedCredential } from "./shape.ts";

// Web Authentication (https://www.w3.org/TR/webauthn-3/), by its library.

const timeout = challengeMinutes * minuteMs;

type Known = Pick<PasskeyRow, "credential" | "transports">;
type Owner = { account: ID<"account">; email: string; name: string };

/** A passkey is bound to the site's host: it cannot be used, and is not offered, on any other. */
const hostOf = (siteUrl: string) => new URL(siteUrl).hostname;

const described = ({ credential, transports }: Known) => ({
  id: credential,
  transports: transports.filter(isTransport),
});

export async function creationOptions(challenge: string, { account, email, name }: Owner, known: readonly Known[]) {
  const { siteUrl, productName } = settings();
  const options = await generateRegistrationOptions({
    rpID: hostOf(siteUrl),
    rpName: productName,
    userID: Buffer.from(account),
    userName: email,
    userDisplayName: name,
    challenge,
    timeout,
    excludeCredentials: known.map(described),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  return v.parse(CreationOptions, options);
}

export async function requestOptions(challenge: string, known?: readonly Known[]) {
  const options = await generateAuthenticationOptions({
    rpID: hostOf(settings().siteUrl),
    challenge,
    timeout,
    userVerification: "required",
    ...(known && { allowCredentials: known.map(described) }),
  });
  return v.parse(RequestOptions, options);
}

/** The demands on an answer: it is to this site, and its authenticator has recognized its person. */
function expected(onChallenge: (challenge: string) => void) {
  const { siteUrl } = settings();
  return {
    // threat: an answer that another site got signs in
    expectedOrigin: siteUrl,
    expectedRPID: hostOf(siteUrl),
    expectedChallenge: (challenge: string) => {
      onChallenge(Buffer.from(challenge, "base64url").toString());
      return true;
    },
    // threat: a finder of a device signs in without its PIN or fingerprint
    requireUserVerification: true,
  };
}

/**
 * Checks a new credential, and returns what is kept of it and the challenge that it answers.
 * @throws passkey.invalid
 */
export async function readNew(response: NewCredential) {
  const { id, rawId, type, clientExtensionResults } = response;
  const { clientDataJSON, attestationObject, transports } = response.response;
  return checked(async (onChallenge) => {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...expected(onChallenge),
      response: { id, rawId, type, clientExtensionResults, response: { clientDataJSON, attestationObject } },
    });
    if (!verified) return undefined;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      credential: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: transports.filter(isTransport),
      isSynced: credentialBackedUp,
    };
  });
}

/**
 * Checks the signature of a passkey, and returns what changes with its use and the challenge that it answers.
 * @throws passkey.invalid
 */
export async function readSigned(
  response: SignedCredential,
  row: Pick<PasskeyRow, "credential" | "publicKey" | "counter">,
) {
  const { id, rawId, type, clientExtensionResults } = response;
  const { clientDataJSON, authenticatorData, signature } = response.response;
  return checked(async (onChallenge) => {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...expected(onChallenge),
      response: { id, rawId, type, clientExtensionResults, response: { clientDataJSON, authenticatorData, signature } },
      credential: {
        id: row.credential,
        publicKey: new Uint8Array(Buffer.from(row.publicKey, "base64url")),
        // threat: a copy of an authenticator signs in after the original
        counter: row.counter,
      },
    });
    // threat: a signature of another key signs in
    if (!verified) return undefined;
    return { counter: authenticationInfo.newCounter, isSynced: authenticationInfo.credentialBackedUp };
  });
}

/** The library throws plain errors for whatever is wrong in an answer. */
async function checked<T>(read: (onChallenge: (challenge: string) => void) => Promise<T | undefined>) {
  let challenge = "";
  const found = await read((seen) => {
    challenge = seen;
  }).catch((cause: unknown) => {
    throw failures.refused({ cause });
  });
  if (found === undefined) throw failures.refused();
  return { ...found, challenge };
}
