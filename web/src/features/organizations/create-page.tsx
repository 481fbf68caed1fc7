import { valibotResolver } from "@hookform/resolvers/valibot";
import { OrganizationName } from "@muster/core/organization/shape.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect } from "react";
import { type UseFormRegisterReturn, useForm } from "react-hook-form";
import * as v from "valibot";
import { Gate } from "#features/failure/gate.tsx";
import { may } from "#features/rights/permissions.ts";
import * as api from "#lib/api.ts";
import { type Organization } from "#lib/api.ts";
import { forgetDraft } from "#lib/draft.ts";
import { focusNow } from "#lib/focus.ts";
import { showFailure } from "#lib/form-failure.ts";
import { pageOf } from "#lib/page-of.ts";
import { notificationsQuery, organizationQuery, organizationsQuery, plansQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useDraft } from "#lib/use-draft.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { InputField } from "#ui/input.tsx";
import { BuySteps } from "./buy-steps.tsx";
import { CreateSteps, createButtons, createLayout, freeParts, PreviewCard } from "./create-steps.tsx";
import { useFreeSeats } from "./use-free-seats.ts";

/** Name, seats, plan, people. The address holds the new organization and the step, so that a reload stays there. */
export function CreatePage() {
  const { made } = useSearch({ from: "/_signed-in/organizations/new" });
  return made === undefined ? <Create /> : <Made key={made} organizationId={made} />;
}

function Create() {
  const { form, submit, isBusy } = useCreate();
  const seats = useFreeSeats();
  const isSold = useIsSold();
  const name = form.watch("name").trim();
  const { errors } = form.formState;
  const field = (
    <NameField
      label={<span className="text-base font-semibold text-fg">Name</span>}
      input={form.register("name")}
      error={errors.name?.message}
      length={name.length}
    />
  );
  const ahead = {
    seats: { title: "Seats", content: "How many people will use it. You can start with the free seats." },
    plan: { title: "Plan", content: "How often you pay, if you need more than the free seats." },
  };

  useTitle("New organization");
  return (
    <>
      <PageHeader title="New organization" description="For your company or team. You will be its owner." />
      <div className={createLayout}>
        <form noValidate onSubmit={submit} className="card p-5 sm:p-6">
          <CreateSteps
            at="name"
            parts={{
              ...(isSold ? ahead : freeParts(seats)),
              name: { content: field },
              people: { title: "People", content: "Invite people once it is created, or later." },
            }}
          />
          {errors.root?.["server"] && (
            <div className="mt-5">
              <Banner tone="danger">{errors.root["server"].message}</Banner>
            </div>
          )}
          <div className={createButtons}>
            <Link to="/" className={buttonClass({ size: "large" })}>
              Cancel
            </Link>
            <Button type="submit" variant="primary" size="large" isBusy={isBusy}>
              Create organization
            </Button>
          </div>
        </form>
        <PreviewCard name={name} seats={seats} />
      </div>
    </>
  );
}

/** Returns whether seats are for sale here, as far as known. */
function useIsSold() {
  const { data } = useQuery(plansQuery);
  return data?.items.some(({ price }) => price !== undefined) ?? false;
}

function Made({ organizationId }: { organizationId: string }) {
  return (
    <Gate query={useQuery(organizationQuery(organizationId))}>
      {(organization) => <NextStep organization={organization} />}
    </Gate>
  );
}

function NextStep({ organization }: { organization: Organization }) {
  const { id, role, plan } = organization;
  const { step } = useSearch({ from: "/_signed-in/organizations/new" });
  const plans = useQuery(plansQuery);
  const isSold = useIsSold();

  if (!may(role, "billing.checkout") || plan !== "free") {
    return <Navigate {...pageOf(id, "")} replace />;
  }
  if (plans.isPending) {
    return null;
  }
  return step !== "people" && isSold ? (
    <BuySteps organization={organization} at={step ?? "seats"} />
  ) : (
    <LastStep organization={organization} />
  );
}

function LastStep({ organization }: { organization: Organization }) {
  const { id, name, seats } = organization;
  const page = { to: "/organizations/$organization", params: { organization: id } } as const;

  useTitle(`${name} is ready`);
  return (
    <>
      <PageHeader
        title={`${name} is ready`}
        description="You own it. The people you invite get an email with a link."
      />
      <div className={createLayout}>
        <div className="card p-5 sm:p-6">
          <CreateSteps
            at="people"
            parts={{
              ...freeParts(seats?.capacity),
              name: { title: "Name", content: <span className="break-words">{name}</span> },
              people: {
                title: "People",
                content: "Invite them now or later: the button is at the top of every page of the organization.",
              },
            }}
          />
          <div className={createButtons}>
            <Link {...page} className={buttonClass({ size: "large" })}>
              Skip for now
            </Link>
            <Link
              {...page}
              search={{ dialog: "invite" }}
              ref={focusNow}
              className={buttonClass({ variant: "primary", size: "large" })}
            >
              <UserPlus />
              Invite people
            </Link>
          </div>
        </div>
        <PreviewCard id={id} name={name} seats={seats?.capacity} />
      </div>
    </>
  );
}

type Props = { label?: ReactNode; input: UseFormRegisterReturn; error: string | undefined; length: number };

const longest = 60;

/** An organization's name; the count appears near the limit. */
function NameField({ label = "Name", input, error, length }: Props) {
  return (
    <InputField
      label={label}
      error={error}
      hint="Shown in invitations, emails, and the organization switcher."
      action={
        length > longest - 15 && (
          <span className={length > longest ? "tabular text-xs text-danger-text" : "tabular text-xs text-fg-3"}>
            {length} / {longest}
          </span>
        )
      }
      {...input}
      autoComplete="organization"
      placeholder="Acme Robotics"
    />
  );
}

const draftName = "organization.create";
/** Its notification arrives through a queue. */
const notificationLagMs = 4_000;
const Input = v.object({ name: OrganizationName });

/** The form that creates an organization, and continues to the last step. */
function useCreate() {
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
