import { Search, X } from "lucide-react";
import { cn } from "#lib/cn.ts";
import { controlClass } from "#ui/input.tsx";

type Props = { label: string; text: string; onText: (text: string) => void; className?: string };

/** Finds entries of a list on the same page, at once. */
export function ListSearch({ label, text, onText, className }: Props) {
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
