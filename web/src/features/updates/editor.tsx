import { Bold, Code, Italic, Link2, List, type LucideIcon, Quote } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Markdown } from "#features/markdown/markdown.tsx";
import { cn } from "#lib/cn.ts";
import { commandName, isCommand } from "#lib/command-key.ts";
import { buttonClass } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { type Change, code, link, prefix, wrap } from "./format-text.ts";
import { MentionList, useMentionSearch } from "./mention-list.tsx";
import { type Mentions, namesOf, toStored, withMention } from "./mentions.ts";

/** The text as it is written, with the ids of those that it mentions. */
export type Text = { content: string; mentions: Mentions };

type Props = {
  id: string;
  label: string;
  placeholder: string;
  text: Text;
  onText: (text: Text) => void;
  maxLength: number;
  organizationId: string;
  /** The team in which the text is to be read. */
  team: string | undefined;
  error: string | undefined;
  isSmall?: boolean;
  hasFocus?: boolean;
  onSubmit: () => void;
  onEscape?: (() => void) | undefined;
};

type Tool = { label: string; icon: LucideIcon; key?: string; change: (field: HTMLTextAreaElement) => Change };

const tools: Tool[] = [
  { label: "Bold", icon: Bold, key: "b", change: (field) => wrap(field, "**", "bold text") },
  { label: "Italic", icon: Italic, key: "i", change: (field) => wrap(field, "*", "italic text") },
  { label: "Link", icon: Link2, key: "k", change: link },
  { label: "List", icon: List, change: (field) => prefix(field, "- ") },
  { label: "Quote", icon: Quote, change: (field) => prefix(field, "> ") },
  { label: "Code", icon: Code, change: code },
];

/** Characters left from which on they are counted. */
const nearEnd = 500;

/** A field for Markdown with its preview, a toolbar, and a search for those to mention. */
export function Editor(props: Props) {
  const {
    id,
    label,
    placeholder,
    text,
    onText,
    maxLength,
    organizationId,
    team,
    error,
    isSmall = false,
    hasFocus = false,
  } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [isPreview, setPreview] = useState(false);
  const search = useMentionSearch({ organizationId, team, field, onChoose: mention });
  useEffect(() => {
    if (hasFocus) field.current?.focus();
  }, [field, hasFocus]);
  const stored = toStored(text.content, text.mentions);
  const left = maxLength - stored.length;

  function apply({ from, to, text: inserted, select }: Change) {
    const area = field.current;
    if (area === null) return;
    area.focus();
    area.setSelectionRange(from, to);
    // unlike a new value, typing can be undone
    if (!document.execCommand("insertText", false, inserted)) area.setRangeText(inserted);
    area.setSelectionRange(...select);
    onText({ ...text, content: area.value });
  }

  function mention(found: { id: string; name: string }, from: number, to: number) {
    const { word, mentions } = withMention(text.mentions, found);
    const inserted = `@${word} `;
    const at = from + inserted.length;
    apply({ from, to, text: inserted, select: [at, at] });
    onText({ content: field.current?.value ?? text.content, mentions });
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (search.press(event) || event.nativeEvent.isComposing) return;
    const tool = tools.find(({ key }) => key !== undefined && isCommand(event, key));
    if (tool !== undefined) {
      event.preventDefault();
      apply(tool.change(event.currentTarget));
    } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      props.onSubmit();
    } else if (event.key === "Escape" && props.onEscape) {
      event.preventDefault();
      props.onEscape();
    }
  }

  return (
    <div className="grid gap-1.5">
      <div className="rounded-md border border-control bg-surface shadow-1 has-[textarea:focus-visible]:border-accent has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-1 has-[textarea:focus-visible]:outline-accent">
        <div className="flex flex-wrap items-center justify-between gap-x-3 border-b border-border px-1.5 py-1">
          <fieldset aria-label={`View of the ${label.toLowerCase()}`} className="flex gap-0.5">
            <ViewButton isOn={!isPreview} onClick={() => setPreview(false)}>
              Write
            </ViewButton>
            <ViewButton isOn={isPreview} onClick={() => setPreview(true)}>
              Preview
            </ViewButton>
          </fieldset>
          <div role="toolbar" aria-label="Formatting" className={cn("flex", isPreview && "invisible")}>
            {tools.map(({ label: name, icon: Icon, key, change }) => (
              <button
                key={name}
                type="button"
                aria-label={name}
                title={key === undefined ? name : `${name} (${commandName(key.toUpperCase())})`}
                onClick={() => field.current && apply(change(field.current))}
                className={buttonClass({ variant: "ghost", size: "iconSmall" })}
              >
                <Icon />
              </button>
            ))}
          </div>
        </div>
        {isPreview ? (
          <div className={cn("overflow-y-auto px-3 py-2", isSmall ? "min-h-18" : "min-h-36")}>
            {stored.trim() === "" ? (
              <p className="text-fg-3">Nothing to preview yet.</p>
            ) : (
              <Markdown text={stored} names={namesOf(text.mentions)} />
            )}
          </div>
        ) : (
          <div className="relative">
            <textarea
              ref={field}
              id={id}
              aria-label={label}
              aria-invalid={error === undefined ? undefined : true}
              aria-describedby={`${id}-note`}
              {...search.aria}
              placeholder={placeholder}
              rows={isSmall ? 3 : 6}
              value={text.content}
              onChange={(event) => {
                onText({ ...text, content: event.target.value });
                search.look();
              }}
              onSelect={search.look}
              onBlur={search.close}
              onKeyDown={press}
              className="block field-sizing-content max-h-[60vh] w-full resize-none bg-transparent px-3 py-2 text-base outline-none pointer-coarse:text-lg"
            />
            <MentionList search={search} />
          </div>
        )}
      </div>
      <div id={`${id}-note`} aria-live="polite" className="flex justify-between gap-4 text-sm empty:hidden">
        {error !== undefined && <FieldError>{error}</FieldError>}
        {left <= nearEnd && (
          <span className={cn("tabular ml-auto", left < 0 ? "text-danger-text" : "text-fg-3")}>
            {left < 0 ? `${-left} characters too many` : `${left} characters left`}
          </span>
        )}
      </div>
    </div>
  );
}

function ViewButton({ isOn, onClick, children }: { isOn: boolean; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onClick}
      className="h-7 rounded px-2.5 text-sm font-medium text-fg-3 hover:text-fg aria-pressed:bg-surface-3 aria-pressed:text-fg"
    >
      {children}
    </button>
  );
}

/**
 * The content of the form of an update; for a change, with the revision that it is about, whatever others save since.
 */
export type Values = { title: string; text: Text; tags: string[]; team: string; revision?: number };
export type Place = { value: string; label: string };
/** The values for a request, with ids of those that the text mentions. */
export type Sent = Omit<Values, "text"> & { content: string };
