import { cn } from "#lib/cn.ts";
import { useMoney } from "#lib/use-money.ts";

/** A sum of an invoice, and whether it is worth a row. */
export type Sum = { name: string; amount: number; isShown: boolean };

type Props = { sums: readonly Sum[]; main: string; currency: string; className: string };

/** Sums below the lines of an invoice, at the right. `main` is the one that matters most. */
export function Sums({ sums, main, currency, className }: Props) {
  const money = useMoney();
  return (
    <dl
      className={cn(
        "tabular grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 border-t border-border py-3 text-sm text-fg-2",
        className,
      )}
    >
      {sums
        .filter(({ isShown }) => isShown)
        .map(({ name, amount }) => {
          const look = name === main ? "text-right font-medium text-fg" : "text-right";
          return (
            <div key={name} className="contents">
              <dt className={look}>{name}</dt>
              <dd className={look}>{money({ amount, currency })}</dd>
            </div>
          );
        })}
    </dl>
  );
}
