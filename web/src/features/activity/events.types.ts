import type { OrganizationEvent } from "#lib/api.ts";

// Mistakes that must not compile. Nothing runs this file; the type check fails if one of them compiles.

declare const event: OrganizationEvent;

export const mistakes = [
  // @ts-expect-error 1: data cannot be read before its type is checked
  () => event.data.seats,
  // @ts-expect-error 2: no event has this type
  () => event.type === "billing.paid",
  // @ts-expect-error 3: the type decides which data there is
  () => (event.type === "team.created" ? event.data.seats : undefined),
  // @ts-expect-error 4: seats are a number
  (): string => (event.type === "billing.checkout_started" ? event.data.seats : ""),
];

export const right = () => (event.type === "billing.checkout_started" ? event.data.seats : undefined);
