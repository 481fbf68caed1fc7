import { ArrowRight, Check, CircleHelp, RefreshCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { LedgerLine, SeatChange } from "#lib/ledger.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { Time } from "#ui/time.tsx";
import { amountOf, type Group } from "./groups.ts";
import { droppedText, lastText, type Price, priceOf, saidOf } from "./text.ts";

/** A change with its lines: who, what, when, what was shown and charged, and what it came to. */
export function GroupItem({ group, currency }: { group: Group; currency: string }) {
  const money = useMoney();
  const { change, isRenewal, lines } = group;
  const { who, what } = saidOf(group);
  const price = change && !isRenewal ? priceOf(change, money) : undefined;
  return (
    <li className="flex gap-3 px-4 py-3.5 sm:px-5">
      {who === undefined ? (
        <Mark>{isRenewal ? <RefreshCw aria-hidden /> : <CircleHelp aria-hidden />}</Mark>
      ) : (
        <Avatar name={who} color={undefined} />
      )}
      <div className="grid min-w-0 flex-1 gap-1">
        <div className="flex items-start justify-between gap-x-4">
          <p className="min-w-0 wrap-anywhere">
            {who !== undefined && <strong className="font-medium">{who}</strong>}{" "}
            <span className={who === undefined ? "font-medium" : "text-fg-2"}>{what}</span>
          </p>
          <span className="tabular shrink-0 font-medium">{money({ amount: amountOf(lines), currency })}</span>
        </div>
        {change && <Facts change={change} isRenewal={isRenewal} />}
        {price && <PriceLine price={price} />}
        <ul className="mt-1 grid gap-1">
          {lines.map((line) => (
            <LineItem key={line.id} line={line} currency={currency} />
          ))}
        </ul>
      </div>
    </li>
  );
}

function Mark({ children }: { children: ReactNode }) {
  return (
    <span className="grid size-8 shrink-0 place-items-center rounded-full border border-border bg-surface-2 text-fg-3 [&_svg]:size-4">
      {children}
    </span>
  );
}

/** Seats before and after, when, and whether it was made. */
function Facts({ change, isRenewal }: { change: SeatChange; isRenewal: boolean }) {
  const { number, plural } = useFormat();
  const { from, to, requestedAt, dropped, by } = change;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-fg-2">
      {isRenewal && <span>{lastText(change)}:</span>}
      {from !== to && (
        <span className="tabular inline-flex items-center gap-1">
          {number(from)}
          <ArrowRight aria-hidden className="size-3.5 text-fg-3" />
          <span className="sr-only">to</span>
          {plural(to, "seat")}
        </span>
      )}
      <Time at={requestedAt} className="text-fg-3" />
      {by?.name !== undefined && !by.isMember && <Badge>Former member</Badge>}
      {dropped !== undefined && <Badge tone="warning">{droppedText[dropped]}</Badge>}
    </p>
  );
}

function PriceLine({ price: { isSame, text } }: { price: Price }) {
  return isSame ? (
    <p className="tabular flex items-center gap-1.5 text-sm text-success-text">
      <Check aria-hidden className="size-4 shrink-0" />
      {text}
    </p>
  ) : (
    <p className="tabular flex gap-1.5 text-sm text-warning-text">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{text}</span>
    </p>
  );
}

function LineItem({ line, currency }: { line: LedgerLine; currency: string }) {
  const format = useFormat();
  const money = useMoney();
  const { amount, description, quantity, startsAt, endsAt } = line;
  return (
    <li className="flex items-start justify-between gap-x-4 text-sm text-fg-2">
      <span className="min-w-0 wrap-anywhere">
        {description ?? (quantity === undefined ? "Without a description" : `${format.number(quantity)} seats`)}
        <span className="tabular block text-xs text-fg-3">
          {format.date(startsAt)} – {format.date(endsAt)}
        </span>
      </span>
      <span className="tabular shrink-0">{money({ amount, currency })}</span>
    </li>
  );
}
