import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Origin } from "../kernel/actor.ts";
import { readKept, remember } from "../kernel/idempotency.ts";
import { epoch, instant, queues, table } from "../kernel/ports.ts";
import * as Limits from "../rate/limits.ts";
import { networkOf, wideNetworkOf } from "../rate/network.ts";
import * as Windows from "../rate/windows.ts";
import {
  type Attributes,
  above,
  absent,
  all,
  below,
  equal,
  type Item,
  present,
  put,
  remove,
  type Step,
  update,
  when,
} from "../table/table.ts";
import * as Code from "./code.ts";
import { sessionKeys } from "./keys.ts";
import { codeMinutes, maxAttempts } from "./limits.ts";
import type { FlowRow } from "./row.ts";

// A code sent by mail, to sign in or to reauthenticate.

const flowSeconds = codeMinutes * minuteSeconds;

// Shapes

/** A code that was sent by mail. */
export const Flow = v.object({
  /** The id to send back together with the code. */
  flow: ID.schema("flow"),
  /** The time the code expires. */
  expiresAt: v.string(),
});

// Failures

export const failures = {
  refused: failure("unauthenticated", "code.invalid", "This code is incorrect or has expired. Request a new code."),
  repeated: failure("conflict", "session.repeated", "This has already started."),
};

// For sessions

type Purpose = { purpose: "signIn" } | { purpose: "reauthentication"; session: ID.ID<"session"> };

/** Mails a code to an address in its one spelling, for this purpose. */
export async function startFlow(email: string, origin: Origin, purpose: Purpose) {
  const address = ID.derive("address", email);
  // a browser in which this address has signed in has its own budget, which nobody else can use up
  // threat: anybody spends the budget of an address for its owner
  const browser = Code.knownBrowser(origin.browser, address);
  const network = wideNetworkOf(origin.ip);
  // threat: others in a network lock out a known browser
  if (browser) await Windows.take(Limits.codesPerBrowser, browser);
  else await takeFrom(origin.ip, network, address);
  const flow = ID.create("flow");
  const expiresAt = instant(flowSeconds);
  const from = browser ? { browser: true as const } : { network };
  const step = beginning(flow, { ...purpose, ...from, email, address, expiresAt });
  const started = { flow, expiresAt };
  await table.write(step, ...remember(started));
  await mailCode(flow);
  return started;
}

/** Returns the step that begins a sign-in, whose code nobody has tried. */
export const beginning = (flow: ID.ID<"flow">, flowOf: Omit<Attributes<FlowRow>, "attempts" | "ttl">): Step =>
  put(sessionKeys.flow(flow), { ...flowOf, attempts: 0, ttl: epoch(flowSeconds) }, when(absent, failures.repeated));

/**
 * Counts a code against the networks of who asks, and then against its address: a network without budget must not use
 * up those of addresses. What counted before a refusal is given back. How often others asked for the address is not
 * told before it is too often.
 */
async function takeFrom(ip: string, network: string, address: ID.ID<"address">): Promise<void> {
  const networks = await Promise.allSettled([
    Windows.take(Limits.codesPerNetwork, networkOf(ip)),
    Windows.take(Limits.codesPerWideNetwork, network),
  ]);
  const givingBack = networks.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    for (const one of networks) if (one.status === "rejected") throw one.reason;
    // threat: the answer tells whether somebody else asked for a code to an address
    await Windows.takeUntold(Limits.codesPerAddress, address);
  } catch (error) {
    // threat: requests for an address that is refused use up the budget of a network
    if (isFailure(error, Windows.failures.limited)) await Promise.all(givingBack.map((giveBack) => giveBack()));
    throw error;
  }
}

// threat: sign-in codes wait behind invitations
const mailCode = (flow: ID.ID<"flow">) => queues.send("codes", [{ kind: "code", flow }]);

/** A crash between the write and the queue sends no mail. A flow is mailed once, however often it is queued. */
export async function mailAgain(kept: Item): Promise<v.InferOutput<typeof Flow>> {
  const started = readKept(Flow, kept);
  await mailCode(started.flow);
  return started;
}

/** Counts the attempt before it checks the code, so that only a few concurrent attempts are checked. */
export async function checkCode(flow: ID.ID<"flow">, code: string, origin: Origin, purpose: Purpose) {
  const open = all(
    // threat: a code may be guessed at without limit
    below("attempts", maxAttempts),
    // threat: a code works after it has expired
    above("expiresAt", instant()),
    // threat: a code works for another purpose
    equal("purpose", purpose.purpose),
    ...("session" in purpose ? [equal("session", purpose.session)] : []),
  );
  const [row] = await Promise.all([
    // threat: guesses at a code are not counted
    table.change(update(sessionKeys.flow(flow), { add: { attempts: 1 } }, when(open, failures.refused))),
    Windows.take(Limits.attemptsPerNetwork, networkOf(origin.ip)),
  ]);
  const { email, address, sentAt } = row;
  // threat: any code is right
  if (!Code.matches(code, flow, address)) throw failures.refused();
  return { email, address, sentAt };
}

// threat: a code works twice
/** Of several requests with the right code, only one removes the flow. */
export const consuming = (flow: ID.ID<"flow">) => remove(sessionKeys.flow(flow), when(present, failures.refused));
