import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { productName } from "#lib/product.ts";
import type { Names } from "./use-names.ts";

type Props = { actor: string; names: Names; isObject?: boolean };

export const nameLinkClass = "rounded-sm font-medium hover:underline";

/** Who did something, or the person that it was done to: "You", a member's name, or the product itself. */
export function Actor({ actor, names, isObject = false }: Props) {
  if (!actor.startsWith("acc_")) {
    return <Name>{productName}</Name>;
  }
  const name = names.member(actor);
  if (actor !== names.me && name !== undefined) {
    return (
      <Link
        to="/organizations/$organization/members"
        params={{ organization: names.organizationId }}
        search={{ search: name }}
        title={actor}
        className={nameLinkClass}
      >
        {name}
      </Link>
    );
  }
  const [you, former] = isObject
    ? [names.isMine === true ? "yourself" : "you", "a former member"]
    : ["You", "A former member"];
  return (
    <span title={actor}>
      <Name>{actor === names.me ? you : names.isGone(actor) ? former : "…"}</Name>
    </span>
  );
}

export function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}
