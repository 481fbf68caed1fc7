import type { JoinMode } from "@muster/core/domain/shape.ts";
import type { Domain } from "#lib/domains.ts";
import type { Tone } from "#ui/badge.tsx";

export const joinMeanings: Record<JoinMode, string> = {
  off: "People join by invitation only.",
  suggest: "People with an address of this domain see the organization and can join it.",
  automatic: "They also join when they sign in, if there is a seat.",
};

type State = { label: string; tone: Tone };

/** A verified domain whose record is lost is still verified, but not for long. */
export function stateOf({ state, lostAt }: Pick<Domain, "state" | "lostAt">): State {
  if (state === "waiting") return { label: "Waiting for record", tone: "neutral" };
  return lostAt === undefined ? { label: "Verified", tone: "success" } : { label: "Record missing", tone: "warning" };
}

/** Returns the finding of the last check, if it has to be said: not that a verified domain has its record. */
export const findingOf = ({ check }: Pick<Domain, "check">): string | undefined =>
  check === undefined || check.finding === "present" ? undefined : check.message;
