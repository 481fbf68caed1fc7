import { useQuery } from "@tanstack/react-query";
import { Hash, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { tagsQuery, type Where } from "#lib/updates.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { FieldError } from "#ui/field.tsx";
import { Suggestions } from "#ui/suggestions.tsx";
import { addTags, maxTags } from "./tags.ts";

const typingMs = 150;

type Props = {
  organizationId: string;
  where: Where;
  tags: string[];
  onTags: (tags: string[]) => void;
  error: string | undefined;
  /** With ⌘↵, what is typed is added first. */
  onSubmit: () => void;
};

/** Tags as chips: a comma, a space or Enter ends one, Backspace takes the last one away. Those in use are suggested. */
export function TagsField({ organizationId, where, tags, onTags, error, onSubmit }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [marked, setMarked] = useState<number>();
  const [isIn, setIn] = useState(false);
  const wanted = typed.replace(/^#/, "");
  const search = useDebounced(wanted, typingMs);
  const { data } = useQuery({ ...tagsQuery(organizationId, where, search), enabled: isIn });
  const suggested =
    isIn && search === wanted
      ? (data?.items ?? [])
          .map(({ tag }) => tag)
          .filter((tag) => !tags.includes(tag))
          .slice(0, 6)
      : [];
  const problem = error ?? (tags.length >= maxTags ? undefined : addTags(tags, typed).problem);

  function add(text: string) {
    const { tags: all, rest } = addTags(tags, text);
    onTags(all);
    setTyped(rest);
    setMarked(undefined);
  }

  /** Makes tags of the typed text. The part after the last comma is still typed. */
  function change(value: string) {
    const end = value.search(/[^,\s]*$/);
    const { tags: all, rest } = addTags(tags, value.slice(0, end));
    if (all.length > tags.length) onTags(all);
    setTyped([rest, value.slice(end)].filter(Boolean).join(" "));
    setMarked(undefined);
  }

  function enter(isSubmitting: boolean) {
    add(isSubmitting || marked === undefined ? typed : (suggested[marked] ?? typed));
    if (isSubmitting && addTags(tags, typed).problem === undefined) onSubmit();
  }

  function press(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && suggested.length > 0) {
      event.preventDefault();
      setMarked(((marked ?? (step === 1 ? -1 : 0)) + step + suggested.length) % suggested.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter(event.metaKey || event.ctrlKey);
    } else if (event.key === "Backspace" && typed === "") {
      onTags(tags.slice(0, -1));
    } else if (event.key === "Escape" && (typed !== "" || marked !== undefined)) {
      event.stopPropagation();
      setTyped("");
      setMarked(undefined);
    }
  }

  return (
    <div className="relative grid gap-1.5">
      <div className="flex min-h-9 flex-wrap items-center gap-1.5 rounded-md border border-control bg-surface px-2 py-1 shadow-1 has-[input:focus-visible]:border-accent has-[input:focus-visible]:outline-2 has-[input:focus-visible]:-outline-offset-1 has-[input:focus-visible]:outline-accent">
        <Hash aria-hidden className="size-4 text-fg-3" />
        {tags.map((tag) => (
          <span key={tag} className="flex items-center rounded-full bg-surface-3 pl-2 text-sm">
            {tag}
            <button
              type="button"
              aria-label={`Remove tag ${tag}`}
              onClick={() => {
                onTags(tags.filter((other) => other !== tag));
                field.current?.focus();
              }}
              className="grid size-6 place-items-center rounded-full text-fg-2 hover:text-fg"
            >
              <X className="size-3.5" />
            </button>
          </span>
        ))}
        <input
          ref={field}
          id={id}
          role="combobox"
          aria-label="Tags"
          aria-autocomplete="list"
          aria-expanded={suggested.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={marked === undefined ? undefined : `${id}-list-${marked}`}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={`${id}-note`}
          placeholder={tags.length === 0 ? "Add tags, separated by commas" : ""}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target: { value } }) => change(value)}
          onKeyDown={press}
          onFocus={() => setIn(true)}
          onBlur={() => {
            setIn(false);
            if (typed !== "") add(typed);
          }}
          className="h-7 min-w-24 flex-1 bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
      </div>
      <Suggestions
        id={`${id}-list`}
        label="Tags in use"
        items={suggested}
        keyOf={(tag) => tag}
        marked={marked}
        onChoose={add}
        className="top-full left-0 mt-1 w-60"
      >
        {(tag) => <span className="truncate">#{tag}</span>}
      </Suggestions>
      <div id={`${id}-note`} aria-live="polite" className="text-sm empty:hidden">
        {problem !== undefined && <FieldError>{problem}</FieldError>}
      </div>
    </div>
  );
}
