import { valibotResolver } from "@hookform/resolvers/valibot";
import { OrganizationName } from "@muster/core/organization/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft } from "#lib/draft.ts";
import { showFailure } from "#lib/form-failure.ts";
import { noticesQuery, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useDraft } from "#lib/use-draft.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { toast } from "#ui/toast.ts";
import { FreePlanCard } from "./free-plan-card.tsx";
import { NameField } from "./name-field.tsx";

const draftName = "organization.create";
/** The notice of it comes by way of a queue. */
const noticeLagMs = 4_000;
const Input = v.object({ name: OrganizationName });

export function CreatePage() {
  const { form, submit, isBusy } = useCreate();
  const name = form.watch("name");
  const { errors } = form.formState;

  useTitle("New organization");
  return (
    <div className="mx-auto max-w-[880px]">
      <PageHeader
        title="New organization"
        description="It is yours at once. Seats, people and payment can come later."
      />
      <div className="grid items-start gap-5 md:grid-cols-[minmax(0,1fr)_320px]">
        <form noValidate onSubmit={submit} className="card grid gap-5 p-5">
          <NameField input={form.register("name")} error={errors.name?.message} length={name.trim().length} />
          {errors.root?.["server"] && <Banner tone="danger">{errors.root["server"].message}</Banner>}
          <div className="flex flex-wrap gap-2 max-sm:flex-col-reverse max-sm:*:w-full sm:justify-end">
            <Link to="/" className={buttonClass({ size: "large" })}>
              Cancel
            </Link>
            <Button type="submit" variant="primary" size="large" isBusy={isBusy}>
              Create organization
            </Button>
          </div>
        </form>
        <FreePlanCard name={name.trim()} />
      </div>
    </div>
  );
}

function useCreate() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const keyFor = useRequestKey();
  const form = useForm<v.InferInput<typeof Input>, unknown, v.InferOutput<typeof Input>>({
    resolver: valibotResolver(Input),
    mode: "onTouched",
    defaultValues: { name: "" },
  });
  useDraft(form, draftName);
  useEffect(() => form.setFocus("name"), [form]);

  const create = useMutation({
    mutationFn: (input: { name: string }) => api.createOrganization(input, keyFor(input.name)),
    onSuccess: async (organization) => {
      forgetDraft(draftName);
      queryClient.setQueryData(organizationQuery(organization.id).queryKey, organization);
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      window.setTimeout(() => void queryClient.invalidateQueries({ queryKey: noticesQuery.queryKey }), noticeLagMs);
      toast(`${organization.name} is ready`);
      await navigate({ to: "/organizations/$organization", params: { organization: organization.id }, replace: true });
    },
    onError: (error) => showFailure(error, form.setError, ["name"]),
  });

  const submit = form.handleSubmit((input) => create.mutate(input));
  return { form, submit: (event: FormEvent) => void submit(event), isBusy: create.isPending || create.isSuccess };
}
