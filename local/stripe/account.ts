import { randomBytes } from "node:crypto";
import { refuseManyKeys } from "./bounds.ts";
import type { Contract } from "./contract.ts";
import type { State } from "./state.ts";
import type { EventRecord, EventType } from "./wire.ts";

export const day = 86_400;

/**
 * The action on a subscription whose renewal was never paid:
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
export type Dunning = {
  /** Days after the first attempt at which payment is retried. */
  retryDays: number[];
  outcome: "canceled" | "unpaid" | "past_due";
};

/** The Stripe account of the stand-in. */
export type Account = {
  state: State;
  contract: Contract;
  /** The URL of its pages. */
  url: string;
  version: string;
  dunning: Dunning;
  /** In seconds. While due work is done, the instant at which it was due. */
  now: () => number;
  /** The instant up to which everything due is done, except for test clocks. */
  caughtUp: number;
  /** Does something as of an instant. */
  at: <T>(instant: number, run: () => T) => T;
  /** The current request, which its events name. */
  request: { id: string | null; idempotency_key: string | null };
  onEvent: (event: EventRecord) => void;
};

/** Returns an id like Stripe's. */
export function newId(prefix: string): string {
  const text = randomBytes(24).toString("base64").replaceAll(/[+/=]/g, "0");
  return `${prefix}_${text.slice(0, 24)}`;
}

/** The time of a customer, in seconds: of its test clock, or of the account. */
export function timeOf({ state, now }: Account, customer: string | null): number {
  const clock = customer ? state.customers.get(customer)?.test_clock : null;
  const frozen = clock ? state.testClocks.get(clock)?.frozen_time : undefined;
  return frozen ?? now();
}

/** Records an event about an object, and passes it to the webhooks. */
export function emit(account: Account, type: EventType, object: object, previous?: object): void {
  const { state, contract } = account;
  contract.checkObject(object);
  const event: EventRecord = {
    id: newId("evt"),
    object: "event",
    api_version: account.version,
    created: account.now(),
    data: structuredClone({ object, ...(previous && { previous_attributes: previous }) }),
    livemode: false,
    pending_webhooks: state.endpoints.size,
    request: { ...account.request },
    type,
  };
  state.events.set(event.id, event);
  account.onEvent(event);
}

/** Changes an object in place, and records its previous values if anything differs. A refused change changes nothing. */
export function change<T extends object>(account: Account, type: EventType, object: T, run: (object: T) => void): void {
  const texts = () => new Map(Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)]));
  const before = texts();
  /** The fields that differ, as they were. */
  const previous = () => {
    const after = texts();
    const names = [...new Set([...before.keys(), ...after.keys()])].filter(
      (name) => before.get(name) !== after.get(name),
    );
    return Object.fromEntries(names.map((name) => [name, JSON.parse(before.get(name) ?? "null")]));
  };
  try {
    run(object);
  } catch (error) {
    Object.assign(object, previous());
    throw error;
  }
  const changed = previous();
  if (Object.keys(changed).length > 0) emit(account, type, object, changed);
}

type Metadata = Record<string, string>;
type MetadataParam = Record<string, string | number | null> | "" | null | undefined;

/**
 * Sets the given names; an empty value removes its name, an empty whole removes all.
 * @throws Refusal if there is no room for all
 */
export function mergeMetadata(metadata: Metadata, given: MetadataParam): Metadata {
  const merged = mergedMetadata(metadata, given);
  refuseManyKeys(merged);
  return merged;
}

/** The same, however many there are: for what was accepted already. */
export function mergedMetadata(metadata: Metadata, given: MetadataParam): Metadata {
  if (given === undefined) return metadata;
  if (given === "" || given === null) return {};
  const merged = new Map(Object.entries(metadata));
  for (const [name, value] of Object.entries(given)) {
    if (value === "" || value === null) merged.delete(name);
    else merged.set(name, String(value));
  }
  return Object.fromEntries(merged);
}
