import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { useMoney } from "#lib/use-money.ts";
import { Skeleton } from "#ui/skeleton.tsx";

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

/** A line of a price: the thing, its amount, and what is to know about it. Without an amount yet, its place is kept. */
export type PriceLine = { term: string; note?: string; amount: ReactNode; isMain?: boolean };
type PriceProps = {
  label: string;
  lines: readonly (PriceLine | false | undefined)[] | undefined;
  /** A note about all lines. */
  note?: ReactNode;
  isBusy?: boolean;
  /** Above the lines: what went wrong. */
  alert?: ReactNode;
  /** Below them: what can be done. */
  children?: ReactNode;
};

/** A price, line by line, before it is agreed to. */
export function Price({ label, lines, note, isBusy = false, alert, children }: PriceProps) {
  return (
    <section aria-label={label} className="grid gap-3 rounded-xl border border-border bg-surface-2 p-4">
      {alert}
      {lines && (
        <div aria-live="polite" aria-busy={isBusy} className="grid gap-3">
          <dl className="grid gap-3">{lines.map((line) => line && <Line key={line.term} {...line} />)}</dl>
          {note && <p className="text-sm text-fg-3">{note}</p>}
        </div>
      )}
      {children}
    </section>
  );
}

function Line({ term, note, amount = <Skeleton className="h-5 w-20" />, isMain = false }: PriceLine) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="min-w-0">
        <span className="block font-medium">{term}</span>
        {note !== undefined && <span className="block text-sm text-fg-2">{note}</span>}
      </dt>
      <dd className={cn("tabular text-right", isMain ? "text-lg font-semibold" : "font-medium")}>{amount}</dd>
    </div>
  );
}
