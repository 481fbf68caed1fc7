import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { plural } from "#lib/format.ts";
import type { RevisionChange } from "#lib/setting-layers.ts";
import { useFormat } from "#lib/use-format.ts";
import { RetryLine } from "#ui/retry-line.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { useNameOf } from "./catalog.tsx";
import { entryOf, listChange, sideText, titleOf } from "./history-text.ts";
import type { Failure } from "./revisions.ts";

const maxListed = 12;

type Props = {
  change: RevisionChange;
  /** The name of the team that the change is about. */
  team?: string | undefined;
};

/** One field of a revision: what it was and what it became. */
export function ChangeRow({ change, team }: Props) {
  const { field, from, to } = change;
  const list = listChange(change);
  const nameOf = useNameOf(field);
  const isLong = list !== undefined && list.added.length + list.removed.length > 0;
  return (
    <li className="grid gap-x-4 gap-y-0.5 py-1.5 text-sm sm:grid-cols-[minmax(0,220px)_minmax(0,1fr)]">
      <span className="min-w-0 text-fg-2">
        {titleOf(change)}
        {team !== undefined && <span className="block text-xs text-fg-3">Team {team}</span>}
      </span>
      {isLong ? (
        <div className="grid min-w-0 gap-1">
          <ListSide sign="+" verb="added" entries={list.added} more={list.moreAdded} nameOf={nameOf} />
          <ListSide sign="−" verb="removed" entries={list.removed} more={list.moreRemoved} nameOf={nameOf} />
          {entryOf(from).isLocked !== entryOf(to).isLocked && (
            <span>{entryOf(to).isLocked === true ? "Locked" : "No longer locked"}</span>
          )}
          {to === undefined && <span className="text-fg-2">Now inherited</span>}
        </div>
      ) : (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          <del className="break-words text-fg-3 no-underline">{sideText(field, from, nameOf)}</del>
          <ArrowRight aria-hidden className="size-3.5 shrink-0 text-fg-3" />
          <span className="sr-only">became</span>
          <ins className="font-medium break-words no-underline">{sideText(field, to, nameOf)}</ins>
        </span>
      )}
    </li>
  );
}

type ListProps = {
  label: string;
  changes: readonly RevisionChange[];
  teamName: (change: RevisionChange) => string | undefined;
};

/** Lists the changes of the organization and of its teams, field by field. */
export function ChangeList({ label, changes, teamName }: ListProps) {
  return (
    <ul aria-label={label} className="divide-y divide-border empty:hidden">
      {changes.map((change) => (
        <ChangeRow key={`${change.team ?? ""} ${change.field}`} change={change} team={teamName(change)} />
      ))}
    </ul>
  );
}

type LoadedProps = Omit<ListProps, "changes"> & {
  /** Nothing, while they load. */
  changes: readonly RevisionChange[] | undefined;
  failure: Failure | undefined;
  /** The text if there are none. */
  none: string;
};

/** The same of changes that are loaded first. */
export function LoadedChanges({ changes, failure, none, ...list }: LoadedProps) {
  if (failure) return <RetryLine error={failure.error} isBusy={failure.isFetching} onRetry={failure.refetch} />;
  if (changes === undefined) return <Skeleton className="h-24" />;
  return changes.length === 0 ? <p className="text-fg-2">{none}</p> : <ChangeList {...list} changes={changes} />;
}

type SideProps = {
  sign: string;
  verb: string;
  entries: string[];
  more: number;
  nameOf: (entry: string) => string;
};

function ListSide({ sign, verb, entries, more, nameOf }: SideProps) {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  if (entries.length === 0) {
    return null;
  }
  const shown = isOpen ? entries : entries.slice(0, maxListed);
  const rest = entries.length - shown.length;
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 gap-y-1">
      <span className="tabular font-medium">
        {sign}
        {format.number(entries.length + more)} <span className="sr-only">{verb}</span>
      </span>
      {shown.map((entry) => (
        <code key={entry} className="rounded bg-surface-2 px-1 py-0.5 font-mono text-xs break-words">
          {nameOf(entry)}
        </code>
      ))}
      {rest > 0 && (
        <button
          type="button"
          className="rounded text-xs text-accent-text hover:underline"
          onClick={() => setOpen(true)}
        >
          and {plural(rest + more, "more", "more")}
        </button>
      )}
      {rest === 0 && more > 0 && <span className="text-xs text-fg-3">and {plural(more, "more", "more")}</span>}
    </span>
  );
}
