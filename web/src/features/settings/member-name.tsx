import { useQuery } from "@tanstack/react-query";
import { accountQuery, memberQuery } from "#lib/queries.ts";

type Props = {
  organizationId: string;
  account: string | undefined;
  /** The word for the reader. */
  me?: string;
  /** The name of somebody who is no longer a member. */
  unknown?: string;
};

/** The name of a member now, for who has changed something. */
export function MemberName({ organizationId, account, me: you = "You", unknown = "A former member" }: Props) {
  const { data: me } = useQuery(accountQuery);
  const isMe = account !== undefined && account === me?.id;
  const { data: member, isPending } = useQuery({
    ...memberQuery(organizationId, account ?? ""),
    enabled: account !== undefined && me !== undefined && !isMe,
    retry: false,
  });
  const name = isMe ? you : (member?.name ?? (isPending && account !== undefined ? "…" : unknown));
  return <strong className="font-medium">{name}</strong>;
}
