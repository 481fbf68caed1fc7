import { FileUp } from "lucide-react";
import { type ReactNode, type Ref, useRef } from "react";
import { cn } from "#lib/cn.ts";
import { Button, type ButtonLook } from "#ui/button.tsx";

const accepted = ".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain";

type PickProps = ButtonLook & {
  onFile: (file: File) => void;
  children: ReactNode;
  /** The kinds of files, instead of tables. */
  accept?: string;
  ref?: Ref<HTMLButtonElement> | undefined;
  className?: string;
};

/** A button that picks a file. */
export function FileButton({ onFile, children, accept = accepted, ref, ...look }: PickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...look} ref={ref} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        tabIndex={-1}
        aria-hidden
        className="hidden"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // choosing the same file again counts
          target.value = "";
          if (file) {
            onFile(file);
          }
        }}
      />
    </>
  );
}

type Props = { isHeld: boolean; onFile: (file: File) => void; children: ReactNode; buttonRef?: PickProps["ref"] };

/** Takes a file that is dropped, or chosen with the keyboard. Dropping it anywhere else on the page counts as well. */
export function DropZone({ isHeld, onFile, children, buttonRef }: Props) {
  return (
    <div
      className={cn(
        "grid justify-items-center gap-3 rounded-xl border-2 border-dashed px-6 py-10 text-center transition-colors duration-100",
        isHeld ? "border-accent bg-accent-soft" : "border-border-strong bg-surface-2",
      )}
    >
      <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface text-fg-2">
        <FileUp aria-hidden className="size-5" />
      </span>
      <p className="font-medium">
        <span className="pointer-coarse:hidden">Drop a CSV file here, or choose one</span>
        <span className="hidden pointer-coarse:inline">Choose a CSV file</span>
      </p>
      <div className="max-w-md text-sm text-fg-2 text-pretty">{children}</div>
      <FileButton ref={buttonRef} onFile={onFile}>
        Choose a file
      </FileButton>
    </div>
  );
}

/** Says over the whole page that a file can be dropped. */
export function DropVeil({ isHeld, children }: { isHeld: boolean; children: ReactNode }) {
  return (
    isHeld && (
      <div className="pointer-events-none fixed inset-0 z-60 grid place-items-center bg-overlay p-6">
        <p className="flex items-center gap-2.5 rounded-xl border-2 border-dashed border-accent bg-surface px-6 py-5 text-lg font-semibold shadow-3">
          <FileUp aria-hidden className="size-5 text-accent-text" />
          {children}
        </p>
      </div>
    )
  );
}
