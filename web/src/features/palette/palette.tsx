import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { mayManageMembers } from "#features/rights/permissions.ts";
import { isCommand } from "#lib/command-key.ts";
import { plural } from "#lib/format.ts";
import { showOverlay } from "#lib/overlay.ts";
import { foundMembersQuery, organizationQuery } from "#lib/queries.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { isDialogOpen } from "#lib/use-shortcut.ts";
import { Avatar } from "#ui/avatar.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { matches } from "./match.ts";
import { type Entry, type Group, useEntries, useOpen } from "./use-entries.tsx";

/** Reaches every page and action by a few letters. An entry runs when the palette is closed and focus has returned. */
export function Palette({ isOpen }: { isOpen: boolean }) {
  const chosen = useRef<Entry>(undefined);
  const field = useRef<HTMLInputElement>(null);

  function close(open: boolean) {
    if (!open) {
      showOverlay(undefined);
    }
  }

  /** Base UI would focus it a frame later, and lose what is typed until then. */
  function start() {
    field.current?.focus();
    return false;
  }

  /** Focus returns in a microtask; what the entry does with it comes after that. */
  function finish() {
    const entry = chosen.current;
    chosen.current = undefined;
    if (entry) {
      window.setTimeout(entry.run);
    }
    return !isDialogOpen();
  }

  return (
    <Dialog.Root open={isOpen} onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Popup
          initialFocus={start}
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
            field={field}
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

function SearchBox(props: { field: RefObject<HTMLInputElement | null>; onChoose: (entry: Entry) => void }) {
  const { field, onChoose } = props;
  const [text, setText] = useState("");
  const { group: members, isSearching } = useFoundMembers(text);
  const found = useEntries().map((group) => narrowed(group, text));
  const groups = [...found, ...(members ? [members] : [])].filter(({ items }) => items.length > 0);
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);

  return (
    <Autocomplete.Root
      inline
      open
      items={groups}
      filter={null}
      autoHighlight="always"
      keepHighlight
      value={text}
      onValueChange={(value, { reason }) => reason !== "item-press" && setText(value)}
      itemToStringValue={({ label }: Entry) => label}
    >
      <div className="flex shrink-0 items-center gap-2.5 border-b border-border pr-2 pl-4">
        <Search aria-hidden className="size-4 shrink-0 text-fg-3" />
        <Autocomplete.Input
          ref={field}
          aria-label="Search or jump to"
          placeholder="Search or jump to…"
          autoCapitalize="none"
          spellCheck={false}
          className="h-12 w-full min-w-0 bg-transparent text-lg outline-none"
        />
        <Dialog.Close aria-label="Close" className={buttonClass({ variant: "ghost", size: "small" })}>
          <X className="hidden pointer-coarse:block" />
          <span className="pointer-coarse:hidden">Esc</span>
        </Dialog.Close>
      </div>
      <Autocomplete.Status className="sr-only">{count > 0 && plural(count, "result")}</Autocomplete.Status>
      <Autocomplete.Empty className="px-4 py-8 text-center text-fg-2 empty:hidden">
        {isSearching ? "Searching…" : `Nothing found for “${text.trim()}”.`}
      </Autocomplete.Empty>
      <Autocomplete.List aria-label="Results" className="min-h-0 overflow-y-auto p-1.5 empty:hidden">
        {(group: Group) => (
          <Autocomplete.Group key={group.label} items={group.items}>
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-xs font-medium text-fg-3">
              {group.label}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(entry: Entry) => <Option key={entry.id} entry={entry} onChoose={() => onChoose(entry)} />}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function Option({ entry, onChoose }: { entry: Entry; onChoose: () => void }) {
  const { label, icon, hint, blocked, shortcut } = entry;
  return (
    <Autocomplete.Item
      value={entry}
      disabled={blocked !== undefined}
      onClick={onChoose}
      className="flex min-h-9 py-1 data-disabled:text-fg-3 cursor-default scroll-m-1.5 items-center gap-3 rounded-md px-2.5 outline-none select-none data-highlighted:bg-surface-3 pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-fg-3"
    >
      {icon}
      <span className="min-w-0">
        <span className="block truncate">{label}</span>
        {blocked !== undefined && <span className="block text-xs text-fg-2">{blocked}</span>}
      </span>
      <span className="ml-auto flex min-w-0 items-center gap-2">
        {hint !== undefined && <span className="truncate text-sm text-fg-3">{hint}</span>}
        {shortcut !== undefined && <Kbd>{shortcut}</Kbd>}
      </span>
    </Autocomplete.Item>
  );
}

function narrowed({ label, items }: Group, text: string): Group {
  return { label, items: items.filter((entry) => matches(entry, text)) };
}

const stillMs = 200;
const shortest = 2;
const longest = 100;
const maxShown = 6;

/** Members that match the text, for managers; matches of an earlier text are never shown for a later one. */
function useFoundMembers(typed: string): { group: Group | undefined; isSearching: boolean } {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { data: organization } = useQuery({ ...organizationQuery(organizationId), enabled: organizationId !== "" });
  const open = useOpen();
  const text = typed.trim().slice(0, longest);
  const debounced = useDebounced(text, stillMs);
  const isManager = organization !== undefined && mayManageMembers(organization.role);
  const isWanted = isManager && text.length >= shortest;
  const found = useQuery({
    ...foundMembersQuery(organizationId, debounced),
    enabled: isManager && debounced.length >= shortest,
    placeholderData: keepPreviousData,
  });
  const isAnswer = debounced === text && !found.isPlaceholderData;
  const members = found.data?.items ?? [];
  const shown = members.filter(({ name, email }) => isAnswer || matches({ label: name, also: email }, text));
  if (!isWanted) {
    return { group: undefined, isSearching: false };
  }
  const items = shown.slice(0, maxShown).map(({ account, name, color, email }) => ({
    id: account,
    label: name,
    icon: <Avatar name={name} color={color} size="small" />,
    hint: email,
    run: () => open(`/organizations/${organizationId}/members`, { search: email ?? name }),
  }));
  return { group: { label: "Members", items }, isSearching: !isAnswer || found.isFetching };
}
