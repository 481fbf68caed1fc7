import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import type { Names } from "./use-names.ts";

export type EventType = OrganizationEvent["type"];
export type DataOf<T extends EventType> = Extract<OrganizationEvent, { type: T }>["data"];

export type Words<D> = {
  icon: LucideIcon;
  /** Who did it, where that is not the actor whom the log names, or no member any more. */
  who?: (data: D, names: Names) => ReactNode;
  sentence: (data: D, names: Names, actor: string) => ReactNode;
};

/** Words for all events whose types begin so, apart from some; one that is missing does not compile. */
export type WordsOf<Prefix extends string, Apart extends string = never> = {
  readonly [T in Exclude<Extract<EventType, `${Prefix}.${string}`>, Apart>]: Words<DataOf<T>>;
};
