import { type Subject, subjects } from "@muster/core/catalog/subjects.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { type OrganizationEvent } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { type Invitation } from "#lib/people.ts";
import { accountQuery, eventsQuery, invitationsQuery, namedMembersQuery } from "#lib/queries.ts";
import { Section } from "#ui/card.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { Time } from "#ui/time.tsx";
import { type Group, groupEvents, groupKey, messageOf, togetherOf } from "./event-message.ts";
import { type ActivityFilter } from "./filter.ts";
import { messageIcons } from "./message-icons.ts";
import { Actor, MessageLine } from "./message-line.tsx";
import { missingIn, type Names, namesFor, readPeople } from "./names.ts";

/** The number of entries before somebody asks for older ones. */
const shownFirst = 10;
/** The most people that one can choose from. */
const maxPeople = 10;

type Props = {
  organizationId: string;
  team?: string;
  filter: ActivityFilter;
  onFilter: (filter: ActivityFilter) => void;
  className?: string;
};

/** Shows the events of the organization, or of one of its teams, newest first, in sentences. */
export function Activity({ organizationId, team, filter, onFilter, className = "" }: Props) {
  const [isExpanded, setExpanded] = useState(false);
  const isFiltered = filter.about !== undefined || filter.of !== undefined;
  const { all, list } = useEvents(organizationId, team, filter);
  const groups = groupEvents(eventsOf(list.data), groupKey);
  const isLong = isExpanded || (list.data?.pages.length ?? 0) > 1 || groups.length <= shownFirst;
  const shown = isLong ? groups : groups.slice(0, shownFirst);
  const actors = firstOfEach(eventsOf(all.data));
  const names = useNames(organizationId, [...shown.flatMap(({ events }) => events), ...actors]);

  function showOlder() {
    setExpanded(true);
    if (list.hasNextPage) void list.fetchNextPage();
  }

  return (
    <Section title="Recent activity" description="Visible to owners and admins." className={className}>
      <Filters
        filter={filter}
        onFilter={onFilter}
        about={team === undefined ? subjects : teamSubjects}
        of={actors.map((event) => event.actor)}
        names={names}
      />
      {groups.length === 0 && list.hasNextPage && (
        <p className="px-5 pt-1 pb-4 text-sm text-fg-2">
          {isFiltered ? "Nothing recent matches." : "Nothing happened here recently."}
        </p>
      )}
      <ListGate
        list={{ ...list, hasNextPage: list.hasNextPage || !isLong, fetchNextPage: showOlder }}
        part="px-5 pt-1 pb-5"
        skeleton={
          <LoadingRows
            what="the activity"
            picture="size-8 rounded-full"
            lines={["h-4 w-56 max-w-3/5"]}
            end="h-4 w-20 max-sm:hidden"
          />
        }
        empty={
          <p className="px-5 pt-1 pb-6 text-sm text-fg-2">
            {isFiltered ? "No activity matches." : "No activity yet. It appears here within a few seconds."}
          </p>
        }
        more="Show older"
      >
        {() => (
          <ol className="px-5 pb-2">
            {shown.map((group) => (
              <Entry
                key={group.events.at(-1)?.id}
                group={group}
                hasOlder={list.hasNextPage && group === groups.at(-1)}
                names={names}
              />
            ))}
          </ol>
        )}
      </ListGate>
    </Section>
  );
}

/** Reads the events to show, and the unfiltered list, which has the people to choose from. */
function useEvents(organizationId: string, team: string | undefined, { about: subject, of: actor }: ActivityFilter) {
  const inTeam = team === undefined ? {} : { team };
  const all = useInfiniteQuery(eventsQuery(organizationId, inTeam));
  const list = useInfiniteQuery(
    eventsQuery(organizationId, { ...inTeam, ...(subject && { subject }), ...(actor && { actor }) }),
  );
  return { all, list };
}

type FiltersProps = Pick<Props, "filter" | "onFilter"> & {
  about: readonly Subject[];
  of: readonly string[];
  names: Names;
};

/** Filters by a subject and a person; the chosen one is offered whatever the list says. */
function Filters({ filter, onFilter, about, of, names }: FiltersProps) {
  const { about: subject = "", of: actor = "" } = filter;
  const people = actor === "" || of.includes(actor) ? of : [actor, ...of];
  return (
    <div className="flex flex-wrap gap-2 px-5 pb-3 *:min-w-32 *:flex-1">
      <NativeSelect
        aria-label="Show activity about"
        value={subject}
        options={[{ value: "", label: "Everything" }, ...about.map((value) => ({ value, label: subjectText[value] }))]}
        onChoose={(value) => onFilter({ ...filter, about: value === "" ? undefined : (value as Subject) })}
      />
      <NativeSelect
        aria-label="Show activity of"
        value={actor}
        options={[{ value: "", label: "Everyone" }, ...people.map((value) => ({ value, label: nameOf(value, names) }))]}
        onChoose={(value) => onFilter({ ...filter, of: value === "" ? undefined : value })}
      />
    </div>
  );
}

type EntryProps = { group: Group<OrganizationEvent>; hasOlder: boolean; names: Names };

