import { Color, Locale, PersonName, Zone } from "@muster/core/account/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { untilReleased } from "#lib/press.ts";
import { accountQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

const draftName = "account.profile";
const fields = ["name", "color", "locale", "zone"] as const;
const Profile = v.object({ name: PersonName, color: Color, locale: Locale, zone: Zone });

type Field = (typeof fields)[number];
type Values = v.InferInput<typeof Profile>;
/** Mistakes in fields, or in the profile as a whole. */
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
  const [refusals, setRefusals] = useState(0);
  const form = useFocusOnRefusal(refusals);

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

  function refuse(complaints: Complaints) {
    setRefused(complaints);
    setRefusals((before) => before + 1);
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
    onError: (error) => refuse(complaintsOf(error)),
  });

  return {
    form,
    values,
    set: (field: Field, value: string) => {
      setValues({ ...values, [field]: value });
      setRefused({ ...refused, [field]: undefined });
    },
    // a mistake that shows during a press moves the pressed button, and the click is lost
    touch: (field: Field) => void untilReleased().then(() => setTouched((before) => new Set([...before, field]))),
    errorOf: (field: Field) => refused[field] ?? (touched.has(field) ? mistakes[field] : undefined),
    error: refused.profile,
    submit: (event: FormEvent) => {
      event.preventDefault();
      setTouched(new Set(fields));
      if (checked.success) {
        setRefused({});
        save.mutate(checked.output);
      } else {
        refuse(mistakes);
      }
    },
    discard: () => begin(saved),
    changes: changed.length,
    isBusy: save.isPending,
  };
}

/** Moves the focus to the first field that was refused, once for each refusal: later changes keep the focus. */
function useFocusOnRefusal(refusals: number) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusals]);
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
