import type { FieldKey } from "@muster/settings/fields.ts";
import { X } from "lucide-react";
import { type ReactNode, useId, useMemo, useState } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { useSetting } from "./layer-context.ts";
import { listIn } from "./say.ts";
import { originText, valueText } from "./setting-text.ts";

/** A list of the form: its entries, and how some are added to it or removed. */
export function useList(field: FieldKey) {
  const setting = useSetting(field);
  const list = useMemo(() => listIn({ value: setting.say.value }), [setting.say.value]);
  const set = (ids: readonly string[], isIn: boolean) => {
    const gone = new Set(ids);
    setting.setValue(isIn ? [...new Set([...list, ...ids])] : list.filter((one) => !gone.has(one)));
  };
  return { ...setting, list, set };
}

type EditorProps = {
  field: FieldKey;
  /** Between what is inherited and the entries. */
  above?: ReactNode;
  search?: { label: string; text: string; onText: (text: string) => void } | undefined;
  /** Beside the search: another filter. */
  filter?: ReactNode;
  /** The number of entries, or of those that are shown. */
  count?: string | undefined;
  /** The actions on all entries that are shown. */
  actions?: readonly { label: string; isDangerous?: boolean; onClick: () => void }[];
  /** Said in place of the entries. */
  none?: string | false | undefined;
  children: ReactNode;
};

/** The editor of a list: what is inherited, a bar that searches, counts and changes many, and the entries. */
export function ListEditor({ field, above, search, filter, count, actions = [], none, children }: EditorProps) {
  const { blocked } = useSetting(field);
  return (
    <div className="grid gap-3">
      <InheritedList field={field} />
      {above}
      {count !== undefined && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          {search && <SearchField {...search} className="flex-1 basis-52 sm:max-w-80" />}
          {filter}
          <output className="tabular text-sm text-fg-2">{count}</output>
          <span className="flex gap-1 empty:hidden">
            {actions.map(({ label, isDangerous = false, onClick }) => (
              <Button
                key={label}
                size="small"
                variant={isDangerous ? "dangerGhost" : "secondary"}
                blocked={blocked}
                onClick={onClick}
              >
                {label}
              </Button>
            ))}
          </span>
        </div>
      )}
      {none ? <p className="py-4 text-center text-sm text-fg-2">{none}</p> : children}
    </div>
  );
}

type RemoveProps = { entry: string; blocked: string | undefined; onClick: () => void };

/** Takes an entry out of a list. */
export function RemoveButton({ entry, blocked, onClick }: RemoveProps) {
  return (
    <Button size="iconSmall" variant="ghost" aria-label={`Remove ${entry}`} blocked={blocked} onClick={onClick}>
      <X />
    </Button>
  );
}

/** The entry that a text stands for and the effect of adding it, or the reason that it cannot be added. */
export type TypedEntry = { entry?: string | undefined; problem?: string | undefined; says?: string | undefined };

type Props = {
  label: string;
  placeholder: string;
  action: { label: string; variant?: "primary" };
  /** The reason that there is nothing to add yet. */
  whyEmpty: string;
  blocked: string | undefined;
  read: (typed: string) => TypedEntry;
  /** A hint in place of the text's effect, until something is wrong. */
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