function Entry({ group: { key, events }, hasOlder, names }: EntryProps) {
  const [newest] = events;
  const message = messageOf(newest);
  const Icon = messageIcons[message?.icon ?? "Activity"];
  const own = namesFor(newest, names);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <li className="group relative flex gap-3 pb-4">
      <span aria-hidden className="absolute top-8 bottom-0 left-4 w-px bg-border group-last:hidden" />
      <span className="z-10 grid size-8 shrink-0 place-items-center rounded-full border border-border bg-surface-2 text-fg-2">
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1 pt-1.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="min-w-0 break-words">
            {message?.who ? (
              <MessageLine line={message.who} names={names} />
            ) : (
              <Actor actor={newest.actor} names={names} />
            )}{" "}
            {events.length === 1 ? (
              <Sentence event={newest} names={own} />
            ) : (
              <MessageLine line={togetherOf(events) ?? []} names={own} />
            )}
            {hasOlder && key !== undefined && <span className="text-fg-3">, and maybe more before</span>}
          </p>
          <Time at={newest.at} className="text-sm text-fg-3" />
        </div>
        {events.length > 1 && (
          <>
            <button
              type="button"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setOpen(!isOpen)}
              className="mt-0.5 flex min-h-6 items-center gap-1 rounded-sm text-sm text-fg-2 hover:text-fg"
            >
              <ChevronDown aria-hidden className={cn("size-4 transition-transform", isOpen && "rotate-180")} />
              {isOpen ? "Hide details" : `Show all ${events.length}`}
            </button>
            <ul id={id} hidden={!isOpen} className="mt-1 grid gap-1.5 border-l border-border pl-3 text-sm text-fg-2">
              {isOpen &&
                events.map((event) => (
                  <li key={event.id} className="flex flex-wrap items-baseline justify-between gap-x-4">
                    <span className="min-w-0 break-words">
                      <Sentence event={event} names={own} />
                    </span>
                    <Time at={event.at} className="text-fg-3" />
                  </li>
                ))}
            </ul>
          </>
        )}
      </div>
    </li>
  );
}

/** An event without words is shown by its type. */
function Sentence({ event, names }: { event: OrganizationEvent; names: Names }) {
  const message = messageOf(event);
  return message === undefined ? (
    <span className="font-mono text-sm text-fg-2">{event.type}</span>
  ) : (
    <MessageLine line={message.line} names={names} />
  );
}

const subjectText: Record<Subject, string> = {
  people: "People",
  teams: "Teams",
  updates: "Updates",
  settings: "Settings",
  devices: "Devices",
  imports: "Imports",
  billing: "Billing",
};
const teamSubjects: Subject[] = ["people", "teams", "updates", "settings"];

const eventsOf = (data: { pages: { items: OrganizationEvent[] }[] } | undefined) =>
  data?.pages.flatMap((page) => page.items) ?? [];

/** The newest event of each person. */
function firstOfEach(events: OrganizationEvent[]) {
  const found = new Map<string, OrganizationEvent>();
  for (const event of events) {
    if (event.actor.startsWith("acc_") && !found.has(event.actor)) found.set(event.actor, event);
  }
  return [...found.values()].slice(0, maxPeople);
}

function nameOf(actor: string, names: Names) {
  return actor === names.me ? "You" : (names.member(actor) ?? (names.isGone(actor) ? "A former member" : "…"));
}

const tabs = ["pending", "ended", "former"] as const;

/**
 * Names for a part of the log that begins with the newest event. The log itself says who has left and who joined by
 * invitation, so that nothing missing is requested.
 */
function useNames(organizationId: string, events: OrganizationEvent[]): Names {
  const { data: me } = useQuery(accountQuery);
  const { present, gone, accountOf } = readPeople(events);
  const members = useQuery(namedMembersQuery(organizationId, present));
  const names = new Map<string, string>(members.data?.map(({ account, name }) => [account, name]));
  const isNeeded = events.some(({ type }) => type.startsWith("invitation.") || type.startsWith("member."));
  const entries = useEntries(organizationId, isNeeded);

  const missing = missingIn(members, present);

  function member(account: string) {
    return names.get(account);
  }

  return {
    organizationId,
    me: me?.id,
    member,
    // a filtered log does not say who left
    isGone: (account) => gone.has(account) || missing.has(account),
    accountOf: (invitation) => accountOf.get(invitation),
    invited(invitation) {
      const account = accountOf.get(invitation);
      const entry = entries.get(invitation);
      return (account === undefined ? undefined : member(account)) ?? entry?.name ?? entry?.email;
    },
  };
}

/** The newest hundred of each kind, by id: what is shown here is recent. */
function useEntries(organizationId: string, isNeeded: boolean) {
  const [pending, ended, former] = [
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[0] }), enabled: isNeeded }),
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[1] }), enabled: isNeeded }),
    useInfiniteQuery({ ...invitationsQuery(organizationId, { tab: tabs[2] }), enabled: isNeeded }),
  ];
  const entries: Invitation[] = [pending, ended, former].flatMap(
    ({ data }) => data?.pages.flatMap((page) => page.items) ?? [],
  );
  return new Map<string, Invitation>(entries.map((entry) => [entry.id, entry]));
}
