import { readIdentifier } from "@muster/settings/entry.ts";
import { useDeferredValue, useState } from "react";
import type { Catalog } from "#lib/catalog.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { ScrollList } from "#ui/scroll-list.tsx";
import { Segments } from "#ui/segments.tsx";
import { WithCatalog } from "./catalog.tsx";
import { identifierText, isFound, isNewSince, isOwnApplication, platformsOf, vanished } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { EntryLine, InheritedList, ListSearch, type TypedEntry } from "./list-parts.tsx";
import { listIn } from "./say.ts";

const rowHeight = 60;
const maxHeight = 480;

/** Each application of the catalog, and the organization's own, allowed or blocked. */
export function ApplicationsControl(props: ControlProps) {
  return <WithCatalog className="h-96">{(catalog) => <Applications {...props} catalog={catalog} />}</WithCatalog>;
}

type Row = { id: string; name: string; about: string; mark?: "own" | "gone" | "new"; found: string };

const filters = [
  { value: "all", label: "All" },
  { value: "blocked", label: "Blocked" },
  { value: "allowed", label: "Allowed" },
  { value: "new", label: "New in the catalog" },
  { value: "own", label: "Your own" },
] as const;
type Filter = (typeof filters)[number]["value"];

function Applications({ field, catalog }: ControlProps & { catalog: Catalog }) {
  const { say, saved, blocked, setValue } = useSetting(field);
  const [text, setText] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const wanted = useDeferredValue(text);
  const list = listIn(say);
  const rows = rowsOf(catalog, [...new Set([...list, ...listIn({ value: saved?.value })])], saved?.at);
  const isMeant: Record<Filter, (row: Row) => boolean> = {
    all: () => true,
    blocked: ({ id }) => list.includes(id),
    allowed: ({ id }) => !list.includes(id),
    new: ({ mark }) => mark === "new",
    own: ({ mark }) => mark === "own",
  };
  const shown = rows.filter((row) => isMeant[filter](row) && isFound(wanted, row.found));
  const set = (ids: readonly string[], isBlocked: boolean) =>
    setValue(isBlocked ? [...new Set([...list, ...ids])] : list.filter((one) => !ids.includes(one)));
  const ids = shown.map(({ id }) => id);
  return (
    <div className="grid gap-3">
      <InheritedList field={field} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <ListSearch label="Search applications" text={text} onText={setText} className="flex-1 basis-52 sm:max-w-80" />
        <NativeSelect
          aria-label="Show"
          value={filter}
          options={filters}
          onChoose={(chosen) => setFilter(chosen as Filter)}
        />
        <output className="tabular text-sm text-fg-2">
          {plural(list.length, "blocked", "blocked")} · {plural(shown.length, "shown", "shown")}
        </output>
        <span className="flex gap-1">
          <Button size="small" blocked={blocked} onClick={() => set(ids, true)}>
            Block shown
          </Button>
          <Button size="small" blocked={blocked} onClick={() => set(ids, false)}>
            Allow shown
          </Button>
        </span>
      </div>
      {shown.length > 0 ? (
        <ScrollList
          label={`Applications, ${plural(shown.length, "row")}`}
          items={shown}
          rowHeight={rowHeight}
          maxHeight={maxHeight}
          keyOf={({ id }) => id}
        >
          {({ id, name, about, mark }) => (
            <div className="flex h-full items-center gap-3 px-3">
              <div className="min-w-0 flex-1">
                <p className="flex min-w-0 items-center gap-2 text-sm font-medium">
                  <span className="truncate">{name}</span>
                  {mark !== undefined && <Badge tone={marks[mark].tone}>{marks[mark].label}</Badge>}
                </p>
                <p className="truncate text-xs text-fg-3">{about}</p>
              </div>
              <Segments
                aria-label={name}
                value={list.includes(id) ? "block" : "allow"}
                options={choices}
                blocked={blocked}
                onChange={(choice) => set([id], choice === "block")}
              />
            </div>
          )}
        </ScrollList>
      ) : (
        <p className="py-6 text-center text-sm text-fg-2">No application matches.</p>
      )}
      <OwnApplication list={list} blocked={blocked} onAdd={(id) => set([id], true)} />
    </div>
  );
}

const choices = [
  { value: "allow", label: "Allow" },
  { value: "block", label: "Block", isDangerous: true },
] as const;

const marks = {
  own: { tone: "neutral", label: "Your own" },
  gone: { tone: "warning", label: "Not in the catalog" },
  new: { tone: "accent", label: "New" },
} as const;

function rowsOf({ applications }: Catalog, list: readonly string[], savedAt: string | undefined): Row[] {
  const others = vanished(list, applications).map((id): Row => {
    const { platform, name } = identifierText(id);
    return isOwnApplication(id)
      ? { id, name, about: platform, mark: "own", found: id }
      : { id, name: id, about: "The catalog no longer has it.", mark: "gone", found: id };
  });
  const known = applications.map(
    (application): Row => ({
      id: application.id,
      name: application.name,
      about: [application.category, platformsOf(application).join(", ")].join(" · "),
      found: [application.id, application.name, application.category, ...application.identifiers].join(" "),
      ...(isNewSince(application, savedAt) && { mark: "new" }),
    }),
  );
  return [...others, ...known];
}

type OwnProps = { list: readonly string[]; blocked: string | undefined; onAdd: (id: string) => void };

/** An application that the catalog does not have, by what a platform calls it. */
function OwnApplication({ list, blocked, onAdd }: OwnProps) {
  return (
    <EntryLine
      label="Block another application"
      placeholder="Another application: macos:com.example.app"
      action={{ label: "Block" }}
      whyEmpty="Enter an application first."
      blocked={blocked}
      onAdd={onAdd}
      read={(typed): TypedEntry => {
        const found = readIdentifier(typed);
        const isBlocked = "entry" in found && list.includes(found.entry);
        return isBlocked ? { problem: "This application is blocked already." } : found;
      }}
      hint="The bundle ID on macOS, the file name on Windows (windows:example.exe), the package on Linux (linux:example)."
    />
  );
}
