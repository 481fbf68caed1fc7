import type { Account } from "#lib/api.ts";

/** Facts about an organization and the current member. */
export type Facts = {
  account: Pick<Account, "id" | "name" | "email">;
  /** Members, and pending invitations. */
  seats: { used: number; held: number };
  /** Owners and admins. */
  managers: number;
  /** True if an invitation was sent that is neither pending nor accepted. */
  hasEnded: boolean;
};

export type StepName = "create" | "name" | "invite" | "join" | "share";
export type Step = { name: StepName; isDone: boolean };

/** The steps to a working organization; each is done when its fact is true, in whatever way. */
export function stepsOf({ account, seats, managers, hasEnded }: Facts): Step[] {
  const isJoined = seats.used > 1;
  return [
    { name: "create", isDone: true },
    { name: "name", isDone: isNamed(account) },
    { name: "invite", isDone: isJoined || seats.held > 0 || hasEnded },
    { name: "join", isDone: isJoined },
    { name: "share", isDone: managers > 1 },
  ];
}

/** A name that was made from the address counts if it looks like a person's: two words without a digit. */
export function isNamed({ name, email }: Pick<Account, "name" | "email">) {
  const isMade = bare(name) === bare(email.split("@")[0] ?? "") || name === "New person";
  const readsLikeOne = name.trim().includes(" ") && !/\d/.test(name) && name !== "New person";
  // threat: the checklist takes a name that the address gave for one's own
  return !isMade || readsLikeOne;
}

function bare(text: string) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** This browser's memory of a checklist: it had open steps when last seen, or it is over. */
export type Memory = "open" | "over" | undefined;

/** Chooses the view: the steps while one is open, a confirmation once when the last one was done, nothing otherwise. */
export function viewOf(memory: Memory, steps: Step[] | undefined): "steps" | "sign" | "nothing" {
  // threat: a dismissed checklist comes back
  if (memory === "over" || steps === undefined) {
    return "nothing";
  }
  if (steps.some(({ isDone }) => !isDone)) {
    return "steps";
  }
  // threat: the checklist congratulates an organization that never had it
  return memory === "open" ? "sign" : "nothing";
}
