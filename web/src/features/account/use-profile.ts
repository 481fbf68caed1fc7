import { Color, Locale, PersonName, Zone } from "@muster/core/account/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { accountQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

const draftName = "account.profile";
const fields = ["name", "color", "locale", "zone"] as const;
const Profile = v.object({ name: PersonName, color: Color, locale: Locale, zone: Zone });

type Field = (typeof fields)[number];
type Values = v.InferInput<typeof Profile>;
/** What is wrong with fields, or with the profile as a whole. */
type Complaints = Partial<Record<Field | "profile", string>>;

/**
 * The profile as a form: only changes are sent, and what the API refuses stays in the form. Four fields do without the
 * library of larger forms, which is more code than the rest of the page.
 */
export function useProfile(account: api.Account) {
  const queryClient = useQueryClient();
  const [saved, setSaved] = useState(() => pick(account));
  const [values, setValues] = useState<Values>(() => ({ ...saved, ...readDraft<Values>(draftName) }));
  /** The fields that were left once: their mistakes are shown. */
  const [touched, setTouched] = useState<ReadonlySet<Field>>(new Set());
  const [refused, setRefused] = useState<Complaints>({});
  const form = useFocusOnRefusal(refused);

  const changed = fields.filter((field) => values[field] !== saved[field]);
  const isChanged = changed.length > 0;
  useEffect(() => {
    if (isChanged) keepDraft(draftName, values);
    else forgetDraft(draftName);
  }, [isChanged, values]);

  const checked = v.safeParse(Profile, values);
  const mistakes: Complaints = checked.success ? {} : mistakesIn(checked.issues);

  function begin(from: Values) {
    setValues(from);
    setTouched(new Set());
    setRefused({});
  }

  const save = useMutation({
    mutationFn: (profile: v.InferOutput<typeof Profile>) =>
      api.editAccount(Object.fromEntries(changed.map((field) => [field, profile[field]]))),
    onSuccess: (now) => {
      queryClient.setQueryData(accountQuery.queryKey, now);
      // Lists of members show the name and the color.
      void queryClient.invalidateQueries({ queryKey: ["organization"] });
      setSaved(pick(now));
      begin(pick(now));
      toast("Profile saved");
    },
    onError: (error) => setRefused(complaintsOf(error)),
  });

  return {
    form,
    values,
    set: (field: Field, value: string) => {
      setValues({ ...values, [field]: value });
      setRefused({ ...refused, [field]: undefined });
    },
    touch: (field: Field) => setTouched(new Set([...touched, field])),
    errorOf: (field: Field) => refused[field] ?? (touched.has(field) ? mistakes[field] : undefined),
    error: refused.profile,
    submit: (event: FormEvent) => {
      event.preventDefault();
      setTouched(new Set(fields));
      setRefused(mistakes);
      if (checked.success) save.mutate(checked.output);
    },
    discard: () => begin(saved),
    changes: changed.length,
    isBusy: save.isPending,
  };
}

/** Moves the focus to the first field that was refused. */
function useFocusOnRefusal(refused: Complaints) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (fields.some((field) => refused[field] !== undefined)) {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  }, [refused]);
  return form;
}

function pick({ name, color, locale, zone }: api.Account): Values {
  return { name, color, locale, zone };
}

/** The first mistake of each field. */
function mistakesIn(issues: readonly v.BaseIssue<unknown>[]): Complaints {
  const found: Complaints = {};
  for (const { path, message } of issues) {
    const field = fields.find((name) => name === path?.[0]?.key);
    if (field) found[field] ??= message;
  }
  return found;
}

function complaintsOf(error: unknown): Complaints {
  const found: Complaints = {};
  for (const { path, message } of error instanceof ApiError ? error.fields : []) {
    const field = fields.find((name) => name === path.replace(/^[/$.]+/, ""));
    if (field) found[field] = message;
  }
  return Object.keys(found).length > 0 ? found : { profile: toSentence(error) };
}
