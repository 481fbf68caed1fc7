import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { changedFields, type Fields, type Join, type Merged, merge, namesOf, pick, type Side } from "#lib/merge.ts";
import { toast } from "#ui/toast.ts";

/** A document that a form edits, and that others may save in between. */
export type Subject<D, V extends Fields> = {
  /** The name under which unsaved changes are kept. */
  draftName: string;
  toValues: (document: D) => V;
  /** Saves the changed fields, unless somebody has changed them since the document that was seen. */
  save: (seen: D, changes: Partial<V>, values: V) => Promise<D>;
  /** The code of the failure when somebody has. */
  conflict: string;
  /** Reads the document again. */
  fetch: () => Promise<D>;
  onSaved: (saved: D) => void;
  /** Returns whether a document that was read is newer than the one in the form. */
  isNewer: (document: D, seen: D) => boolean;
  /** Makes one value of two that do not exclude each other, if it can. */
  join?: Join;
  /** Says why a value cannot be saved. */
  problemOf?: (field: keyof V, value: unknown) => string | undefined;
};

/** The changed fields, and the values that they are based on: a draft is merged with what others have saved since. */
type Draft<V> = { base: Partial<V>; values: Partial<V> };
type Complaints<V> = { [F in keyof V]?: string };

export type Editing<D, V extends Fields> = ReturnType<typeof useEditing<D, V>>;

/** A document as a form. Others may save it in between: then a person decides what both have changed. */
export function useEditing<D, V extends Fields>(subject: Subject<D, V>, document: D) {
  const { draftName, toValues, join, problemOf = () => undefined } = subject;
  const [start] = useState(() => begin(toValues(document), readDraft<Draft<V>>(draftName), join));
  const [origin, setOrigin] = useState(start.base);
  const [seen, setSeen] = useState(document);
  const [values, setValues] = useState(start.values);
  const [disputes, setDisputes] = useState(start.disputes);
  const [taken, setTaken] = useState(start.taken);
  const [touched, setTouched] = useState<readonly (keyof V)[]>([]);
  const [complaints, setComplaints] = useState<Complaints<V>>({});
  const [refusal, setRefusal] = useState<string>();
  const base = useMemo(() => toValues(seen), [toValues, seen]);
  const changed = changedFields(values, base);
  const undecided = disputes.filter(({ choice }) => choice === undefined).length;

  useEffect(() => {
    if (changed.length === 0) {
      forgetDraft(draftName);
      return;
    }
    const fields = changedFields(values, origin);
    keepDraft(draftName, { base: pick(origin, fields), values: pick(values, fields) } satisfies Draft<V>);
  }, [draftName, changed.length, values, origin]);

  /** The first field with an error gets the focus once that is shown. */
  const isFocusing = useRef(false);
  useEffect(() => {
    if (isFocusing.current) {
      isFocusing.current = false;
      window.document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  });

  const isBehind = changed.length === 0 && disputes.length === 0 && subject.isNewer(document, seen);
  useEffect(() => {
    if (isBehind) {
      startFrom(document);
    }
  });

  const save = useMutation({
    mutationFn: (one: { seen: D; values: V }) =>
      subject.save(one.seen, pick(one.values, changedFields(one.values, toValues(one.seen))), one.values),
    onMutate: () => setRefusal(undefined),
    onSuccess: finish,
    onError: (error) =>
      error instanceof ApiError && error.code === subject.conflict ? lookAgain(error) : refuse(error),
  });

  function finish(saved: D) {
    subject.onSaved(saved);
    startFrom(saved);
    toast("Settings saved");
  }

  /** Merges what others have saved, and saves the rest at once where there is nothing to decide or to see. */
  async function lookAgain(conflict: ApiError) {
    try {
      const present = await subject.fetch();
      if (!subject.isNewer(present, seen)) {
        refuse(conflict);
        return;
      }
      const merged = merge({ base, mine: values, theirs: toValues(present) }, join);
      const isDecided = merged.disputes.length === 0;
      if (isDecided && changedFields(merged.values, toValues(present)).length === 0) {
        finish(present);
        return;
      }
      setSeen(present);
      setValues(merged.values);
      setDisputes(merged.disputes);
      setTaken(merged.taken);
      if (isDecided && merged.taken.length === 0) {
        save.mutate({ seen: present, values: merged.values });
      }
    } catch (error) {
      refuse(error);
    }
  }

  /** Shows errors at their fields, and others at the form itself. */
  function refuse(error: unknown) {
    const found: Complaints<V> = error instanceof ApiError ? placed(namesOf(values), error.fields) : {};
    // a field that others have changed, too, shows both values in place of itself
    const isHidden = disputes.some(({ field }) => found[field] !== undefined);
    setComplaints(found);
    setRefusal(Object.keys(found).length === 0 || isHidden ? toSentence(error) : undefined);
    isFocusing.current = true;
  }

  function set<F extends keyof V>(field: F, value: V[F]) {
    setValues((now) => ({ ...now, [field]: value }));
    setComplaints(({ [field]: _, ...rest }) => rest as Complaints<V>);
  }

  function choose(field: keyof V, choice: Side) {
    setDisputes((all) => all.map((one) => (one.field === field ? { ...one, choice } : one)));
    const dispute = disputes.find((one) => one.field === field);
    if (dispute) {
      set(field, dispute[choice]);
    }
  }

  function startFrom(present: D) {
    setOrigin(toValues(present));
    setSeen(present);
    setValues(toValues(present));
    setDisputes([]);
    setTaken([]);
    setTouched([]);
    setComplaints({});
    setRefusal(undefined);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = changed.filter((field) => problemOf(field, values[field]) !== undefined);
    if (wrong.length > 0) {
      setTouched(wrong);
      isFocusing.current = true;
    } else if (changed.length > 0) {
      save.mutate({ seen, values });
    } else {
      startFrom(seen);
    }
  }

  return {
    seen,
    values,
    /** The values that are saved. */
    base,
    set,
    /** A field that was left shows what is wrong with it. */
    touch: (field: keyof V) => setTouched((all) => (all.includes(field) ? all : [...all, field])),
    errorOf: (field: keyof V): string | undefined =>
      (touched.includes(field) ? problemOf(field, values[field]) : undefined) ?? complaints[field],
    changed,
    disputes,
    taken,
    undecided,
    choose,
    error: refusal,
    isBusy: save.isPending,
    discard: () => startFrom(seen),
    submit,
  };
}

/** A draft from before a reload continues, on top of the current values. */
function begin<V extends Fields>(
  present: V,
  { base, values }: Partial<Draft<V>>,
  join?: Join,
): Merged<V> & { base: V } {
  if (!base || !values) {
    return { base: present, values: present, disputes: [], taken: [] };
  }
  const known = namesOf(present).filter((field) => Object.hasOwn(values, field) && Object.hasOwn(base, field));
  const before = { ...present, ...pick(base as V, known) };
  return {
    base: before,
    ...merge({ base: before, mine: { ...present, ...pick(values as V, known) }, theirs: present }, join),
  };
}

/** The API names a field by its path, with what is around it. */
function placed(fields: PropertyKey[], found: readonly { path: string; message: string }[]) {
  const complaints: Partial<Record<PropertyKey, string>> = {};
  for (const { path, message } of found) {
    const parts = `.${path.replaceAll("/", ".")}.`;
    const [field] = fields
      .filter((name) => parts.includes(`.${String(name)}.`))
      .toSorted((one, other) => String(other).length - String(one).length);
    if (field === undefined) {
      return {};
    }
    complaints[field] ??= message;
  }
  return complaints;
}
