import type { FieldKey, Tab } from "@muster/settings/fields.ts";
import type { LayerKind } from "@muster/settings/resolve.ts";
import { createContext, useContext } from "react";
import type { Entries } from "#lib/setting-layers.ts";
import type { Say, Says } from "./say.ts";
import type { Inherited } from "./setting-text.ts";
import type { Editing } from "./use-editing.ts";

/** A question that a form of settings asks about one of them. */
export type About = "why" | "history" | "test";

/** The part of the editing that does not depend on the document. */
type SaysEditing = Pick<
  Editing<unknown, Says>,
  "values" | "base" | "set" | "touch" | "errorOf" | "changed" | "disputes" | "taken" | "undecided" | "choose"
> &
  Pick<Editing<unknown, Says>, "error" | "isBusy" | "discard" | "submit">;

/** A form of the settings of one layer. */
export type LayerForm = {
  organizationId: string;
  rank: Extract<LayerKind, "organization" | "team" | "member">;
  editing: SaysEditing;
  /** The saved entries of the layer. */
  entries: Entries;
  /** Returns the value that applies where this layer says nothing. */
  inherited: (field: FieldKey) => Inherited;
  /** Says why a setting cannot be changed here, or nothing where it can. */
  blocked: (field: FieldKey) => string | undefined;
  /** Says why a setting cannot be changed as long as a rollout is under way. */
  whyClosed?: (field: FieldKey) => string | undefined;
  /** The tab that the form stands on. */
  tab?: Tab;
  /** Returns whether this layer's opinion of a setting does not count, because it is not open to teams. */
  closed?: (field: FieldKey) => boolean;
  ask: (about: About, field: FieldKey) => void;
};

export const LayerContext = createContext<LayerForm | undefined>(undefined);

/** The form that a control of a setting stands in. */
export function useLayerForm(): LayerForm {
  const form = useContext(LayerContext);
  if (form === undefined) {
    throw new Error("A setting stands in a form.");
  }
  return form;
}

/** One setting of the form, and how it is changed. */
export function useSetting(field: FieldKey) {
  const form = useLayerForm();
  const { editing, inherited: inheritedOf, blocked: blockedOf, entries } = form;
  const say: Say = editing.values[field] ?? { isLocked: false, isOpen: false };
  const saved = editing.base[field];
  const inherited = inheritedOf(field);
  const change = (part: Partial<Say>) => editing.set(field, { ...say, ...part });
  return {
    form,
    say,
    saved: entries[field],
    inherited,
    /** The value that the form shows: its own, or the inherited one; a list that is inherited is not known. */
    shown: say.value ?? inherited.value,
    blocked: blockedOf(field),
    isChanged: editing.changed.includes(field),
    error: editing.errorOf(field),
    /** Keeps an inherited value inherited if it was not set before: two clicks on a switch change nothing. */
    setValue: (value: unknown) => {
      const isBack = saved?.value === undefined && !say.isLocked && value === inherited.value;
      const { value: _, ...rest } = say;
      editing.set(field, isBack ? rest : { ...say, value });
    },
    /** Says here what is inherited now. */
    keep: () => change({ value: say.value ?? startOf(inherited.value) }),
    setLocked: (isLocked: boolean) => change({ isLocked, value: say.value ?? startOf(inherited.value) }),
    setOpen: (isOpen: boolean) => change({ isOpen }),
    inherit: () => {
      const { isOpen } = say;
      editing.set(field, { isLocked: false, isOpen });
    },
    touch: () => editing.touch(field),
  };
}
export type Setting = ReturnType<typeof useSetting>;

/** Of an inherited list only the length is known, so a list that is set here begins empty. */
const startOf = (inherited: Inherited["value"]) => (typeof inherited === "number" ? [] : inherited);

export type ControlProps = {
  field: FieldKey;
  /** The ids of what names and describes the control. */
  labelId: string;
  noteId: string;
};
