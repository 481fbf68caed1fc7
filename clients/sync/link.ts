import { createHash, randomBytes } from "node:crypto";
import { diskFiles } from "./files.ts";
import { type Answer, apiOf, request, retryAfterMs, Unreachable } from "./http.ts";
import {
  type DeviceKeys,
  type Identity,
  isPinnedKey,
  makeKeys,
  maxKeys,
  NotLinked,
  type PinnedKey,
  readIdentity,
  writeIdentity,
} from "./identity.ts";
import { keyStoreOf } from "./key-store.ts";
import { type Loopback, listen } from "./loopback.ts";
import { checkApp, type Place } from "./open.ts";
import { thisPlatform } from "./platform.ts";
import { isCount, isText, membersOf, parse, type Unread } from "./read.ts";
import { isTokenOf } from "./session.ts";
import { backOff, minuteMs, system as ownSystem, type System, secondMs, sleep } from "./system.ts";
import { removeLeftovers } from "./wiping.ts";

// Links a device: by a code that its member enters in any browser (RFC 8628), or with a browser on the same machine, which
// comes back to the loopback address (RFC 8252, PKCE).

export type LinkOptions = Place & {
  /** The address of Muster, such as https://muster.example. */
  server: string;
  deviceName: string;
  /** The organization to suggest, by its id. */
  organization?: string | undefined;
  /** Gives up when it aborts. */
  signal?: AbortSignal | undefined;
};

export type Code = {
  /** To be compared, or entered at `verificationUri`. */
  userCode: string;
  verificationUri: string;
  /** The same with the code in it: for a link, a QR code, or a browser that is opened. */
  verificationUriComplete: string;
  expiresAt: Date;
};
export type Linked = { device: string; account: string; organization: { id: string; name: string } };

export type LinkErrorCode =
  | "already_linked"
  | "access_denied"
  | "expired"
  | "aborted"
  | "unreachable"
  /** The server refused, or its answer cannot be read. */
  | "refused";

export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const timeoutMs = 30 * secondMs;
/** By how much RFC 8628 wants a client to slow down. */
const slowDownMs = 5 * secondMs;
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/**
 * Shows a code, and waits until the member has approved the device with it.
 * @param show is called once, with the code
 * @throws LinkError
 */
export function link(options: LinkOptions, show: (code: Code) => void | Promise<void>): Promise<Linked> {
  return linkBy(options, async (linking) => {
    const { deviceCode, code, intervalMs } = await linking.authorize();
    await show(code);
    return poll(linking, { deviceCode, expiresAt: code.expiresAt.getTime(), intervalMs });
  });
}

/**
 * Opens a browser on this machine, and waits until the member has approved the device in it.
 * @param open opens an address in the member's browser
 * @throws LinkError
 */
export function linkWithBrowser(options: LinkOptions, open: (url: string) => void | Promise<void>): Promise<Linked> {
  return linkBy(options, async (linking) => {
    const [verifier, state] = [randomBytes(32).toString("base64url"), randomBytes(16).toString("base64url")];
    const loopback = await listen(state);
    try {
      const { redirectUri } = loopback;
      const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
      const { code } = await linking.authorize({ codeChallenge, redirectUri, state });
      await open(code.verificationUriComplete);
      const grant = {
        grant_type: "authorization_code",
        code: await approvalOf(loopback, code.expiresAt.getTime(), linking),
        code_verifier: verifier,
        redirect_uri: redirectUri,
      };
      return await exchange(linking, grant, code.expiresAt.getTime());
    } finally {
      await loopback.close();
    }
  });
}

type Challenge = { codeChallenge: string; redirectUri: string; state: string };
type Linking = {
  system: System;
  signal: AbortSignal | undefined;
  post: (path: string, body: unknown) => Promise<Answer>;
  authorize: (challenge?: Challenge) => Promise<{ deviceCode: string; code: Code; intervalMs: number }>;
};

