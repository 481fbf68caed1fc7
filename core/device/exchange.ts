import * as v from "valibot";
import { implied, isFailure } from "../base/failure.ts";
import { equalText, sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import type { Account } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, settings, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { above, all, any, atMost, check, equal, lacks, update, when } from "../table/table.ts";
import * as Code from "./code.ts";
import { DeviceLinked } from "./events.ts";
import { failures, linkFailures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { repeatSeconds, slowDownSeconds } from "./limits.ts";
import { linking } from "./linked.ts";
import type { DeviceCodeRow } from "./row.ts";
import { CodeVerifier } from "./shape.ts";
import * as Token from "./token.ts";

export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

// Shapes

const text = v.pipe(v.string(), v.maxLength(300, "This is too long."));
/** Parameters that clients of OAuth send beside the rest. */
const fromClient = {
  /** The same as before: the codes of a client that has sent one work for no other. */
  client_id: v.optional(text),
};
const Input = v.variant("grant_type", [
  v.strictObject({
    /** A device code is exchanged. */
    grant_type: v.literal(deviceGrant),
    /** The device code. */
    device_code: text,
    ...fromClient,
  }),
  v.strictObject({
    /** An authorization code is exchanged, which the browser has handed over. */
    grant_type: v.literal("authorization_code"),
    /** The authorization code. */
    code: text,
    /** The verifier, whose hash is the code challenge. */
    code_verifier: CodeVerifier,
    /** The same address as before. */
    redirect_uri: text,
    ...fromClient,
  }),
]);

/** A linked device, and its token. */
export const Linked = v.object({
  /** The device's token. Until it is first used, the same code is answered with it again, for {device.repeatSeconds} seconds. */
  access_token: v.string(),
  /** The scheme to send it with: `Authorization: Bearer …`. */
  token_type: v.literal("Bearer"),
  /** The device. */
  device: ID.schema("device"),
  /** The account of its member. */
  account: ID.schema("account"),
  /** The organization whose settings it gets. */
  organization: v.object({
    id: ID.schema("organization"),
    /** Its name. */
    name: v.string(),
  }),
  /** The signer of what it gets: the address of this site. */
  issuer: v.string(),
});

// Functions

/**
 * Exchanges a device code or an authorization code for the token of a device, once its member has approved it. Failures
 * have the codes of RFC 8628 also as `error`.
 */
export const exchange = fn(
  "device.exchange",
  {
    input: Input,
    output: Linked,
    failures: [
      ...Object.values(linkFailures),
      failures.tooMany,
      organizationFailures.missing,
      organizationFailures.suspended,
      Event.failures.repeated,
    ],
    idempotency: "unsupported",
  },
  async (input) => {
    const { id, secret } = codeOf(input);
    const row = id && (await table.get(deviceKeys.deviceCode(id)));
    if (!row || !holds(row, input)) throw linkFailures.invalidGrant();
    if (row.state === "denied") throw linkFailures.denied();
    // threat: an expired device code is exchanged
    if (row.expiresAt <= instant()) throw linkFailures.expired();
    if (row.state === "pending") throw await poll(row);
    return link(row, secret);
  },
);

type Request = v.InferOutput<typeof Input>;

function codeOf(input: Request) {
  return input.grant_type === deviceGrant
    ? { id: Code.idOfDeviceCode(input.device_code), secret: input.device_code }
    : { id: Code.idOfAuthorizationCode(input.code), secret: input.code };
}

/** A client that began with a challenge needs the verifier and the code that went through the browser: nothing less. */
function holds({ client, challenge, approval }: DeviceCodeRow, input: Request): boolean {
  // threat: a device code works for another client than the one that asked for it
  if (client !== undefined && client !== input.client_id) return false;
  // threat: a client with a challenge is linked without its verifier
  if (input.grant_type === deviceGrant) return challenge === undefined;
  if (challenge === undefined || approval?.code === undefined) return false;
  return (
    // threat: an authorization code is made up
    equalText(sha256(input.code), approval.code) &&
    // threat: an authorization code is exchanged without its verifier
    equalText(sha256(input.code_verifier), challenge.hash) &&
    // threat: an authorization code is exchanged for another address
    input.redirect_uri === challenge.redirectUri
  );
}

/** Records the question, and returns what to answer: too early ones make the interval longer. */
async function poll({ pk, intervalSeconds }: DeviceCodeRow) {
  const key = deviceKeys.deviceCode(pk);
  // threat: a client asks as often as it likes
  const isInTime = any(lacks("polledAt"), atMost("polledAt", instant(-intervalSeconds)));
  const inTime = when(all(isInTime, equal("intervalSeconds", intervalSeconds)), linkFailures.slowDown);
  if (await writeUnless(linkFailures.slowDown, update(key, { set: { polledAt: instant() } }, inTime))) {
    return linkFailures.pending({ retryAfterSeconds: intervalSeconds });
  }
  const slower = await table.change(
    update(
      key,
      { set: { polledAt: instant() }, add: { intervalSeconds: slowDownSeconds } },
      when(above("expiresAt", instant()), linkFailures.expired),
    ),
  );
  return linkFailures.slowDown({ retryAfterSeconds: slower.intervalSeconds });
}

/** Links the device once; for a minute, the same code is answered again until its token is used. */
async function link(row: DeviceCodeRow, secret: string): Promise<v.InferOutput<typeof Linked>> {
  const { pk: code, approval } = row;
  if (!approval) throw implied.unreadable();
  const { account, organization, organizationName: name, device } = approval;
  const named = { account, organization, device };
  const answer = (token: string) => ({
    access_token: token,
    token_type: "Bearer" as const,
    device,
    account,
    organization: { id: organization, name },
    issuer: settings().siteUrl,
  });
  const token = Token.derive(named, secret);
  const { platform, app } = row;
  try {
    await table.write(
      ...linking(named, row, sha256(token), code),
      // threat: a device is linked in a suspended organization
      check(
        organizationKeys.organization(organization),
        when(equal("state", "active"), organizationFailures.suspended),
      ),
      DeviceLinked.record(organization, { device, account, platform, app }, actorOf(approval)),
    );
    return answer(token);
  } catch (error) {
    if (isFailure(error, failures.notMember)) throw linkFailures.denied();
    if (!isFailure(error, failures.exists)) throw error;
  }
  const linked = await table.get(deviceKeys.device(account, device));
  // threat: a code that was copied gives the token long after it was exchanged
  const isRecent = linked !== undefined && linked.linkedAt > instant(-repeatSeconds);
  // threat: the token of a revoked device is given out again
  const again =
    isRecent && linked.code === code && !linked.wipe ? Token.deriveAgain(named, secret, linked.token) : undefined;
  if (!again) throw linkFailures.invalidGrant();
  return answer(again);
}

/** The member who approved it, by the session with which they did. */
function actorOf({ account, session, ip }: NonNullable<DeviceCodeRow["approval"]>): Account {
  const via = { kind: "session" as const, id: session, authenticatedAt: "" };
  return { type: "account", account, address: "adr_", email: "", via, origin: { ip, agent: "" } };
}
