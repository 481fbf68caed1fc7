import { useQuery } from "@tanstack/react-query";
import { accountQuery, memberQuery } from "#lib/queries.ts";
import { Banner } from "#ui/banner.tsx";
import { Time } from "#ui/time.tsx";
import type { GeneralEditing } from "./use-general.ts";

type Props = { organizationId: string; editing: GeneralEditing };

/** Says who saved these settings while they were being edited, and what that means for the changes. */
export function ConflictBanner({ organizationId, editing: { seen, disputes, taken } }: Props) {
  if (disputes.length === 0 && taken.length === 0) {
    return null;
  }
  return (
    <Banner tone={disputes.length > 0 ? "warning" : "info"}>
      <Who organizationId={organizationId} account={seen.changedBy} /> saved these settings{" "}
      {seen.changedAt !== undefined && <Time at={seen.changedAt} />} while you were changing them.{" "}
      {disputes.length > 0
        ? "Choose which values to keep, then save."
        : "What you changed is still here; their changes are marked. Save to keep both."}
    </Banner>
  );
}

function Who({ organizationId, account }: { organizationId: string; account: string | undefined }) {
  const { data: me } = useQuery(accountQuery);
  const { data: member } = useQuery({
    ...memberQuery(organizationId, account ?? ""),
    enabled: account !== undefined && me !== undefined && account !== me.id,
    retry: false,
  });
  const name = account !== undefined && account === me?.id ? "You, in another window," : (member?.name ?? "Somebody");
  return <strong className="font-medium">{name}</strong>;
}
