import { valibotResolver } from "@hookform/resolvers/valibot";
import { OrganizationName } from "@muster/core/organization/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft } from "#lib/draft.ts";
import { showFailure } from "#lib/form-failure.ts";
import { notificationsQuery, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { useDraft } from "#lib/use-draft.ts";
import { useRequestKey } from "#lib/use-request-key.ts";

const draftName = "organization.create";
/** Its notification arrives through a queue. */
const notificationLagMs = 4_000;
const Input = v.object({ name: OrganizationName });

/** The form that creates an organization, and continues to the last step. */
export function useCreate() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const withKey = useRequestKey();
  const form = useForm<v.InferInput<typeof Input>, unknown, v.InferOutput<typeof Input>>({
    resolver: valibotResolver(Input),
    mode: "onTouched",
    defaultValues: { name: "" },
  });
  useDraft(form, draftName);
  useEffect(() => form.setFocus("name"), [form]);

  const create = useMutation({
    mutationFn: (input: { name: string }) => withKey(input, (key) => api.createOrganization(input, key)),
    onSuccess: async (organization) => {
      forgetDraft(draftName);
      queryClient.setQueryData(organizationQuery(organization.id).queryKey, organization);
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      window.setTimeout(
        () => void queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
        notificationLagMs,
      );
      // Going back must not show a form that creates it again.
      await navigate({ to: "/organizations/new", search: { made: organization.id }, replace: true });
    },
    onError: (error) => showFailure(error, form.setError, ["name"]),
  });

  const submit = form.handleSubmit((input) => create.mutate(input));
  return { form, submit: (event: FormEvent) => void submit(event), isBusy: create.isPending || create.isSuccess };
}
