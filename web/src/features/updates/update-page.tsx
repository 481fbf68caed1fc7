import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { Gate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { type Filter, updateQuery } from "#lib/updates.ts";
import { FeedSkeleton } from "./feed-skeleton.tsx";
import { UpdateCard } from "./update-card.tsx";
import { UpdatesOff } from "./updates-off.tsx";
import { useFollowed } from "./use-news.ts";
import { useSeen } from "./use-seen.ts";

const from = "/_signed-in/organizations/$organization/updates/$update";

/** One update with its comments: what a link to it opens. */
export function UpdatePage() {
  const { organization: organizationId } = useParams({ from });
  const { data: organization } = useQuery(organizationQuery(organizationId));
  return organization?.posting === "off" ? <Off organization={organization} /> : <OpenUpdate />;
}

function Off({ organization }: { organization: Organization }) {
  useTitle(`Updates · ${organization.name}`);
  return (
    <div className="mx-auto max-w-[720px]">
      <h1 className="sr-only">Updates</h1>
      <UpdatesOff organization={organization} />
    </div>
  );
}

function OpenUpdate() {
  const { organization: organizationId, update: id } = useParams({ from });
  const navigate = useNavigate();
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const update = useQuery(updateQuery(organizationId, id));
  const see = useSeen(organization);
  const all = { to: "/organizations/$organization", params: { organization: organizationId } } as const;

  useTitle(update.data && organization && `${update.data.title} · ${organization.name}`);
  const team = update.data?.team?.id;
  const place: Filter = team === undefined ? { in: "organization" } : { team };
  useFollowed(organizationId, update.data && place, async () => undefined);
  return (
    <div className="mx-auto grid max-w-[720px] grid-cols-1 gap-4">
      <Link {...all} className="flex w-fit items-center gap-1.5 text-sm font-medium text-fg-2 hover:text-fg">
        <ArrowLeft aria-hidden className="size-4" />
        All updates
      </Link>
      <Gate query={organization ? update : { ...update, data: undefined }} skeleton={<FeedSkeleton />}>
        {(found) =>
          organization && (
            <div key={id} ref={found.own.seenAt === undefined ? (element) => see(element, id) : undefined}>
              <UpdateCard
                organization={organization}
                update={found}
                names={found.names}
                isAlone
                onGone={() => void navigate(all)}
              />
            </div>
          )
        }
      </Gate>
    </div>
  );
}
