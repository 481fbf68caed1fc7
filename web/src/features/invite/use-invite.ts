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
import { type Draft, emptyDraft, InviteForm, invitees, type Offer } from "./form.ts";

/** The dialog's three steps: the input, the expected result, and the result. */
export type Step =
  | { name: "write" }
  | { name: "review"; offer: Offer; items: people.Reviewed[]; seats: api.Seats }
  | { name: "result"; offer: Offer; items: people.Sent[] };

export type Invite = ReturnType<typeof useInvite>;

export function useInvite(organizationId: string, onClose: () => void) {
  const [step, setStep] = useState<Step>({ name: "write" });
  const draftName = `invite.${organizationId}`;
  const form = useForm<Draft, unknown, Offer>({
    resolver: valibotResolver(InviteForm),
    mode: "onSubmit",
    defaultValues: emptyDraft,
  });
  useDraft(form, draftName);

  const review = useMutation({
    mutationFn: (offer: Offer) => people.reviewInvitations(organizationId, invitees(offer)),
    onSuccess: ({ items, seats }, offer) => setStep({ name: "review", offer, items, seats }),
    onError: (error) => showFailure(error, form.setError, ["message", "lifetimeDays", "teams"]),
  });
  const send = useSend(organizationId, (offer, items) => {
    forgetDraft(draftName);
    form.reset(emptyDraft);
    setStep({ name: "result", offer, items });
  });

  function startOver() {
    send.reset();
    form.reset(emptyDraft);
    setStep({ name: "write" });
  }

  /** Starts over with these rows, and everything else unchanged. */
  function fix(rows: Draft["rows"], { message, lifetimeDays, teams }: Offer) {
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

  const submit = form.handleSubmit((offer) => review.mutate(offer));
  return {
    form,
    step,
    review,
    send,
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

/** Sends what was reported as ready, and nothing that became ready since. */
function useSend(organizationId: string, onSent: (offer: Offer, items: people.Sent[]) => void) {
  const queryClient = useQueryClient();
  const keyFor = useRequestKey();
  return useMutation({
    mutationFn: ({ offer, items }: { offer: Offer; items: people.Reviewed[] }) => {
      const request = {
        invitations: invitees(offer).filter((_, index) => items[index]?.label === "ready"),
        lifetimeDays: offer.lifetimeDays,
        ...(offer.message !== "" && { message: offer.message }),
      };
      return people.sendInvitations(organizationId, request, keyFor(JSON.stringify(request)));
    },
    onSuccess: ({ items: sent }, { offer, items }) => {
      onSent(offer, merge(items, sent));
      void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    },
  });
}

/** The results of all rows: those that were sent, and those that were left out before. */
function merge(reviewed: people.Reviewed[], sent: people.Sent[]): people.Sent[] {
  const answers = [...sent];
  return reviewed.flatMap((row) => {
    const { label, ...known } = row;
    return label === "ready" ? answers.splice(0, 1) : [{ ...known, outcome: label }];
  });
}
