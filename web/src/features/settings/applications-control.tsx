import { readIdentifier } from "@muster/settings/entry.ts";
import { useDeferredValue, useState } from "react";
import type { Catalog } from "#lib/catalog.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { ScrollList } from "#ui/scroll-list.tsx";
import { Segments } from "#ui/segments.tsx";
import { withCatalog } from "./catalog.tsx";
import { identifierText, isFound, isNewSince, isOwnApplication, platformsOf, vanished } from "./catalog-text.ts";
import type { ControlProps } from "./layer-context.ts";
import { EntryLine, ListEditor, type TypedEntry, useList } from "./list-parts.tsx";
import { listIn } from "./say.ts";

const rowHeight = 60;
const maxHeight = 480;

/** Each application of the catalog, and the organization's own, allowed or blocked. */
export const ApplicationsControl = withCatalog("h-96", Applications);

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
  const { saved, blocked, list, set } = useList(field);
  const [text, setText] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const wanted = useDeferredValue(text);
  const rows = rowsOf(catalog, [...new Set([...list, ...listIn({ value: saved?.value })])], saved?.at);
  const isMeant: Record<Filter, (row: Row) => boolean> = {
    all: () => true,
    blocked: ({ id }) => list.includes(id),
    allowed: ({ id }) => !list.includes(id),
    new: ({ mark }) => mark === "new",
    own: ({ mark }) => mark === "own",
  };
  const shown = rows.filter((row) => isMeant[filter](row) && isFound(wanted, row.found));
  const ids = shown.map(({ id }) => id);
  return (
    <ListEditor
      field={field}
      search={{ label: "Search applications", text, onText: setText }}
      filter={
        <NativeSelect
          aria-label="Show"
          value={filter}
          options={filters}
          onChoose={(chosen) => setFilter(chosen as Filter)}
        />
      }
      count={`${plural(list.length, "blocked", "blocked")} · ${plural(shown.length, "shown", "shown")}`}
      actions={[
        { label: "Block shown", onClick: () => set(ids, true) },
        { label: "Allow shown", onClick: () => set(ids, false) },
      ]}
    >
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
    </ListEditor>
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
