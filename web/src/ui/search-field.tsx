import { Search, X } from "lucide-react";
import { type Ref, useEffect, useRef, useState } from "react";
import { cn } from "#lib/cn.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { useDebounced } from "../lib/use-debounced.ts";
import { controlClass } from "./input.tsx";
import { Kbd } from "./kbd.tsx";

type Props = {
  label: string;
  placeholder?: string;
  text: string;
  onText: (text: string) => void;
  /** A slash leads to it. */
  hasShortcut?: boolean;
  ref?: Ref<HTMLInputElement>;
  className?: string | undefined;
};

/** Finds something by a text: Escape or a button clears it. */
export function SearchField({ label, placeholder = label, text, onText, hasShortcut, ref, className }: Props) {
  const field = useRef<HTMLDivElement>(null);
  const focus = () => field.current?.querySelector("input")?.focus();
  useShortcut("/", hasShortcut ? focus : undefined);
  return (
    <div ref={field} className={cn("relative min-w-0", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-fg-3" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          // the first one clears the text, the next one closes the dialog around it
          if (event.key === "Escape" && text !== "") {
            event.stopPropagation();
            onText("");
          }
          // a form around it, or behind its dialog, would be sent
          if (event.key === "Enter") {
            event.preventDefault();
          }
        }}
        className={cn(controlClass, "pr-9 pl-8.5 [&::-webkit-search-cancel-button]:hidden")}
      />
      <span className="absolute top-1/2 right-1.5 -translate-y-1/2">
        {text !== "" ? (
          <button
            type="button"
            aria-label="Clear the search"
            onClick={() => {
              onText("");
              focus();
            }}
            className="grid size-7 place-items-center rounded text-fg-3 hover:text-fg"
          >
            <X className="size-4" />
          </button>
        ) : (
          hasShortcut && <Kbd>/</Kbd>
        )}
      </span>
    </div>
  );
}

const typingMs = 200;

/** The same for a search that the API answers: it is told when typing pauses. */
export function SlowSearchField({ text, onText, ...rest }: Props) {
  const [typed, setTyped] = useTypedText(text, onText, typingMs);
  return <SearchField {...rest} text={typed} onText={setTyped} />;
}

/** The input, passed on when it has not changed for this long; a value from elsewhere replaces it. Unit: milliseconds. */
function useTypedText(text: string, onText: (text: string) => void, typingMs: number) {
  const [typed, setTyped] = useState(text);
  const debounced = useDebounced(typed, typingMs);
  const reported = useRef(text);
  const report = useRef(onText);

  useEffect(() => {
    report.current = onText;
  });
  useEffect(() => {
    if (debounced.trim() !== reported.current) {
      reported.current = debounced.trim();
      report.current(reported.current);
    }
  }, [debounced]);
  useEffect(() => {
    if (text !== reported.current) {
      reported.current = text;
      setTyped(text);
    }
  }, [text]);
  return [typed, setTyped] as const;
}
