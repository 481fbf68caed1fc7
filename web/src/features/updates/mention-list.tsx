import { useQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { type KeyboardEvent, type RefObject, useId, useState } from "react";
import { mentionableQuery } from "#lib/updates.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Suggestions } from "#ui/suggestions.tsx";
import { mentionAt } from "./mentions.ts";

const typingMs = 120;

type Found = { id: string; name: string; color?: string | undefined };
type Options = {
  organizationId: string;
  /** The team in which the text is to be read. */
  team: string | undefined;
  field: RefObject<HTMLTextAreaElement | null>;
  onChoose: (found: Found, from: number, to: number) => void;
};

/** Finds members and teams for what is typed after an `@`. The arrows, Enter and Escape work in the field itself. */
export function useMentionSearch({ organizationId, team, field, onChoose }: Options) {
  const listId = useId();
  const [typed, setTyped] = useState<{ text: string; from: number }>();
  const [marked, setMarked] = useState(0);
  const debounced = useDebounced(typed?.text, typingMs);
  const query = useQuery({
    ...mentionableQuery(organizationId, team, debounced ?? ""),
    enabled: debounced !== undefined,
  });
  // what was found for fewer letters would be chosen by the Enter that follows the last one
  const isAnswered = typed !== undefined && typed.text === debounced;
  const found: Found[] = isAnswered ? (query.data?.items ?? []) : [];
  const isOpen = found.length > 0;
  const close = () => setTyped(undefined);

  function look() {
    const area = field.current;
    const isCaret = area !== null && area.selectionStart === area.selectionEnd;
    const at = isCaret ? mentionAt(area.value, area.selectionStart) : undefined;
    setTyped(at && { text: at.typed, from: at.from });
    if (at?.typed !== typed?.text) setMarked(0);
  }

  function choose(one: Found | undefined) {
    const to = field.current?.selectionStart;
    if (one !== undefined && typed !== undefined && to !== undefined) onChoose(one, typed.from, to);
    close();
  }

  /** Returns whether the list used the key. */
  function press(event: KeyboardEvent) {
    if (!isOpen || event.nativeEvent.isComposing || event.metaKey || event.ctrlKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      setMarked((present) => (present + step + found.length) % found.length);
    } else if (event.key === "Enter" || event.key === "Tab") {
      choose(found[marked]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const aria = {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": isOpen ? listId : undefined,
    "aria-activedescendant": isOpen ? `${listId}-${marked}` : undefined,
  } as const;
  return { aria, listId, isOpen, found, marked, look, close, press, choose };
}

type Search = ReturnType<typeof useMentionSearch>;

export function MentionList({ search: { listId, isOpen, found, marked, choose } }: { search: Search }) {
  return (
    <>
      <Suggestions
        id={listId}
        label="Mention"
        items={found}
        keyOf={({ id }) => id}
        marked={marked}
        onChoose={choose}
        className="top-full left-2 -mt-1 w-72 max-w-[calc(100%-16px)]"
      >
        {({ id, name, color }) => (
          <>
            {id.startsWith("team_") ? (
              <span aria-hidden className="grid size-7 place-items-center rounded-full bg-surface-3 text-fg-2">
                <UsersRound className="size-4" />
              </span>
            ) : (
              <Avatar name={name} color={color} size="small" />
            )}
            <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
            {id.startsWith("team_") && <span className="text-xs text-fg-3">Team</span>}
          </>
        )}
      </Suggestions>
      <output className="sr-only">{isOpen && `${found.length} to mention`}</output>
    </>
  );
}
