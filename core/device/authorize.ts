import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, settings, table } from "../kernel/ports.ts";
import * as Limits from "../rate/limits.ts";
import { networkOf } from "../rate/network.ts";
import * as Windows from "../rate/windows.ts";
import { absent, any, atMost, put, when } from "../table/table.ts";
import * as Code from "./code.ts";
import { deviceKeys } from "./keys.ts";
import { codeMinutes, intervalSeconds } from "./limits.ts";
import { AppName, AppVersion, CodeChallenge, DeviceName, LoopbackUri, PublicKey, platforms, State } from "./shape.ts";

const lifetimeSeconds = codeMinutes * minuteSeconds;

// Shapes

/** A parameter that clients of OAuth send beside the rest. */
const ignored = v.pipe(v.string(), v.maxLength(300, "This is too long."));

const Input = v.strictObject({
  /** The name of the client, as its author calls it. */
  clientName: AppName,
  /** The platform that the device runs on. */
  platform: v.picklist(platforms),
  /** A name for the device that its member recognizes. */
  deviceName: DeviceName,
  /** The version of the client. */
  appVersion: AppVersion,
  /** The device's raw Ed25519 public key, as base64url: it signs receipts with the private one. */
  signingKey: PublicKey,
  /** The device's raw X25519 public key, as base64url: secrets are sealed to it. */
  sealingKey: PublicKey,
  /** The id that the client gives itself: Muster registers none. If it is sent, the codes work for this client only. */
  client_id: v.optional(ignored),
  /** Not looked at: every device gets the same. */
  scope: v.optional(ignored),
  /** The only organization that the client wants to be linked to. */
  organization: v.optional(ID.schema("organization")),
  /** For a client that waits for the browser on the loopback address, instead of asking again and again (RFC 8252). */
  challenge: v.optional(
    v.strictObject({
      /** The base64url SHA-256 of the code verifier (RFC 7636). */
      codeChallenge: CodeChallenge,
      /** `S256`, which is the only method. */
      codeChallengeMethod: v.optional(v.literal("S256")),
      /** The address that the browser is sent to: `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`. */
      redirectUri: LoopbackUri,
      /** A value that the browser hands back unchanged as `state`. */
      state: v.optional(State),
    }),
  ),
});

/** A device that waits for someone's approval (RFC 8628). */
export const Authorization = v.object({
  /** The code that the client asks with. Only the client may know it. */
  device_code: v.string(),
  /** The code that a person types on the approval page. */
  user_code: v.string(),
  /** The approval page. */
  verification_uri: v.string(),
  /** The approval page with the code in its fragment. */
  verification_uri_complete: v.string(),
  /** The number of seconds that the codes work. */
  expires_in: Integer,
  /** The number of seconds to wait between requests. */
  interval: Integer,
});

// Failures

export const failures = {
  repeated: failure("conflict", "device.repeated", "This has already started."),
};

// Functions

/** Starts to link a device: returns its device code, and the user code with which its member approves it. */
export const authorize = fn(
  "device.authorize",
  {
    input: Input,
    output: Authorization,
    failures: [failures.repeated, Windows.failures.limited],
    idempotency: "unsupported",
  },
  async (
    { clientName, deviceName, organization, challenge, client_id: client, scope: _, ...described },
    { origin },
  ) => {
    await Windows.take(Limits.deviceCodesPerNetwork, networkOf(origin.ip));
    const [deviceCode, userCode] = [Code.mintDeviceCode(), Code.mintUserCode()];
    const [id, typed] = [ID.derive("deviceCode", deviceCode), Code.idOfUserCode(userCode)];
    const ends = { expiresAt: instant(lifetimeSeconds), ttl: epoch(lifetimeSeconds) };
    const row = {
      ...described,
      ...ends,
      state: "pending" as const,
      userCode: typed,
      name: deviceName,
      app: clientName,
      ...(client !== undefined && { client }),
      ...(organization && { wanted: organization }),
      ...(challenge && { challenge: challengeOf(challenge) }),
      ip: origin.ip,
      requestedAt: instant(),
      intervalSeconds,
    };
    await table.write(
      put(deviceKeys.deviceCode(id), row, when(absent, failures.repeated)),
      put(
        deviceKeys.userCode(typed),
        { deviceCode: id, ...ends },
        when(any(absent, atMost("expiresAt", instant())), failures.repeated),
      ),
    );
    const page = `${settings().siteUrl}/link`;
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}#${userCode}`,
      expires_in: lifetimeSeconds,
      interval: intervalSeconds,
    };
  },
);

function challengeOf({ codeChallenge, redirectUri, state }: NonNullable<v.InferOutput<typeof Input>["challenge"]>) {
  return { hash: codeChallenge, redirectUri, ...(state !== undefined && { state }) };
}
