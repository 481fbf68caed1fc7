import type { FieldKey } from "@muster/settings/fields.ts";
import { Search, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { controlClass, Input } from "#ui/input.tsx";
import { useSetting } from "./layer-context.ts";
import { originText, valueText } from "./setting-text.ts";

/** What a text stands for in a list and what adding it would do, or why it cannot be added. */
export type TypedEntry = { entry?: string | undefined; problem?: string | undefined; says?: string | undefined };

type Props = {
  label: string;
  placeholder: string;
  action: { label: string; variant?: "primary" };
  /** Why there is nothing to add yet. */
  whyEmpty: string;
  blocked: string | undefined;
  read: (typed: string) => TypedEntry;
  /** What is said until something is wrong, in place of what the text would do. */
  hint?: string;
  onAdd: (entry: string) => void;
  /** Other ways to add. */
  children?: ReactNode;
};

/** One entry of a list, with its problem said once it was tried. */
export function EntryLine({ label, placeholder, action, whyEmpty, blocked, read, hint, onAdd, children }: Props) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [isTried, setTried] = useState(false);
  const { entry, problem, says } = read(typed);
  const quiet = hint ?? problem;
  const isWrong = isTried && problem !== undefined;

  function add() {
    if (entry === undefined || problem !== undefined) {
      setTried(true);
      return;
    }
    onAdd(entry);
    setTyped("");
    setTried(false);
  }

  return (
    <div className="grid gap-1.5">
      <div className={cn("flex gap-2", children !== undefined && "max-sm:flex-wrap")}>
        <Input
          aria-label={label}
          aria-describedby={`${id}-note`}
          aria-invalid={isWrong ? true : undefined}
          {...blockedBy(blocked)}
          readOnly={blocked !== undefined}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setTried(false);
          }}
          onBlur={() => setTried(typed.trim() !== "")}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <Button
          size="large"
          {...(action.variant && { variant: action.variant })}
          blocked={blocked ?? (typed.trim() === "" ? whyEmpty : undefined)}
          onClick={add}
        >
          {action.label}
        </Button>
        {children}
      </div>
      <div id={`${id}-note`} aria-live="polite" className="min-h-5 text-sm">
        {isWrong ? (
          <FieldError>{problem}</FieldError>
        ) : quiet !== undefined ? (
          <span className="text-fg-3">{quiet}</span>
        ) : (
          says && <span className="text-fg-2">{says}</span>
        )}
      </div>
    </div>
  );
}

/** Says of a list that is inherited what it has, and what a list of the layer itself does to it. */
export function InheritedList({ field }: { field: FieldKey }) {
  const { form, say, inherited } = useSetting(field);
  const isNone = inherited.value === 0 || inherited.value === undefined;
  if (say.value === undefined) {
    return isNone ? null : (
      <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">
        {valueText(field, inherited.value)} {originText(inherited.source)}. A list of {whose[form.rank]} replaces them.
      </p>
    );
  }
  return isNone || form.rank === "organization" ? null : (
    <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">
      This list replaces {valueText(field, inherited.value)} {originText(inherited.source)}.
    </p>
  );
}

const whose = { organization: "your organization", team: "the team", member: "your own" };

type SearchProps = { label: string; text: string; onText: (text: string) => void; className?: string };

/** Finds entries of a list on the same page, at once. */
export function ListSearch({ label, text, onText, className }: SearchProps) {
  return (
    <div className={cn("relative min-w-0", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-fg-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
          }
          if (event.key === "Escape") {
            onText("");
          }
        }}
        className={cn(controlClass, "pr-9 pl-8.5 [&::-webkit-search-cancel-button]:hidden")}
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => onText("")}
          className="absolute top-1/2 right-1.5 grid size-7 -translate-y-1/2 place-items-center rounded text-fg-3 hover:text-fg"
        >
          <X className="size-4" />
        </button>
      )}
    </div>
  );
}
