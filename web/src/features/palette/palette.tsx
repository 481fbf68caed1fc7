import { Dialog } from "@base-ui/react/dialog";
import { Search, X } from "lucide-react";
import { useRef, useState } from "react";
import { cn } from "#lib/cn.ts";
import { isCommand } from "#lib/command-key.ts";
import { plural } from "#lib/format.ts";
import { showOverlay } from "#lib/overlay.ts";
import { buttonClass } from "#ui/button.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { matches } from "./match.ts";
import { type Entry, type Group, useEntries } from "./use-entries.tsx";
import { useFoundMembers } from "./use-found-members.tsx";
import { optionId, useListKeys } from "./use-list-keys.ts";

const listId = "palette-list";

/** Goes anywhere and does anything by a few letters. What is chosen happens when the palette is gone and focus is back. */
export function Palette({ isOpen }: { isOpen: boolean }) {
  const chosen = useRef<Entry>(undefined);

  function close(open: boolean) {
    if (!open) {
      showOverlay(undefined);
    }
  }

  /** Focus goes back in a microtask; whatever the entry does with it comes after that. */
  function finish() {
    const entry = chosen.current;
    chosen.current = undefined;
    if (entry) {
      window.setTimeout(entry.run);
    }
    return true;
  }

  return (
    <Dialog.Root open={isOpen} onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Popup
          finalFocus={finish}
          onKeyDown={(event) => {
            if (isCommand(event, "k")) {
              event.preventDefault();
              close(false);
            }
          }}
          className="rise fixed inset-x-3 top-3 z-40 mx-auto flex max-h-[min(496px,calc(100dvh-24px))] max-w-[560px] flex-col overflow-hidden rounded-xl border border-border bg-surface shadow-3 outline-none sm:top-[14vh]"
        >
          <Dialog.Title className="sr-only">Command palette</Dialog.Title>
          <SearchBox
            onChoose={(entry) => {
              chosen.current = entry;
              close(false);
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SearchBox({ onChoose }: { onChoose: (entry: Entry) => void }) {
  const [text, setText] = useState("");
  const { group: members, isSearching } = useFoundMembers(text);
  const groups = [...useEntries().map((group) => narrowed(group, text)), members].filter(
    (group) => group !== undefined && group.entries.length > 0,
  ) as Group[];
  const entries = groups.flatMap((group) => group.entries);
  const keys = useListKeys(
    entries.map(({ id }) => id),
    (id) => entries.filter((entry) => entry.id === id).forEach(onChoose),
  );
  const isEmpty = entries.length === 0;

  return (
    <>
      <div className="flex shrink-0 items-center gap-2.5 border-b border-border pr-2 pl-4">
        <Search aria-hidden className="size-4 shrink-0 text-fg-3" />
        <input
          role="combobox"
          aria-label="Search or jump to"
          aria-expanded={!isEmpty}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={keys.present && optionId(keys.present)}
          placeholder="Search or jump to…"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            keys.startOver();
          }}
          onKeyDown={keys.press}
          className="h-12 w-full min-w-0 bg-transparent text-lg outline-none"
        />
        <Dialog.Close aria-label="Close" className={buttonClass({ variant: "ghost", size: "small" })}>
          <X className="hidden pointer-coarse:block" />
          <span className="pointer-coarse:hidden">Esc</span>
        </Dialog.Close>
      </div>
      <output className="sr-only">{isEmpty ? "" : plural(entries.length, "result")}</output>
      {isEmpty ? (
        <p role="status" className="px-4 py-8 text-center text-fg-2">
          {isSearching ? "Searching…" : `Nothing found for “${text.trim()}”.`}
        </p>
      ) : (
        <div id={listId} role="listbox" aria-label="Results" className="min-h-0 overflow-y-auto p-1.5">
          {groups.map(({ label, entries: own }) => (
            <div key={label} role="group" aria-label={label}>
              <p aria-hidden className="px-2.5 pt-2 pb-1 text-xs font-medium text-fg-3">
                {label}
              </p>
              {own.map((entry) => (
                <Option
                  key={entry.id}
                  entry={entry}
                  isPresent={entry.id === keys.present}
                  onPoint={() => keys.point(entry.id)}
                  onChoose={() => onChoose(entry)}
                />
              ))}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

type OptionProps = { entry: Entry; isPresent: boolean; onPoint: () => void; onChoose: () => void };

function Option({ entry: { id, label, icon, hint, shortcut }, isPresent, onPoint, onChoose }: OptionProps) {
  return (
    // The keys are those of the field, which keeps the focus.
    <div
      id={optionId(id)}
      role="option"
      tabIndex={-1}
      aria-selected={isPresent}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
      onKeyDown={undefined}
      className={cn(
        "flex h-9 cursor-default items-center gap-3 rounded-md px-2.5 select-none pointer-coarse:h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-fg-3",
        isPresent && "bg-surface-3",
      )}
    >
      {icon}
      <span className="min-w-0 truncate">{label}</span>
      <span className="ml-auto flex min-w-0 items-center gap-2">
        {hint !== undefined && <span className="truncate text-sm text-fg-3">{hint}</span>}
        {shortcut !== undefined && <Kbd>{shortcut}</Kbd>}
      </span>
    </div>
  );
}

function narrowed({ label, entries }: Group, text: string): Group {
  return { label, entries: entries.filter((entry) => matches(entry, text)) };
}
