import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { productName } from "#lib/product.ts";
import { accountQuery, memberQuery } from "#lib/queries.ts";

type Props = { actor: string; organizationId: string; isObject?: boolean };

/** Who did something, or to whom it was done: "You", a member's name, or the product itself. */
export function Actor({ actor, organizationId, isObject = false }: Props) {
  const { data: me } = useQuery(accountQuery);
  if (!actor.startsWith("acc_")) {
    return <Name>{productName}</Name>;
  }
  if (actor === me?.id) {
    return <Name>{isObject ? "you" : "You"}</Name>;
  }
  return (
    <span title={actor}>
      <MemberName account={actor} organizationId={organizationId} isObject={isObject} />
    </span>
  );
}

function MemberName({ account, organizationId, isObject }: { account: string } & Omit<Props, "actor">) {
  const { data, isPending } = useQuery({ ...memberQuery(organizationId, account), retry: false });
  const former = isObject ? "a former member" : "A former member";
  return <Name>{data?.name ?? (isPending ? "…" : former)}</Name>;
}

export function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}
