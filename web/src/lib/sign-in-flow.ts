import { maxAttempts } from "@muster/core/session/limits.ts";
import { local, tab } from "./storage.ts";

const key = "sign-in-flows";
const stepKey = "sign-in";
const addressKey = "sign-in-address";

/** A code that this browser requested; knowing it lets an emailed link sign in without another click. */
export type Flow = { flow: string; email: string; expiresAt: string; requestedAt: string; attemptsUsed: number };

// threat: a page offers more entries of a code than there are
export const attemptsLeft = (attemptsUsed: number) => Math.max(0, maxAttempts - attemptsUsed);

/** Stores a requested flow: for every tab, since the emailed link opens a new one, and as this tab's current step. */
export function holdFlow(flow: Flow) {
  const others = heldFlows().filter((held) => held.flow !== flow.flow);
  local.write(key, JSON.stringify([flow, ...others].slice(0, 5)));
  tab.write(stepKey, JSON.stringify(flow));
}

export function presentFlow(): Flow | undefined {
  const [flow] = parse(`[${tab.read(stepKey) ?? ""}]`);
  return flow;
}

export function forgetFlows() {
  local.remove(key);
  tab.remove(stepKey);
  tab.remove(addressKey);
}

/**
 * The address that the sign-in page starts with, in this tab: the invited one, for example, or the last that was typed.
 */
export function suggestAddress(email: string) {
  tab.write(addressKey, email);
}

export function suggestedAddress() {
  return tab.read(addressKey) ?? presentFlow()?.email ?? "";
}

export function heldFlow(flow: string) {
  return heldFlows().find((held) => held.flow === flow);
}

/** The flow and code in an emailed link's fragment. */
export function readLink(fragment: string) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const flow = fields.get("flow");
  const code = fields.get("code");
  return flow && code ? { flow, code } : undefined;
}

function heldFlows() {
  const now = Date.now();
  // threat: an expired code counts as requested in this browser
  return parse(local.read(key)).filter((held) => Date.parse(held.expiresAt) > now);
}

function parse(text: string | null): Flow[] {
  try {
    return text === null ? [] : (JSON.parse(text) as Flow[]);
  } catch {
    return [];
  }
}