async function linkBy(options: LinkOptions, run: (linking: Linking) => Promise<unknown>): Promise<Linked> {
  checkApp(options);
  const system: System = { ...ownSystem, ...options.system };
  const files = diskFiles(options.folder);
  const store = options.keyStore ?? keyStoreOf(files);
  const isLinked = await readIdentity(store).then(
    () => true,
    (error: unknown) => !(error instanceof NotLinked),
  );
  // threat: linking again replaces the keys of a linked device
  if (isLinked) throw new LinkError("already_linked", "This device has keys of an organization. Unlink it first.");
  const keys = makeKeys();
  const api = apiOf(options.server);
  const { signal } = options;
  const post = (path: string, body: unknown) =>
    request(
      `${api}${path}`,
      {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", accept: "application/json" },
      },
      { system, timeoutMs, signal },
    );
  const keySet = () => request(`${api}/sync/keys`, {}, { system, timeoutMs, signal });
  // before a member approves anything: nothing that they have approved is thrown away
  const pinned = pinnedIn(await reached(keySet, signal)());
  const authorize = (challenge?: Challenge) => authorized(post, options, keys, system, challenge);
  const grant = membersOf(await run({ system, signal, post, authorize }));
  const identity = readGrant(grant, { server: new URL(options.server).origin, keys: pinned, ...keys });
  // threat: linking leaves what a former device had
  await removeLeftovers(files);
  // before the token is used: until then the server gives the answer again
  await writeIdentity(store, identity);
  const { device, account, organization } = identity;
  return { device, account, organization };
}

async function authorized(
  post: Linking["post"],
  options: LinkOptions,
  keys: DeviceKeys,
  system: System,
  challenge: Challenge | undefined,
) {
  const { app, appVersion, deviceName, organization, platform = thisPlatform() } = options;
  const answer = await reached(post, options.signal)("/device-authorization", {
    clientName: app,
    platform,
    deviceName,
    appVersion,
    signingKey: keys.signingKey.x,
    sealingKey: keys.sealingKey.x,
    ...(organization !== undefined && { organization }),
    ...(challenge && { challenge }),
  });
  const body = membersOf(parse(answer.text));
  const { device_code: deviceCode, user_code: userCode, verification_uri: uri, expires_in: lifetime, interval } = body;
  if (answer.status !== 200) throw refused(answer);
  if (!isText(deviceCode) || !isText(userCode) || !isText(uri) || !isCount(lifetime)) throw refused(answer);
  const complete = body["verification_uri_complete"];
  const code: Code = {
    userCode,
    verificationUri: uri,
    verificationUriComplete: isText(complete) ? complete : uri,
    expiresAt: new Date(system.now() + lifetime * secondMs),
  };
  const intervalMs = isCount(interval) && interval > 0 ? interval * secondMs : slowDownMs;
  return { deviceCode, code, intervalMs };
}

/** Nobody waits for a server that is not there. */
const reached =
  <Sent extends unknown[], T>(send: (...sent: Sent) => Promise<T>, signal: AbortSignal | undefined) =>
  (...sent: Sent): Promise<T> =>
    send(...sent).catch((error: unknown) => {
      if (signal?.aborted) throw aborted();
      throw error instanceof Unreachable ? new LinkError("unreachable", error.message) : error;
    });

/** Asks whether the code was approved, as often as the server allows. */
async function poll(
  { post, system, signal }: Linking,
  { deviceCode, expiresAt, intervalMs }: { deviceCode: string; expiresAt: number; intervalMs: number },
): Promise<unknown> {
  let [wait, failures] = [intervalMs, 0];
  for (;;) {
    await sleep(failures > 0 ? Math.max(wait, backOff(failures, system, minuteMs)) : wait, system, signal);
    if (signal?.aborted) throw aborted();
    // threat: a client waits for a code that has expired
    if (system.now() >= expiresAt) throw expired();
    try {
      const answer = await post("/device-token", { grant_type: deviceGrant, device_code: deviceCode });
      const error = errorOf(answer);
      failures = answer.status >= 500 || answer.status === 429 ? failures + 1 : 0;
      // threat: a client asks as often as before although it was told to slow down
      if (failures > 0) wait = Math.max(wait, retryAfterMs(answer.headers) ?? 0);
      else if (error === "slow_down") wait += slowDownMs;
      else if (error !== "authorization_pending") return granted(answer);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      failures += 1;
    }
  }
}

