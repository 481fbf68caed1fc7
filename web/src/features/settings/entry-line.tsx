import { type ReactNode, useId, useState } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";

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
