import type { ReactNode } from "react";
import { productName } from "#lib/product.ts";
import type { Names } from "./use-names.ts";

type Props = { actor: string; names: Names; isObject?: boolean };

/** Who did something, or the person that it was done to: "You", a member's name, or the product itself. */
export function Actor({ actor, names, isObject = false }: Props) {
  if (!actor.startsWith("acc_")) {
    return <Name>{productName}</Name>;
  }
  const [you, former] = isObject ? ["you", "a former member"] : ["You", "A former member"];
  const name = actor === names.me ? you : (names.member(actor) ?? (names.isGone(actor) ? former : "…"));
  return (
    <span title={actor}>
      <Name>{name}</Name>
    </span>
  );
}

export function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}
