import { valibotResolver } from "@hookform/resolvers/valibot";
import { Color, Locale, PersonName, Zone } from "@muster/core/account/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft } from "#lib/draft.ts";
import { showFailure } from "#lib/form-failure.ts";
import { accountQuery } from "#lib/queries.ts";
import { useDraft } from "#lib/use-draft.ts";
import { toast } from "#ui/toast.ts";

const draftName = "account.profile";
const fields = ["name", "color", "locale", "zone"] as const;
const Profile = v.object({ name: PersonName, color: Color, locale: Locale, zone: Zone });

/** The profile as a form: only changes are sent, and what the API refuses stays in the form. */
export function useProfile(account: api.Account) {
  const queryClient = useQueryClient();
  const form = useForm<v.InferInput<typeof Profile>, unknown, v.InferOutput<typeof Profile>>({
    resolver: valibotResolver(Profile),
    mode: "onTouched",
    defaultValues: pick(account),
  });
  useDraft(form, draftName);

  const { dirtyFields } = form.formState;
  const changed = fields.filter((field) => dirtyFields[field]);
  const save = useMutation({
    mutationFn: (profile: v.InferOutput<typeof Profile>) =>
      api.editAccount(Object.fromEntries(changed.map((field) => [field, profile[field]]))),
    onSuccess: (saved) => {
      queryClient.setQueryData(accountQuery.queryKey, saved);
      // Lists of members show the name and the color.
      void queryClient.invalidateQueries({ queryKey: ["organization"] });
      form.reset(pick(saved));
      forgetDraft(draftName);
      toast("Profile saved");
    },
    onError: (error) => showFailure(error, form.setError, [...fields]),
  });

  function discard() {
    form.reset();
    forgetDraft(draftName);
  }

  const submit = form.handleSubmit((profile) => save.mutate(profile));
  return {
    form,
    submit: (event: FormEvent) => void submit(event),
    discard,
    changes: changed.length,
    isBusy: save.isPending,
  };
}

function pick({ name, color, locale, zone }: api.Account) {
  return { name, color, locale, zone };
}
