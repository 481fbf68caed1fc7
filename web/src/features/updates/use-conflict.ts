import { useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { Side } from "#lib/merge.ts";
import type { Whole } from "#lib/updates.ts";
import { type Conflict, conflictOf, type Field, isDecided, withChoice, withTyped, writtenAs } from "./conflict.ts";
import type { Values } from "./editor.tsx";

/** Decides with a person what to keep, if an update was saved in another window while its form was open. */
export function useConflict(form: UseFormReturn<Values>, start: Values, readSaved: (() => Promise<Whole>) | undefined) {
  const [conflict, setConflict] = useState<Conflict>();
  // what is saved since reaches the page, too
  const [begun] = useState(start);

  /** Reads what was saved, takes over what only the other window has changed, and asks for the rest. */
  async function look(): Promise<boolean> {
    if (!readSaved) return false;
    const saved = await readSaved();
    const mine = form.getValues();
    const seen = conflict?.saved.revision ?? mine.revision;
    if (saved.revision === seen) return false;
    const found = conflictOf(baseOf(mine), mine, saved);
    for (const field of found.taken) fill(found, field, saved[field]);
    setConflict(found);
    return true;
  }

  /** A draft of an earlier revision does not say what it began with. */
  function baseOf(mine: Values): Values | undefined {
    if (conflict) return Object.assign({}, mine, ...fieldsOf(conflict));
    return mine.revision === begun.revision ? begun : undefined;
  }

  function choose(field: Field, side: Side) {
    if (!conflict) return;
    const kept = withTyped(conflict, form.getValues());
    const dispute = kept.disputes.find((one) => one.field === field);
    if (dispute) fill(kept, field, dispute[side]);
    setConflict(withChoice(kept, field, side));
  }

  function fill({ names }: Conflict, field: Field, value: unknown) {
    for (const [name, written] of Object.entries(writtenAs(field, value, names))) {
      form.setValue(name as "title", written as string, { shouldDirty: true });
    }
  }

  return {
    conflict,
    look,
    choose,
    isUndecided: conflict !== undefined && !isDecided(conflict),
    /** The draft keeps the revision that it is about, so that a reloaded page asks again. */
    revision: conflict?.saved.revision,
  };
}

const fieldsOf = ({ saved, names }: Conflict) =>
  (["title", "content", "tags"] as const).map((field) => writtenAs(field, saved[field], names));
