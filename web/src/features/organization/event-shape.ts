import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import type { Names } from "./use-names.ts";

export type EventType = OrganizationEvent["type"];
export type DataOf<T extends EventType> = Extract<OrganizationEvent, { type: T }>["data"];

export type Words<D> = {
  icon: LucideIcon;
  /** Who did it, if that is not the actor in the log, or no longer a member. */
  who?: (data: D, names: Names) => ReactNode;
  sentence: (data: D, names: Names, actor: string) => ReactNode;
};

/** Sentences for all events whose types begin like this, except some; a missing one does not compile. */
export type WordsOf<Prefix extends string, Apart extends string = never> = {
  readonly [T in Exclude<Extract<EventType, `${Prefix}.${string}`>, Apart>]: Words<DataOf<T>>;
};
