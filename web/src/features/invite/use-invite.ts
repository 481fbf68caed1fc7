import { valibotResolver } from "@hookform/resolvers/valibot";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useForm } from "react-hook-form";
import * as api from "#lib/api.ts";
import { forgetDraft } from "#lib/draft.ts";
import { showFailure } from "#lib/form-failure.ts";
import * as people from "#lib/people.ts";
import { invitationsKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { useDraft } from "#lib/use-draft.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { type Draft, emptyDraft, InviteForm, invitees, keepRefused, type Values } from "./form.ts";

/** The dialog's three steps: the input, the expected result, and the result. */
export type Step =
  | { name: "write" }
  | { name: "review"; values: Values; items: people.Reviewed[]; seats: api.Seats }
  | { name: "result"; values: Values; items: people.Sent[] };

export type Invite = ReturnType<typeof useInvite>;

export function useInvite(organizationId: string, onClose: () => void) {
  const [step, setStep] = useState<Step>({ name: "write" });
  const draftName = `invite.${organizationId}`;
  const form = useForm<Draft, unknown, Values>({
    resolver: valibotResolver(InviteForm),
    mode: "onSubmit",
    defaultValues: emptyDraft,
  });
  useDraft(form, draftName);

  const review = useMutation({
    mutationFn: (values: Values) => people.reviewInvitations(organizationId, invitees(values)),
    onSuccess: ({ items, seats }, values) => setStep({ name: "review", values, items, seats }),
    onError: (error) => showFailure(error, form.setError, ["message", "lifetimeDays", "teams"]),
  });
  const send = useSend(organizationId, (values, items) => {
    forgetDraft(draftName);
    form.reset(emptyDraft);
    setStep({ name: "result", values, items });
  });
  const goOn = useMutation({
    mutationFn: ({ values }: Sending) => people.reviewInvitations(organizationId, invitees(values)),
    onSuccess: ({ items: found, seats }, { values, items: before, ifPending }) => {
      const items = keepRefused(before, found);
      setStep({ name: "review", values, items, seats });
      if (!items.some(({ label }) => label === "no_seat")) {
        send.mutate({ values, items, ifPending });
      }
    },
  });

  function startOver() {
    send.reset();
    form.reset(emptyDraft);
    setStep({ name: "write" });
  }

  /** Starts over with these rows, and everything else unchanged. */
  function fix(rows: Draft["rows"], { message, lifetimeDays, teams }: Values) {
    startOver();
    const draft = { rows, message, lifetimeDays: String(lifetimeDays), teams };
    for (const [name, value] of Object.entries(draft)) {
      form.setValue(name as keyof Draft, value, { shouldDirty: true });
    }
  }

  function discard() {
    forgetDraft(draftName);
    startOver();
    onClose();
  }

  const submit = form.handleSubmit((values) => review.mutate(values));
  return {
    form,
    step,
    review,
    send,
    /** Sends what was reviewed, with those that had no seat, unless somebody has no seat again. */
    goOn,
    submit: (event?: FormEvent) => void submit(event),
    goBack: () => {
      send.reset();
      setStep({ name: "write" });
    },
    startOver,
    fix,
    discard,
  };
}

export type IfPending = "skip" | "change" | "change_and_email";
export type Sending = { values: Values; items: people.Reviewed[]; ifPending: IfPending };

const isSent = (label: people.Reviewed["label"] | undefined, ifPending: IfPending) =>
  label === "ready" || (label === "invited_differently" && ifPending !== "skip");

/** Sends what was reported as ready, and nothing that became ready since. */
function useSend(organizationId: string, onSent: (values: Values, items: people.Sent[]) => void) {
  const queryClient = useQueryClient();
  const withKey = useRequestKey();
  return useMutation({
    mutationFn: ({ values, items, ifPending }: Sending) => {
      const request = {
        invitations: invitees(values).filter((_, index) => isSent(items[index]?.label, ifPending)),
        ...(ifPending !== "skip" && { ifPending }),
        lifetimeDays: values.lifetimeDays,
        ...(values.message !== "" && { message: values.message }),
      };
      return withKey(request, (key) => people.sendInvitations(organizationId, request, key));
    },
    onSuccess: ({ items: sent }, { values, items, ifPending }) => {
      onSent(values, merge(items, sent, ifPending));
      void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    },
  });
}

/** The results of all rows: those that were sent, and those that were left out before. */
function merge(reviewed: people.Reviewed[], sent: people.Sent[], ifPending: IfPending): people.Sent[] {
  const answers = [...sent];
  return reviewed.flatMap((row) => {
    const { label, ...known } = row;
    if (isSent(label, ifPending)) {
      return answers.splice(0, 1);
    }
    return [{ ...known, outcome: label === "ready" || label === "change" ? "retry" : label }];
  });
}
