import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { roleText } from "#features/rights/text.ts";
import { domainName } from "#lib/domain-name.ts";
import { type JoinableOrganization, joinableQuery, joinOrganization } from "#lib/domains.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

/** The organization that has verified the domain of my address, if I can join it. */
export function JoinableOrganizations() {
  const joinable = useQuery(joinableQuery);
  if (!joinable.data || joinable.data.length === 0) return null;
  return (
    <section aria-labelledby="joinable" className="rise mb-6">
      <h2 id="joinable" className="mb-2 text-sm font-medium text-fg-2">
        You can join an organization
      </h2>
      <ul className="card divide-y divide-border">
        {joinable.data.map((organization) => (
          <Joinable key={organization.id} organization={organization} />
        ))}
      </ul>
    </section>
  );
}

function Joinable({ organization }: { organization: JoinableOrganization }) {
  const join = useJoin();
  const { id, name, domain, role, mode, hasSeat } = organization;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 sm:px-5">
      <OrganizationMark id={id} name={name} size="large" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate text-base font-semibold">{name}</p>
        <p className="text-sm text-fg-2 text-pretty">
          Open to addresses of {domainName(domain)}. You join as {roleText[role].label}.
          {!hasSeat &&
            ` No seat is free right now.${mode === "automatic" ? " You join when you sign in once there is one." : ""}`}
        </p>
      </div>
      <Button
        variant="primary"
        className="max-sm:w-full"
        isBusy={join.isPending || join.isSuccess}
        blocked={hasSeat ? undefined : "No seat is free right now. Ask one of its admins."}
        onClick={() => join.mutate(organization)}
        aria-label={`Join ${name}`}
      >
        Join
      </Button>
    </li>
  );
}

function useJoin() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ id }: JoinableOrganization) => joinOrganization(id),
    onSuccess: async ({ organization }) => {
      toast(`Welcome to ${organization.name}`);
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await navigate({ to: "/organizations/$organization", params: { organization: organization.id } });
    },
    onError: (error, { name }) => toastFailure(`You did not join ${name}`, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: joinableQuery.queryKey }),
  });
}
