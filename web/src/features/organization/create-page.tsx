import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useSearch } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { FailureView } from "#features/failure/view.tsx";
import type { Organization } from "#lib/api.ts";
import { focusNow } from "#lib/focus-now.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { CreateSteps } from "./create-steps.tsx";
import { NameField } from "./name-field.tsx";
import { PreviewCard } from "./preview-card.tsx";
import { useCreate } from "./use-create.ts";
import { useFreeSeats } from "./use-free-seats.ts";

const layout = "grid items-start gap-5 md:grid-cols-[minmax(0,1fr)_300px]";
const buttons = "mt-6 flex flex-wrap gap-2 max-sm:flex-col-reverse max-sm:*:w-full sm:justify-end";

/** Name, seats, plan, people. The address holds what was made, so that a reload stays at the last step. */
export function CreatePage() {
  const { made } = useSearch({ from: "/_signed-in/organizations/new" });
  return made === undefined ? <Create /> : <Made key={made} organizationId={made} />;
}

function Create() {
  const { form, submit, isBusy } = useCreate();
  const seats = useFreeSeats();
  const name = form.watch("name").trim();
  const { errors } = form.formState;

  useTitle("New organization");
  return (
    <>
      <PageHeader title="New organization" description="For your company or team. You will be its owner." />
      <div className={layout}>
        <form noValidate onSubmit={submit} className="card p-5 sm:p-6">
          <CreateSteps
            at="name"
            name={
              <NameField
                label={<span className="text-base font-semibold text-fg">Name</span>}
                input={form.register("name")}
                error={errors.name?.message}
                length={name.length}
              />
            }
            seats={seats}
            people="Invite them when it exists, or later."
          />
          {errors.root?.["server"] && (
            <div className="mt-5">
              <Banner tone="danger">{errors.root["server"].message}</Banner>
            </div>
          )}
          <div className={buttons}>
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

function Made({ organizationId }: { organizationId: string }) {
  const { data, error, isPending, isFetching, refetch } = useQuery(organizationQuery(organizationId));

  useTitle(data && `${data.name} is ready`);
  if (data !== undefined) {
    const page = { to: "/organizations/$organization", params: { organization: organizationId } } as const;
    return data.role === "owner" ? <LastStep organization={data} /> : <Navigate {...page} replace />;
  }
  return isPending ? null : <FailureView error={error} isBusy={isFetching} onRetry={() => void refetch()} />;
}

function LastStep({ organization }: { organization: Organization }) {
  const { id, name, seats } = organization;
  const page = { to: "/organizations/$organization", params: { organization: id } } as const;
  return (
    <>
      <PageHeader
        title={`${name} is ready`}
        description="You own it. The people whom you invite get a mail with a link."
      />
      <div className={layout}>
        <div className="card p-5 sm:p-6">
          <CreateSteps
            at="people"
            name={<span className="break-words">{name}</span>}
            seats={seats?.capacity}
            people="Invite them now, or whenever you like: the button stands at the top of every page."
          />
          <div className={buttons}>
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
