import type { ReactElement } from "react";
import type { React, Reaction, Reactions } from "#lib/updates.ts";

export type Props = {
  /** What is reacted to. */
  label: string;
  reactions: Reactions;
  own: readonly Reaction[];
  onReact: (change: React) => void;
  /** Why nobody can react now, if so. */
  blocked: string | undefined;
  /** The update, whose people are named when a pointer or the focus is on a reaction. */
  update?: { organizationId: string; id: string };
};

export type PickerProps = Pick<Props, "label" | "own" | "onReact" | "blocked">;
export type PeopleProps = {
  update: NonNullable<Props["update"]>;
  reaction: Reaction;
  count: number;
  children: ReactElement;
};
