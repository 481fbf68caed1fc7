import { matcher } from "@muster/settings/website.ts";
import { FileUp, SearchCheck } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { ScrollList } from "#ui/scroll-list.tsx";
import type { ControlProps } from "./layer-context.ts";
import { EntryLine, ListEditor, RemoveButton, type TypedEntry, useList } from "./list-parts.tsx";
import { listIn } from "./say.ts";
import { type IsPublicSuffix, loadSuffixes, readWebsite } from "./website-list.ts";

const ImportDialog = opened(async () => (await import("./website-import-dialog.tsx")).WebsiteImportDialog);

const rowHeight = 44;
const maxHeight = 440;
/** Rows from which on a list is searched. */
const minSearched = 8;

/** The denied websites: added one by one or many at once, searched and removed; as light with 50,000 as with 50. */
export function WebsitesControl({ field }: ControlProps) {
  const { form, saved, blocked, list, set, setValue } = useList(field);
  const format = useFormat();
  const present = useMemo(() => new Set(listIn({ value: saved?.value })), [saved]);
  const [text, setText] = useState("");
  const [isImporting, setImporting] = useState(false);
  const importer = useRef<HTMLButtonElement>(null);
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const shown = useMemo(() => (wanted === "" ? list : list.filter((one) => one.includes(wanted))), [list, wanted]);

  const [rows, focusRow] = useRowFocus();
  const total = plural(list.length, "website");
  const removal = {
    label: `Remove ${plural(shown.length, "match", "matches")}`,
    isDangerous: true,
    onClick: () => set(shown, false),
  };

  return (
    <div ref={rows}>
      <ListEditor
        field={field}
        above={
          <AddLine list={list} blocked={blocked} onAdd={(pattern) => setValue([pattern, ...list])}>
            <Button ref={importer} size="large" blocked={blocked} onClick={() => setImporting(true)}>
              <FileUp />
              Add many…
            </Button>
            <Button size="large" onClick={() => form.ask("test", field)}>
              <SearchCheck />
              Test an address…
            </Button>
          </AddLine>
        }
        search={list.length < minSearched ? undefined : { label: "Search websites", text, onText: setText }}
        count={list.length === 0 ? undefined : `${wanted === "" ? "" : `${format.number(shown.length)} of `}${total}`}
        actions={wanted === "" || shown.length === 0 ? [] : [removal]}
        none={shown.length === 0 && wanted !== "" && `No website has “${text.trim()}” in it.`}
      >
        {shown.length > 0 && (
          <ScrollList
            label={`Websites, ${plural(shown.length, "row")}`}
            items={shown}
            rowHeight={rowHeight}
            maxHeight={maxHeight}
            keyOf={(pattern) => pattern}
          >
            {(pattern, index) => (
              <div className="flex h-full items-center gap-3 pr-1.5 pl-3">
                <code className="min-w-0 flex-1 truncate font-mono text-sm" title={pattern}>
                  {pattern}
                </code>
                {!present.has(pattern) && <span className="text-xs font-medium text-accent-text">New</span>}
                <RemoveButton
                  entry={pattern}
                  blocked={blocked}
                  onClick={() => {
                    set([pattern], false);
                    focusRow(Math.min(index, shown.length - 2));
                  }}
                />
              </div>
            )}
          </ScrollList>
        )}
      </ListEditor>
      <ImportDialog
        list={list}
        isOpen={isImporting}
        onAdd={(added) => setValue([...added, ...list])}
        onClose={() => setImporting(false)}
        returnFocus={() => importer.current}
      />
    </div>
  );
}

/** Moves the focus to the next row when a row with the focus is gone. */
function useRowFocus() {
  const rows = useRef<HTMLDivElement>(null);
  const wanted = useRef<number>(undefined);
  useEffect(() => {
    if (wanted.current !== undefined) {
      const row = rows.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] button`);
      (row ?? rows.current?.querySelector("input"))?.focus();
      wanted.current = undefined;
    }
  });
  const focusRow = (index: number) => {
    wanted.current = index;
  };
  return [rows, focusRow] as const;
}

type AddProps = {
  list: readonly string[];
  blocked: string | undefined;
  onAdd: (pattern: string) => void;
  children: ReactNode;
};

/** One website, with what it denies said while it is typed. */
function AddLine({ list, blocked, onAdd, children }: AddProps) {
  const covering = useMemo(() => matcher(list), [list]);
  const isPublicSuffix = useSuffixes();
  const read = (typed: string): TypedEntry => {
    const found = typed.trim() === "" ? undefined : readWebsite(typed, isPublicSuffix);
    if (found === undefined || "problem" in found) return found ?? {};
    const { pattern, says, notes } = found;
    return { entry: pattern, problem: coverOf(pattern, list, covering), says: [says, ...notes].join(" ") };
  };
  return (
    <EntryLine
      label="Add a website"
      placeholder="example.com or *.example.com"
      action={{ label: "Add", variant: "primary" }}
      whyEmpty="Enter a website first."
      blocked={blocked}
      onAdd={onAdd}
      read={read}
    >
      {children}
    </EntryLine>
  );
}

/** Loads the rule about hosts that cannot be denied as a whole. Where it does not load, the API still refuses them. */
function useSuffixes() {
  const [isPublicSuffix, setSuffixes] = useState<IsPublicSuffix>();
  useEffect(() => {
    void loadSuffixes().then(
      (loaded) => setSuffixes(() => loaded),
      () => undefined,
    );
  }, []);
  return isPublicSuffix;
}

/** Says that a pattern is in the list, or which of the list covers it already. */
function coverOf(pattern: string, list: readonly string[], covering: (address: string) => string | undefined) {
  if (list.includes(pattern)) {
    return "This website is in the list.";
  }
  const isOnlyBelow = pattern.startsWith("*.") || pattern.endsWith("/*");
  const cover = isOnlyBelow ? undefined : covering(`http://${pattern}`);
  return cover === undefined ? undefined : `${cover} denies this already.`;
}