/** Exchanges an authorization code. A lost answer is asked for again. */
async function exchange({ post, system, signal }: Linking, grant: unknown, expiresAt: number): Promise<unknown> {
  for (let failures = 1; ; failures++) {
    let atLeastMs = 0;
    try {
      const answer = await post("/device-token", grant);
      // threat: an approved device is thrown away because the gateway is busy
      if (answer.status < 500 && answer.status !== 429) return granted(answer);
      atLeastMs = retryAfterMs(answer.headers) ?? 0;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
    await sleep(Math.max(atLeastMs, backOff(failures, system, minuteMs)), system, signal);
    if (signal?.aborted) throw aborted();
    if (system.now() >= expiresAt) throw expired();
  }
}

async function approvalOf(loopback: Loopback, expiresAt: number, { system, signal }: Linking): Promise<string> {
  const ending = new AbortController();
  const over = AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]);
  const answer = await Promise.race([loopback.answer, sleep(expiresAt - system.now(), system, over)]);
  ending.abort();
  if (answer && "code" in answer) return answer.code;
  if (answer) throw new LinkError("access_denied", "The device was not approved.");
  throw signal?.aborted ? aborted() : expired();
}

const aborted = () => new LinkError("aborted", "Linking was given up.");
const expired = () => new LinkError("expired", "The code has expired. Link the device again.");

function granted(answer: Answer): unknown {
  const error = errorOf(answer);
  if (error === "access_denied") throw new LinkError("access_denied", "The device was not approved.");
  if (error === "expired_token") throw expired();
  if (answer.status !== 200) throw refused(answer);
  return parse(answer.text);
}

const errorOf = ({ status, text }: Answer) => (status === 400 ? membersOf(parse(text))["error"] : undefined);

function refused({ status, text }: Answer): LinkError {
  const { detail, fields } = membersOf(parse(text));
  const named = (Array.isArray(fields) ? fields : []).map(membersOf);
  const wrong = named.map(({ path, message }) => ` ${String(path)}: ${String(message)}`).join("");
  return new LinkError("refused", isText(detail) ? `${detail}${wrong}` : `The server answered ${status}.`);
}

/** Returns the keys that the device will trust. */
function pinnedIn(answer: Answer): PinnedKey[] {
  const { keys } = membersOf(parse(answer.text));
  // a key that ends signs nothing for a new device
  const pinned = (Array.isArray(keys) ? keys.slice(0, maxKeys) : []).filter(
    // threat: a new device trusts a key that was replaced
    (key) => isPinnedKey(key) && key.exp === undefined,
  );
  // threat: a device is approved that has no keys to trust
  if (answer.status !== 200 || pinned.length === 0) throw refused(answer);
  return pinned.map(({ kid, x }: PinnedKey) => ({ kid, x }));
}

/** Returns who the device is now. */
function readGrant(value: Unread, own: DeviceKeys & Pick<Identity, "server" | "keys">): Identity {
  const { access_token: token, device, account, organization, issuer } = value;
  const { id, name } = membersOf(organization);
  const isReadable = [token, device, account, issuer, id].every(isText);
  if (!isReadable || !isTokenOf({ device: String(device) }, String(token))) {
    throw new LinkError("refused", "The server's answer cannot be read.");
  }
  return {
    issuer: String(issuer),
    device: String(device),
    account: String(account),
    organization: { id: String(id), name: isText(name) ? name : String(id) },
    token: String(token),
    ...own,
  };
}
