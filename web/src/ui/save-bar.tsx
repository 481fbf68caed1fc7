import { type ReactNode, useEffect, useRef } from "react";
import { isDialogOpen } from "#lib/use-shortcut.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";

type Props = {
  /** The unsaved changes, in words, if there are any. */
  label: string | undefined;
  error?: string | undefined;
  isBusy: boolean;
  /** The reason that it cannot be saved yet, as a sentence. */
  blocked?: string | undefined;
  onDiscard: () => void;
  children?: ReactNode;
};

/** Stays visible while something is unsaved. Ctrl+S and ⌘S save too. */
export function SaveBar({ label, ...rest }: Props) {
  return label === undefined ? null : <Bar label={label} {...rest} />;
}

function Bar({ label, error, isBusy, blocked, onDiscard, children }: Props) {
  const save = useSaveKey();
  return (
    <div className="save-bar rise sticky bottom-3 z-20 mt-4 grid gap-3 rounded-xl border border-border-strong bg-surface px-4 py-3 shadow-2 sm:px-5">
      {error !== undefined && <Banner tone="danger">{error}</Banner>}
      {children}
      <div className="flex items-center justify-between gap-4">
        <output className="text-sm font-medium">{label}</output>
        <span className="flex gap-2">
          <Button onClick={onDiscard}>Discard</Button>
          <Button
            ref={save}
            type="submit"
            variant="primary"
            isBusy={isBusy}
            blocked={blocked}
            aria-keyshortcuts="Control+S Meta+S"
          >
            Save
          </Button>
        </span>
      </div>
    </div>
  );
}

/** Presses the button for the keyboard shortcut; an open dialog takes precedence, and a message is none. */
function useSaveKey() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        if (!isDialogOpen()) button.current?.click();
      }
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return button;
}
