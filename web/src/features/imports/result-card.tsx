import { Link } from "@tanstack/react-router";
import { cn } from "#lib/cn.ts";
import { waitText } from "#lib/format.ts";
import type { Import } from "#lib/imports.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";
import { countsOf, endedText, groupsOf, groupText, rolesText } from "./text.ts";

type Props = { organizationId: string; found: Import };

/** The results of the rows so far, each outcome with its number; a click shows the rows. */
export function ResultCard({ organizationId, found }: Props) {
  const format = useFormat();
  return (
    <Section title="Results">
      <div className="grid gap-4 px-5 pb-5">
        <p className="tabular">
          <span className="text-2xl font-semibold">{format.number(found.counts.invited ?? 0)}</span>{" "}
          <span className="text-fg-2">of {format.plural(found.rows, "row")} invited</span>
        </p>
        <OutcomeBar found={found} />
        <ul aria-label="Outcomes" className="grid gap-x-6 gap-y-0.5 sm:grid-cols-2">
          {countsOf(found).map(({ outcome, count, label, group }) => {
            const { icon: Icon, text } = groupText[group];
            const inner = (
              <>
                <Icon aria-hidden className={cn("size-4 shrink-0", text)} />
                <span className="min-w-0 flex-1 truncate">{label}</span>
                <span className="tabular font-medium">{format.number(count)}</span>
              </>
            );
            const look = "-mx-2 flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm pointer-coarse:min-h-10";
            return (
              <li key={outcome}>
                {outcome === "invited" ? (
                  <span className={look}>{inner}</span>
                ) : (
                  <Link
                    {...pageOf(organizationId, "/imports/$import", { import: found.id })}
                    search={{ outcome }}
                    hash="rows"
                    replace
                    resetScroll={false}
                    className={cn(look, "hover:bg-surface-2 data-[status=active]:bg-surface-3")}
                  >
                    {inner}
                  </Link>
                )}
              </li>
            );
          })}
        </ul>
        <Line text={endedText(found, format.number)} />
        <Line text={rolesText(found)} />
        <Times found={found} />
      </div>
    </Section>
  );
}

function Line({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p className="text-sm break-words text-fg-2">{text}</p>;
}

function Times({ found: { startedAt, endedAt, lifetimeDays, pass } }: { found: Import }) {
  if (startedAt === undefined || endedAt === undefined) {
    return null;
  }
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return (
    <p className="border-t border-border pt-3 text-sm text-fg-3">
      Ended <Time at={endedAt} /> after {waitText(seconds)}
      {pass > 1 && `, attempt ${pass}`}. Its invitations stay open for {lifetimeDays}{" "}
      {lifetimeDays === 1 ? "day" : "days"}.
    </p>
  );
}

/** The results of an import's rows as a bar, and the same in words. */
export function OutcomeBar({ found, className }: { found: Pick<Import, "rows" | "counts">; className?: string }) {
  return (
    <div aria-hidden className={cn("flex h-2 w-full gap-0.5 overflow-hidden rounded-full bg-surface-3", className)}>
      {groupsOf(found).map(({ group, count }) => (
        <span
          key={group}
          className={cn("h-full min-w-1 transition-[width] duration-200", groupText[group].mark)}
          style={{ width: `${(count / found.rows) * 100}%` }}
        />
      ))}
    </div>
  );
}

export function OutcomeLegend({ found }: { found: Pick<Import, "counts"> }) {
  const format = useFormat();
  return (
    <ul className="tabular flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-fg-2">
      {groupsOf(found).map(({ group, count }) => (
        <li key={group} className="flex items-center gap-1.5">
          <span aria-hidden className={cn("size-2 shrink-0 rounded-full", groupText[group].mark)} />
          {groupText[group].label} <span className="font-medium text-fg">{format.number(count)}</span>
        </li>
      ))}
    </ul>
  );
}
